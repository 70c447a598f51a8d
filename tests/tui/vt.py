"""A terminal's screen, as far as Textual writes on one; whatever else arrives is kept aside as `odd`."""

import re
from collections.abc import Callable
from unicodedata import category

from rich.cells import cell_len

MODES = frozenset({"7", "25", "1000", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2048"})
SEQUENCE = re.compile(
    r"\x1b(?:\[(?P<mark>[<=>?]?)(?P<args>[\d;:]*)(?P<middle>[ -/]*)(?P<end>[@-~])"
    r"|\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|[P^_X][^\x1b]*\x1b\\|[^\[\]P^_X])"
)
HALF = re.compile(r"\x1b(?:\[[<=>?]?[\d;:]*[ -/]*|\][^\x07\x1b]*\x1b?|[P^_X][^\x1b]*\x1b?)?\Z")
JOINER = "\u200d"


class Vt:
    """`rows` hold one text per cell, "" behind a wide one. `odd`: what Textual has no business to write, in order.

    `frames` counts synchronised updates, or flushes with text in them where there are none.
    """

    def __init__(self, width: int, height: int) -> None:
        self.odd: list[str] = []
        self.pointer: list[str] = []
        self._rest = ""
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Blank, in another size."""
        self.width, self.height = width, height
        self.rows = [[" "] * width for _ in range(height)]
        self.x = self.y = 0

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join("".join(row).rstrip() for row in self.rows)

    def feed(self, data: str) -> None:
        """Take what was written; a sequence cut in the middle waits for its rest."""
        data = self._rest + data
        half = HALF.search(data)
        self._rest = half[0] if half else ""
        data = data[: half.start()] if half else data
        at = 0
        for found in SEQUENCE.finditer(data):
            self._write(data[at : found.start()])
            self._obey(found)
            at = found.end()
        self._write(data[at:])

    def _obey(self, found: re.Match[str]) -> None:
        osc = found["osc"]
        if osc is not None:
            (self.pointer if osc.startswith("22;") else self.odd).append(found[0])
        elif not (found["end"] and self._control(found)):
            self.odd.append(found[0])

    def _control(self, found: re.Match[str]) -> bool:
        """Whether it is one of those that Textual writes."""
        mark, arguments, end = found["mark"], found["args"], found["middle"] + found["end"]
        known: dict[tuple[str, str], Callable[[], bool]] = {
            ("", "m"): lambda: True,
            ("", "H"): lambda: self._move(arguments),
            ("?", "h"): lambda: arguments in MODES,
            ("?", "l"): lambda: arguments in MODES,
            ("?", "$p"): lambda: arguments in MODES,
            (">", "u"): lambda: True,
            ("<", "u"): lambda: True,
        }
        return known.get((mark, end), lambda: False)()

    def _move(self, arguments: str) -> bool:
        row, _, column = arguments.partition(";")
        self.y, self.x = int(row or 1) - 1, int(column or 1) - 1
        return self.y < self.height and self.x < self.width

    def _write(self, text: str) -> None:
        if not text.isprintable():
            self.odd += [char for char in text if char not in "\r\n" and not self._drawn(char)]
        for char in text:
            self._put(char)

    @staticmethod
    def _drawn(char: str) -> bool:
        return char == JOINER or category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

    def _put(self, char: str) -> None:
        if char == "\r":
            self.x = 0
        elif char == "\n":
            self.y = min(self.y + 1, self.height - 1)
        elif self.y < self.height:
            self._cell(char)

    def _cell(self, char: str) -> None:
        size, row = cell_len(char), self.rows[self.y]
        if size == 0 and self.x:
            row[self.x - 1] += char
        elif self.x + size <= self.width:
            row[self.x : self.x + size] = [char, *[""] * (size - 1)]
            self.x += size
