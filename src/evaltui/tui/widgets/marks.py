"""Owns which rows of a list are marked: one by one, or a range that follows the cursor."""

from collections.abc import Hashable

from evaltui.tui.widgets.row_source import RowSource


class Marks:
    """Keys of marked rows. While a range is open, `keys` are the marks from before it and everything in it."""

    def __init__(self) -> None:
        self.keys: set[Hashable] = set()
        self._anchor: Hashable | None = None
        self._before: set[Hashable] = set()

    @property
    def ranging(self) -> bool:
        """Whether a range is open."""
        return self._anchor is not None

    def toggle(self, key: Hashable) -> None:
        """Marks a row, or no longer."""
        self.keys ^= {key}

    def open(self, key: Hashable) -> None:
        """A range begins at this row."""
        self._anchor, self._before = key, set(self.keys)
        self.keys |= {key}

    def close(self) -> None:
        """The range ends; what it marked stays marked."""
        self._anchor = None

    def stretch(self, source: RowSource, index: int) -> None:
        """An open range now reaches to row `index`."""
        start = source.index(self._anchor) if self._anchor is not None else None
        if start is None:
            return self.close()
        first, last = sorted((start, index))
        inside = {source.key(place) for place in range(first, last + 1) if not source.heading(place)}
        self.keys = self._before | inside
        return None

    def prune(self, source: RowSource) -> None:
        """Rows that are gone are not marked."""
        self.keys = {key for key in self.keys if source.index(key) is not None}
        self._before &= self.keys
        if self._anchor is not None and source.index(self._anchor) is None:
            self.close()

    def clear(self) -> bool:
        """Nothing is marked; says whether something was."""
        held = bool(self.keys) or self.ranging
        self.keys = set()
        self.close()
        return held
