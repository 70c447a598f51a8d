"""Owns what a list shows: rows known by a key, whose cells are asked for a page at a time."""

from collections.abc import Callable, Hashable, Sequence
from itertools import chain
from typing import Generic, Protocol, TypeVar

from textual.cache import LRUCache

from evaltui.tui.widgets.columns import Cell, Column

PAGE = 64
_REACH = 200
Row = TypeVar("Row")


class RowSource(Protocol):
    """Rows in an order. `cells` is called on the UI thread for pages of 64 and must answer within 5 ms."""

    @property
    def columns(self) -> Sequence[Column]:
        """What each cell of a row is."""

    def __len__(self) -> int: ...

    def key(self, index: int) -> Hashable:
        """What a row is known by, wherever it moves."""

    def index(self, key: Hashable) -> int | None:
        """Where that row is now, or nothing if it is gone."""

    def cells(self, start: int, stop: int) -> Sequence[Sequence[Cell]]:
        """The cells of rows `start` up to `stop`."""

    def heading(self, index: int) -> bool:
        """Whether this row only names the group below it: the cursor passes over it and nobody can mark it."""


class ListOf(Generic[Row]):
    """Rows held in memory."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        key: Callable[[Row], Hashable],
        cells: Callable[[Row], Sequence[Cell]],
        heading: Callable[[Row], bool] | None = None,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self._key, self._cells, self._heading = key, cells, heading
        self._places: dict[Hashable, int] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> Hashable:
        """The key of one row."""
        return self._key(self.rows[index])

    def index(self, key: Hashable) -> int | None:
        """Where a key is, if it is here."""
        if self._places is None:
            self._places = {self._key(row): place for place, row in enumerate(self.rows)}
        return self._places.get(key)

    def cells(self, start: int, stop: int) -> Sequence[Sequence[Cell]]:
        """The cells of a page."""
        return [self._cells(row) for row in self.rows[start:stop]]

    def heading(self, index: int) -> bool:
        """Whether a row names a group."""
        return self._heading is not None and self._heading(self.rows[index])


class Pages:
    """The pages of a source that were shown last."""

    def __init__(self, source: RowSource) -> None:
        self.source = source
        self._pages: LRUCache[int, Sequence[Sequence[Cell]]] = LRUCache(16)

    def __getitem__(self, index: int) -> Sequence[Cell]:
        """The cells of one row; none where the source has fewer than it said."""
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            start = number * PAGE
            page = self.source.cells(start, min(start + PAGE, len(self.source)))
            self._pages[number] = page
        return page[place] if place < len(page) else ()

    def clear(self) -> None:
        """Everything is asked for again."""
        self._pages.clear()


def landing(source: RowSource, index: int, direction: int) -> int:
    """The nearest row to `index` that is no heading, first looked for in the direction of travel."""
    last = len(source) - 1
    if last < 0:
        return 0
    index = max(0, min(index, last))
    ways = (range(index, last + 1), range(index, -1, -1))
    for place in chain.from_iterable(ways if direction > 0 else reversed(ways)):
        if not source.heading(place):
            return place
    return index


def survivor(old: RowSource, new: RowSource, cursor: int, key: Hashable | None) -> int:
    """Where in `new` the cursor belongs: its own row, else the nearest that followed it, else that came before it."""
    place = new.index(key) if key is not None else 0
    if place is not None:
        return place
    if old is not new:
        behind, before = range(cursor + 1, min(len(old), cursor + _REACH)), range(cursor - 1, cursor - _REACH, -1)
        for near in (*behind, *(place for place in before if 0 <= place < len(old))):
            found = None if old.heading(near) else new.index(old.key(near))
            if found is not None:
                return found
    return max(0, min(cursor, len(new) - 1))


EMPTY: ListOf[str] = ListOf((), (), key=str, cells=lambda _: ())
