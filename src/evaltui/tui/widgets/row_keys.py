"""Owns how the actions of a view move its list or its text, for views that have one."""

from typing import Protocol

from evaltui.tui.widgets.rows import RowList


class Moved(Protocol):
    """A list or a text with a cursor."""

    def move(self, by: int) -> None:
        """By so many lines."""
        ...

    def page(self, by: float) -> None:
        """By so much of what is seen."""
        ...

    def home(self) -> None:
        """To the first line."""
        ...

    def end(self) -> None:
        """To the last line."""
        ...


class MoveKeys:
    """Mixed into a view: its movement keys move `moved`."""

    @property
    def moved(self) -> Moved:
        """What the keys move; a view with several returns the one that has the focus."""
        raise NotImplementedError

    @property
    def page_share(self) -> float:
        """How much of what is seen is one page: in a text that is read, half of it."""
        return 0.5

    def action_down(self) -> None:
        """One line down."""
        self.moved.move(1)

    def action_up(self) -> None:
        """One line up."""
        self.moved.move(-1)

    def action_top(self) -> None:
        """To the first line."""
        self.moved.home()

    def action_bottom(self) -> None:
        """To the last line."""
        self.moved.end()

    def action_page_down(self) -> None:
        """One page down."""
        self.moved.page(self.page_share)

    def action_page_up(self) -> None:
        """One page up."""
        self.moved.page(-self.page_share)


class RowKeys(MoveKeys):
    """Mixed into a view with a list, `rows`."""

    @property
    def rows(self) -> RowList:
        """The list; a view with several returns the one that has the focus."""
        raise NotImplementedError

    @property
    def moved(self) -> Moved:
        return self.rows

    @property
    def page_share(self) -> float:
        return 1

    def action_open(self) -> None:
        """Into the row."""
        self.rows.choose()

    def action_mark(self) -> None:
        """Marks the row."""
        self.rows.mark()

    def action_range(self) -> None:
        """Marks while moving."""
        self.rows.mark_range()
