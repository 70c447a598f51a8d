"""Owns how values of gold and of models are put into reasons: short, on one line, nothing invisible or hostile."""

import difflib
import json
import unicodedata
from collections.abc import Iterable
from typing import Any

SHORT = 80
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def shown(value: Any, limit: int = SHORT) -> str:
    """`value` as JSON (texts in quotes) of at most `limit` characters, invisible characters escaped."""
    return _short(_visible(_json(value, limit)), limit)


def plain(value: Any, limit: int = SHORT) -> str:
    """As `shown`, but a text stands without quotes; a newline still shows as `\\n`."""
    if not isinstance(value, str) or not value.strip():
        return shown(value, limit)
    return _short(_visible(value[: limit + 1]), limit)


def contrast(expected: Any, got: Any) -> str:
    """`expected X, got Y`; quotes appear only where the two would look alike without them."""
    left, right = plain(expected), plain(got)
    if left == right:
        left, right = shown(expected), shown(got)
    return f"expected {left}, got {right}"


def nearest(name: str, options: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing when no option is near."""
    near = difflib.get_close_matches(name[:SHORT], list(options), n=1, cutoff=0.6)
    return f"; did you mean {plain(near[0])}?" if near else ""


def listed(words: Iterable[str], limit: int = SHORT) -> str:
    """Words joined by commas, shortened."""
    return _short(_visible(", ".join(words)), limit)


def with_notes(reason: str, notes: Iterable[str]) -> str:
    """A reason followed by what was tolerated on the way."""
    return "; ".join((reason, *notes))


def _json(value: Any, limit: int) -> str:
    if isinstance(value, str):
        value = value[: limit + 1]
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return f"a {type(value).__name__} too deep to show"


def _visible(text: str) -> str:
    return text if text.isascii() and text.isprintable() else "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    if char == " " or unicodedata.category(char) not in _INVISIBLE:
        return char
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
