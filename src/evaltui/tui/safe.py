"""Owns how foreign text reaches the terminal: inert, on one line, and only in characters every terminal draws alike."""

import re
import unicodedata
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

LIMIT: Final = 2000
_LOST: Final = "\ufffd"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SYMBOL: Final = "\u2190-\u2bff\U0001f000-\U0001faff"
# Letters and marks by category, yet drawn as nothing: they hide text or make two names look like one.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_TONES: Final = "\U0001f3fb-\U0001f3ff"
# Terminals disagree on the width of a symbol that carries these, and a row must stay aligned.
_PRESENTATION: Final = re.compile(f"(?<=[0-9#*\u00a9\u00ae{_SYMBOL}])[\ufe0e\ufe0f{_TONES}]")
_LONE_JOINER: Final = re.compile(f"(?<![{_SYMBOL}])\u200d|\u200d(?![{_SYMBOL}])")
_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE: Final = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_LINE_END: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class _Pictures(dict[int, str]):
    """What each character is drawn as; filled as characters are met, never beyond the basic plane."""

    def __missing__(self, code: int) -> str:
        drawn = _picture(chr(code))
        if code < 0x10000:
            self[code] = drawn
        return drawn


_PICTURES: Final = _Pictures()


def plain(text: str, limit: int = LIMIT, *, newlines: bool = False) -> str:
    """`text` with nothing left that could move, colour, hide or reorder anything; line ends become ⏎ unless kept."""
    long = len(text) > limit
    if long:
        text = text[:limit]
    if not text.isprintable() or _BLANK.search(text) or not text.isascii():
        text = _inert(text, newlines=newlines)
    return f"{text}…" if long else text


def safe(text: str, limit: int = LIMIT) -> Content:
    """`text` as content no widget will read as markup."""
    return Content(plain(text, limit))


class StripControls(LineFilter):
    """The last line of defence: whatever a widget draws, no control character leaves. Use one instance per app."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments; only those that hold something unprintable are written anew."""
        return [part if part.control or part.text.isprintable() else _stripped(part) for part in segments]


def _inert(text: str, *, newlines: bool) -> str:
    text = _PRESENTATION.sub("", text)
    text = _PILE.sub(r"\1", _LONE_JOINER.sub(_LOST, text))
    lines = _LINE_END.split(text)
    return ("\n" if newlines else "⏎").join(_BLANK.sub(_LOST, line).translate(_PICTURES) for line in lines)


def _picture(character: str) -> str:
    if character == "\u200d" or unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code == 0x09:
        return "⇥"
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else _LOST


def _stripped(part: Segment) -> Segment:
    kept = (char for char in part.text if char == "\u200d" or unicodedata.category(char) not in _HIDDEN)
    return Segment("".join(kept), part.style)
