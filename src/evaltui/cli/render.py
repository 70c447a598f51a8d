"""Plain text for people and JSON for programs: the only code that writes to stdout and stderr."""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from evaltui.domain.text import visible

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
}
COLOURS = {
    "pass": "blue",
    "fixed": "blue",
    "fail": "yellow",
    "broke": "yellow",
    "incomplete": "magenta",
    "unresolved": "magenta",
}


def out(text: str = "") -> None:
    """One line or paragraph of data; nothing in it can move the cursor or change a colour."""
    click.echo(visible(text, newlines=True))


def note(text: str) -> None:
    """A message for the person, on stderr."""
    click.echo(visible(text, newlines=True), err=True)


def state(name: str, *, err: bool = False) -> str:
    """The glyph and word of a state."""
    del err
    return GLYPHS.get(name, name)


def banner(name: str, text: str) -> None:
    """A line in the colour of its state, when stdout is a terminal that wants colour."""
    colour = COLOURS.get(name) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else None
    click.secho(visible(text, newlines=True), fg=colour, bold=colour is not None, color=colour is not None or None)


def as_json(value: Any) -> None:
    """One JSON object, ASCII only, so that nothing in it is obeyed by a terminal."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=True))


def plain(value: Any) -> Any:
    """Dataclasses, models, dates and paths as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Path) else value


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest cell; the last column is never padded."""
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    widths = [max(len(head), *(len(row[i]) for row in cells)) if cells else len(head) for i, head in enumerate(heads)]
    for row in [list(heads), *cells]:
        out(
            "  ".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)) + "  " + row[-1]
            if len(row) > 1
            else row[0]
        )


def percent(share: float | None) -> str:
    """A share as `81.3 %`; a dash when it is unknown."""
    return "–" if share is None else f"{100 * share:.1f} %"
