"""Owns how a text is seen by the finders: look-alikes folded, invisible characters gone, placeholders as one mark."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

MARK = "\ue000"  # stands for what is redacted already: no finder's character, no word's
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+"
)
_ESCAPED_END = re.compile(r"(?<![Uu]sers)(?<!\\)\\{1,4}[nrt]")  # of a line in JSON; not C:\Users\nora
Stretch = tuple[int, int]


class _Folding(dict[int, str]):
    """A table for str.translate that fills itself; one character always becomes one, so that offsets stay."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


def _folded(char: str) -> str:
    category = unicodedata.category(char)
    if char == MARK:
        return "\ufffd"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    plain = "-" if category == "Pd" else unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


_TABLE = _Folding()


@dataclass(frozen=True)
class View:
    """`text` is searched. Piece by piece: `starts` are offsets into it, `origins` the same places in the original.

    Not slotted: `low` is cached.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    @cached_property
    def low(self) -> str:
        """The text in small letters, offset by offset the same."""
        low = self.text.lower()
        return low if len(low) == len(self.text) else "".join(c.lower()[:1] for c in self.text)

    def origin(self, at: int) -> int:
        """Where the character at `at` stood; the end of the text stays its end."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def view(text: str, marked: Iterable[Stretch]) -> View:
    """`marked` are the stretches of `text`, in order and apart, that are seen as one `MARK` each."""
    folded = text if text.isascii() else text.translate(_TABLE)
    pieces: list[str] = []
    starts, origins, at = [], [], 0
    for piece, origin in _pieces(folded, _cuts(text, marked)):
        pieces.append(piece)
        starts.append(at)
        origins.append(origin)
        at += len(piece)
    return View(_line_ends("".join(pieces)), (*starts, at), (*origins, len(text)))


def _line_ends(text: str) -> str:
    """Escaped ones as real ones, lest their n be taken for the first letter of a word; as long as before."""
    return _ESCAPED_END.sub(lambda found: "\n".rjust(len(found[0])), text) if "\\" in text else text


def _pieces(text: str, cuts: Iterable[tuple[int, int, str]]) -> Iterator[tuple[str, int]]:
    """What is left beside the cuts, and what stands for them; none is empty."""
    done = 0
    for start, end, instead in cuts:
        if start > done:
            yield text[done:start], done
        if instead:
            yield instead, start
        done = end
    if done < len(text):
        yield text[done:], done


def _cuts(text: str, marked: Iterable[Stretch]) -> Iterator[tuple[int, int, str]]:
    hidden = [] if text.isascii() else [(found.start(), found.end(), "") for found in _INVISIBLE.finditer(text)]
    done = 0
    for start, end, instead in sorted([*hidden, *((start, end, MARK) for start, end in marked)]):
        if end > done:
            yield max(start, done), end, instead
            done = end
