"""Owns the lines of a JSON Lines file: numbered, streamed, none longer than a limit."""

from collections.abc import Iterator
from typing import BinaryIO

from evaltui.domain.problem import Problem
from evaltui.files.raw import LINE_LIMIT


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank; a line over LINE_LIMIT comes cut, one byte too long."""
    number = 0
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if line.strip():
            yield number, line
        while len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
            raw = file.readline(LINE_LIMIT + 1)


def too_long(file: str, line: int) -> Problem:
    """The problem of a line that came cut."""
    return Problem(file, line, "", "the line is too long", allowed=f"at most {LINE_LIMIT:,} bytes")
