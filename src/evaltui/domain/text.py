"""Owns how foreign text is made safe to show, and which known name is nearest to a wrong one."""

import json
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINER = "\u200d"  # stays: emoji are built with it and it moves nothing


def visible(text: str, *, newlines: bool = False) -> str:
    """Every control, escape, bidi, surrogate or unassigned character written as an escape; line ends may be kept."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char == "\n" and newlines else _visible(char) for char in text)


def shown(text: str, limit: int = 60) -> str:
    """At most `limit` characters of `text`, every control, format and surrogate character written as an escape."""
    head = "".join(map(_visible, text[:limit]))
    return head if len(text) <= limit and len(head) <= limit else head[: limit - 1] + "…"


def found(value: Any, limit: int = 60) -> str:
    """Any plain value as JSON, shortened and made visible: what was found where something else was allowed."""
    if isinstance(value, str):
        return f'"{shown(value, limit)}"'
    return shown(json.dumps(value, ensure_ascii=False, default=str), limit)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The name among `known` that `word` most probably meant; `cutoff` 1 takes only the name itself."""
    folded = {name.casefold(): name for name in known}
    match = get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[match[0]] if match else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or nothing."""
    name = nearest(word, known)
    return f'did you mean "{name}"?' if name else ""


def dotted(path: Iterable[str | int]) -> str:
    """`(3, "expected", "route")` → `[3].expected.route`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in path)
    return text.removeprefix(".")


def _visible(character: str) -> str:
    if character == _JOINER or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")
