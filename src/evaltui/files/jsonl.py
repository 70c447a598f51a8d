"""Owns the end of a JSON Lines file: how its lines are written, and new ones in the same manner."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.problem import Problem
from evaltui.files.jsontext import strict
from evaltui.files.raw import JSONL_LIMIT, open_bytes
from evaltui.files.scribe import as_json

_LOOK = 1 << 16
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Tail:
    """`size` in bytes; `lines` counts line ends and what follows the last; `missing` must stand before a new line.

    `last` are the last whole lines, as far as they were looked at.
    """

    size: int
    lines: int
    newline: str
    missing: str
    ascii_only: bool
    tight: bool
    last: tuple[str, ...]


def tail_of(path: Path) -> Tail | Problem:
    """How a file ends, read as a stream."""
    opened = open_bytes(path, JSONL_LIMIT)
    if isinstance(opened, Problem):
        return opened
    with opened as file:
        ends, size = 0, 0
        while block := file.read(_BLOCK):
            ends, size = ends + block.count(b"\n"), size + len(block)
        file.seek(max(0, size - _LOOK))
        text = file.read().decode("utf-8", "replace")
    newline = "\r\n" if text.endswith("\r\n") else "\n"
    missing = newline if text and not text.endswith("\n") else ""
    escapes, tight = text.isascii() and "\\u" in text, bool(text.strip()) and '": ' not in text
    last = tuple(line for line in text.splitlines()[-2:] if len(line) < _LOOK // 2)
    return Tail(size, ends + bool(missing), newline, missing, escapes, tight, last)


def json_lines(values: Iterable[Any], tail: Tail) -> list[str]:
    """One line each, without its line end."""
    return [as_json(value, ascii_only=tail.ascii_only, tight=tail.tight) for value in values]


def values_from(path: Path, start: int) -> list[Any]:
    """The values of the lines from byte `start` on. Raises ValueError where one is none."""
    with path.open("rb") as file:
        file.seek(start)
        return [strict(line.decode()) for line in file if line.strip()]
