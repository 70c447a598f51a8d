"""Plain text for people and JSON for programs: the only code that writes to stdout and stderr."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

import click

from evaltui.cli.columns import cut, pad, width
from evaltui.domain.text import visible

NARROW = 20  # columns below which a text is cut rather than broken into many lines
GLYPHS = {
    "pass": "✓ pass",
    "fail": "✗ fail",
    "incomplete": "… incomplete",
    "unresolved": "! unresolved",
    "broke": "✗ broke",
    "fixed": "✓ fixed",
    "changed": "~ changed",
    "same": "= same",
    "new": "+ new",
    "gone": "- gone",
    "baseline": "★ baseline",
    "scored": "· scored",
    "unsent": "· not sent",
    "waiting": "▸ waiting",
    "canceling": "▸ canceling",
    "canceled": "! canceled",
    "failed": "! failed",
}
COLOURS = {
    "pass": "blue",
    "fixed": "blue",
    "fail": "yellow",
    "broke": "yellow",
    "incomplete": "magenta",
    "unresolved": "magenta",
}


def hush() -> None:
    """Whoever read our output has seen enough: what is still to be written goes nowhere, and the work goes on."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _echo(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:
        hush()


def out(text: str = "") -> None:
    """One line of data. Nothing in it can move the cursor, change a colour or begin a line of its own."""
    _echo(_fitted(visible(text)))


def page(text: str) -> None:
    """A text of several lines of our own making, such as a report in a format; only its line ends are kept."""
    _echo(visible(text, newlines=True))


def quoted(text: str) -> None:
    """A text of several lines that somebody else wrote, whole, behind a margin that none of its lines can leave."""
    for line in text.split("\n"):
        _echo(f"  │ {visible(line)}")


def note(text: str) -> None:
    """A message for the person, on stderr."""
    click.echo(_fitted(visible(text), sys.stderr), err=True)


def note_at_once(text: str) -> None:
    """A message from within a signal handler, where a buffered stream may be in use."""
    os.write(2, f"\n{visible(text)}\n".encode())


def banner(name: str, text: str) -> None:
    """A line in the colour of its state, when stdout is a terminal that wants colour."""
    colour = COLOURS.get(name) if coloured() else None
    words = _fitted(visible(text))
    _echo(click.style(words, fg=colour, bold=True) if colour else words)


def coloured() -> bool:
    """Whether stdout shows colours and the person has not asked for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def as_json(value: Any) -> None:
    """One JSON object, ASCII only, so that nothing in it is obeyed by a terminal."""
    _echo(json.dumps(plain(value), indent=2, ensure_ascii=True, allow_nan=False))


def plain(value: Any) -> Any:
    """Dataclasses, models, dates and paths as JSON values; a number that JSON has no word for is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return plain(value.model_dump()) if hasattr(value, "model_dump") else _plain_value(value)


def _plain_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and not isfinite(value):
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Path) else value


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest cell; on a terminal, the last one gets what room is left."""
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(heads, *cells, strict=True)]
    for row in [heads, *cells]:
        *known, last = row
        start = "".join(pad(cell, size) + "  " for cell, size in zip(known, widths, strict=False))
        for line in _in_room(start, last) if sys.stdout.isatty() else [(start + last).rstrip()]:
            _echo(line)


def _in_room(start: str, last: str) -> list[str]:
    """The last cell broken between words below itself, or cut where there is hardly any room."""
    room = columns() - width(start)
    if room < NARROW:
        return [cut((start + last).rstrip(), columns())]
    first, *more = textwrap.wrap(last, room) or [""]
    return [(start + first).rstrip(), *(" " * width(start) + line for line in more)]


def columns() -> int:
    """How wide the terminal is."""
    return shutil.get_terminal_size().columns


def _fitted(text: str, stream: TextIO | None = None) -> str:
    """On a terminal, broken between words and indented below its own beginning; elsewhere one line for other tools."""
    if not (stream or sys.stdout).isatty() or width(text) <= columns():
        return text
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    return textwrap.fill(
        text, columns(), subsequent_indent=indent, replace_whitespace=False, break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def percent(share: float | None) -> str:
    """A share as `81.3 %`; a dash when it is unknown."""
    return "–" if share is None else f"{100 * share:.1f} %"
