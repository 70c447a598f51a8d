"""What the app is measured beside: a bare Textual app, `python -m tests.benchmarks.bare ROWS`."""

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer, Header

LABELS = ("refund", "shipping", "invoice", "password", "cancel", "complaint", "upgrade", "other")


class Bare(App[None]):
    """Header, a table, Footer."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit"), ("j", "down", "Down")]

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.animation_level = "none"
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("case", "state", "tags", "value", "turns", "cost", "reason")
        table.add_rows(
            (f"case-{row:06}", "✓ pass" if row % 9 else "✗ broke", LABELS[row % 8], "1.00", "1", "0.0001", "right")
            for row in range(self.rows)
        )
        table.focus()


if __name__ == "__main__":
    Bare(int(sys.argv[1])).run()
