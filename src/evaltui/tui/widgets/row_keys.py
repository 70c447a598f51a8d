"""Owns how the actions of a view move its list, for views that have one."""

from evaltui.tui.widgets.rows import RowList


class RowKeys:
    """Mixed into a view: its movement keys move `rows`."""

    @property
    def rows(self) -> RowList:
        """The list the keys move; a view with several returns the one that has the focus."""
        raise NotImplementedError

    def action_down(self) -> None:
        """One row down."""
        self.rows.move(1)

    def action_up(self) -> None:
        """One row up."""
        self.rows.move(-1)

    def action_top(self) -> None:
        """To the first row."""
        self.rows.home()

    def action_bottom(self) -> None:
        """To the last row."""
        self.rows.end()

    def action_page_down(self) -> None:
        """One page down."""
        self.rows.page(1)

    def action_page_up(self) -> None:
        """One page up."""
        self.rows.page(-1)

    def action_open(self) -> None:
        """Into the row."""
        self.rows.choose()

    def action_mark(self) -> None:
        """Marks the row."""
        self.rows.mark()

    def action_range(self) -> None:
        """Marks while moving."""
        self.rows.mark_range()
