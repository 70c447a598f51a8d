"""Owns how the cases of an index become rows of a list: read by key a page at a time, whatever is shown of them."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from evaltui.loop.browse import Index
from evaltui.tui.widgets.columns import Cell, Column

Line = TypeVar("Line")


class CaseSource(Generic[Line]):
    """`read` is given the keys of a page and answers within 5 ms, in their order; `cells` draws one line."""

    def __init__(
        self,
        columns: Sequence[Column],
        index: Index,
        *,
        read: Callable[[Sequence[int]], Sequence[Line]],
        cells: Callable[[Line], Sequence[Cell]],
    ) -> None:
        self.columns = columns
        self._index, self._read, self._cells = index, read, cells

    def __len__(self) -> int:
        return len(self._index)

    def key(self, index: int) -> Hashable:
        """The place of the case in its evalset."""
        return self._index.keys[index]

    def index(self, key: Hashable) -> int | None:
        """Where the case is listed, if it is."""
        if not isinstance(key, int):
            return None
        try:
            return self._index.keys.index(key)
        except ValueError:
            return None

    def cells(self, start: int, stop: int) -> Sequence[Sequence[Cell]]:
        """A page of cases."""
        return [self._cells(line) for line in self._read(self._index.keys[start:stop])]

    def heading(self, index: int) -> bool:
        """Every row is a case."""
        return False
