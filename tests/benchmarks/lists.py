"""Our list against Textual's DataTable, in the same minute: `python -m tests.benchmarks.lists [ROWS]`.

Each is an app of its own on a pseudo-terminal of 120×36. Printed are the time from start to rows on the screen, the
time from a key to the last byte of its frame and the CPU time it took (nearly the same on a busy machine), memory over
the same app without rows, and repaints of 100 changes a second.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text
from tests.tui.terminal import Terminal, terminal
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import DataTable

from evaltui.tui.look import register
from evaltui.tui.widgets.rows import Cell, Column, ListOf, RowList

TITLES = ("", "case", "tags", "before", "after", "turns", "reason")
COLUMNS = tuple(Column(title, 10, flex=int(title in ("case", "reason"))) for title in TITLES)
PRESSES = 60
LIVE_SECONDS = 5


def words(row: int) -> tuple[str, ...]:
    """The texts of one row, made when they are asked for."""
    return (
        "✗",
        f"case-{row:06}",
        "refund, vip",
        f"{row % 97 / 97:.2f}",
        f"{row % 89 / 89:.2f}",
        str(row % 7),
        "no lookup",
    )


def cells(row: int) -> Sequence[Cell]:
    return [(text, "text") for text in words(row)]


class Bench(App[None]):
    """One list over the whole screen; `live` changes a row a hundred times a second."""

    def __init__(self, rows: int, *, live: bool) -> None:
        super().__init__()
        register(self)
        self.animation_level = "none"
        self.count, self.live = rows, live
        self.painted = 0

    def on_mount(self) -> None:
        self.shown.focus()
        if self.live:
            self.painted = 0
            self.set_interval(0.01, self.change)
            self.set_timer(LIVE_SECONDS, lambda: self.exit(message=f"painted {self.painted}"))

    @property
    def shown(self) -> Widget:
        return self.query_one("#list")

    def change(self) -> None:
        """One row is other than before."""


class Ours(Bench):
    """RowList."""

    BINDINGS = [("j", "move(1)"), ("pagedown", "page(1)"), ("G", "end")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Counted(self, ListOf(COLUMNS, range(self.count), key=lambda row: row, cells=cells), id="list")

    def change(self) -> None:
        self.query_one(RowList).refresh_soon()

    def action_move(self, by: int) -> None:
        self.query_one(RowList).move(by)

    def action_page(self, by: int) -> None:
        self.query_one(RowList).page(by)

    def action_end(self) -> None:
        self.query_one(RowList).end()


class Counted(RowList):
    """Counts how often it is painted."""

    def __init__(self, bench: Bench, source: ListOf[int], **more: Any) -> None:
        super().__init__(source, **more)
        self.bench = bench

    def render_lines(self, crop: Any) -> Any:
        self.bench.painted += 1
        return super().render_lines(crop)


class Table(DataTable[Text]):
    """Counts how often it is painted."""

    def render_lines(self, crop: Any) -> Any:
        self.app.painted += 1  # type: ignore[attr-defined]
        return super().render_lines(crop)


class Theirs(Bench):
    """DataTable, with the same rows."""

    BINDINGS = [("j", "down"), ("G", "end")]  # noqa: RUF012
    CSS = "DataTable { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Table(id="list", cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(Table)
        self.columns = table.add_columns(*(Text(title) for title in TITLES))
        table.add_rows([Text(text) for text in words(row)] for row in range(self.count))
        super().on_mount()

    def change(self) -> None:
        table = self.query_one(Table)
        table.update_cell_at((self.painted % 30, 4), Text(f"{self.painted}"))  # type: ignore[arg-type]

    def action_down(self) -> None:
        self.query_one(Table).action_cursor_down()

    def action_end(self) -> None:
        self.query_one(Table).action_scroll_bottom()


APPS: dict[str, type[Bench]] = {"ours": Ours, "datatable": Theirs}


def opened(folder: Path, name: str, rows: int, *more: str) -> Any:
    command = (sys.executable, "-m", "tests.benchmarks.lists", "show", name, str(rows), *more)
    root = Path(__file__).resolve().parents[2]
    return terminal(folder, command=command, PYTHONPATH=f"{root}:{root / 'src'}")


def resident(screen: Terminal) -> float:
    """MB of memory the app holds now."""
    status = Path(f"/proc/{screen.process.pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def processed(screen: Terminal) -> float:
    """Seconds of CPU the app has used."""
    fields = Path(f"/proc/{screen.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latencies(screen: Terminal, key: str) -> str:
    before = processed(screen)
    times = sorted(screen.latency(key) * 1000 for _ in range(PRESSES))
    cpu = (processed(screen) - before) / PRESSES * 1000
    return f"{statistics.median(times):5.0f}/{times[int(len(times) * 0.95)]:<4.0f} cpu {cpu:4.1f}"


def measured(folder: Path, name: str, rows: int) -> str:
    with opened(folder, name, 1) as screen:
        screen.sees("case-000000")
        screen.settle()
        empty = resident(screen)
    with opened(folder, name, rows) as screen:
        screen.sees("case-000000")
        shown = time.perf_counter() - screen.started
        screen.settle()
        row, page = latencies(screen, "j"), latencies(screen, "pagedown")
        screen.press("G")
        screen.sees(f"case-{rows - 1:06}")
        held = resident(screen) - empty
    with opened(folder, name, rows, "live") as screen:
        screen.leaves()
        painted = re.search(r"painted (\d+)", screen.raw.decode("utf-8", "replace"))
        repaints = int(painted[1]) / LIVE_SECONDS if painted else float("nan")
    return f"{name:<10}{shown:7.2f} s   {row}   {page}   {held:6.1f} MB   {repaints:6.1f}/s"


def main() -> None:
    if sys.argv[1:2] == ["show"]:
        bench = APPS[sys.argv[2]](int(sys.argv[3]), live="live" in sys.argv)
        bench.run()
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{rows:,} rows; a key is answered after p50/p95 ms")
    print(f"{'':<10}{'on screen':>9}   {'one row':>19}   {'one page':>19}   {'memory':>8}   {'repaints':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name in APPS:
            print(measured(Path(folder), name, rows), flush=True)
        print(measured(Path(folder), "ours", 10 * rows), "with ten times as many")


if __name__ == "__main__":
    main()
