"""Owns how a foreign text of any size becomes lines of a width: made inert and broken between words, only as asked."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

from evaltui.tui.safe import plain

PIECE = 4096  # characters of one line that are looked at together
_CHARACTER = re.compile(r".\u200d?", re.DOTALL)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` cells; what continues a line is indented as it is."""
    width = max(1, width)
    for line in text.split("\n"):
        for piece in _pieces(line.removesuffix("\r")):
            yield from _lines(plain(piece.replace("\t", "    "), 4 * PIECE), width)


def _pieces(line: str) -> Iterator[str]:
    """A very long line in parts, so that its beginning can be shown before its end was looked at."""
    at = 0
    while len(line) - at > PIECE:
        blank = line.rfind(" ", at + PIECE // 2, at + PIECE)
        end = at + PIECE if blank < 0 else blank + 1
        yield line[at:end]
        at = end
    yield line[at:]


def _lines(line: str, width: int) -> Iterator[str]:
    indent = min(len(line) - len(line.lstrip(" ")), width // 2)
    margin, room, least = "", width, indent
    while (end := _fitting(line, room)) < len(line):
        blank = line.rfind(" ", least, end + 1)
        cut, after = (blank, blank + 1) if blank > 0 else (end, end)
        yield margin + line[:cut]
        line, margin, room, least = line[after:], " " * indent, width - indent, 1
    yield margin + line


def _fitting(line: str, room: int) -> int:
    """How many characters of a line fit, at least one."""
    if line[: room + 1].isascii():
        return min(len(line), room)
    used = end = 0
    for match in _CHARACTER.finditer(line):
        used += cell_len(match[0])
        if used > room:
            break
        end = match.end()
    return max(1, end)
