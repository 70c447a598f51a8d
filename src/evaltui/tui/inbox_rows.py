"""Owns how the items of the inbox become rows of a list: read by key a page at a time, what they quote redacted."""

from array import array
from collections.abc import Callable, Hashable, Sequence

from evaltui.domain.inbox import InboxLine
from evaltui.tui.inbox_words import ITEMS, item_cells
from evaltui.tui.widgets.columns import Cell


class ItemRows:
    """`read` is given the keys of a page and answers within a few milliseconds, in their order."""

    columns = ITEMS

    def __init__(self, keys: "array[int]", read: Callable[[Sequence[int]], Sequence[InboxLine]]) -> None:
        self._keys, self._read = keys, read

    def __len__(self) -> int:
        return len(self._keys)

    def key(self, index: int) -> Hashable:
        """The number of the item."""
        return self._keys[index]

    def index(self, key: Hashable) -> int | None:
        """Where the item is listed, if it is."""
        if not isinstance(key, int):
            return None
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def cells(self, start: int, stop: int) -> Sequence[Sequence[Cell]]:
        """A page of items."""
        return [item_cells(line) for line in self._read(self._keys[start:stop])]

    def heading(self, index: int) -> bool:
        """Every row is an item."""
        return False
