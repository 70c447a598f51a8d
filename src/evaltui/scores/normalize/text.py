"""Owns the normalisers that turn a text into a text."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‘’‚‛‹›", "'")
    | dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u200b\u2060\ufeff\u00ad")
)
_KEPT = frozenset("%‰#@&+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
# Marks that belong to a number stay: 3.14 is not 314 and -5 is not 5.
_IN_NUMBER = re.compile(r"(?<=\d)[.,:/-](?=\d)|(?<![^\s])-(?=\d)")


def unicode_forms(text: str) -> str:
    """One form for one character: NFKC, straight quotes, plain hyphens, no zero-width characters."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY))


def accents(text: str) -> str:
    """Letters without their accents: é is e."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def case(text: str) -> str:
    """Capitals do not count."""
    return text.casefold()


def punctuation(text: str) -> str:
    """Punctuation becomes a space (an apostrophe inside a word nothing); marks inside numbers and %‰#@&+ stay."""
    joined = _APOSTROPHE.sub("", text)
    if joined.isascii():
        return _ASCII_MARK.sub(" ", joined)
    kept = {match.start() for match in _IN_NUMBER.finditer(joined)}
    return "".join(char if at in kept or not _is_mark(char) else " " for at, char in enumerate(joined))


def space(text: str) -> str:
    """Runs of white space become one space; none at either end."""
    return " ".join(text.split())


# In the order they are applied, whatever order a person names them in: each leaves the work of the earlier intact.
TEXT: dict[str, Callable[[str], str]] = {
    "unicode": unicode_forms,
    "accents": accents,
    "case": case,
    "punctuation": punctuation,
    "space": space,
}


def normal_text(text: str, names: frozenset[str]) -> str:
    """All named text normalisers, repeated while they change something (a folded letter may need NFKC again)."""
    if text.isascii():  # once is enough
        return _once(text, names)
    for _ in range(5):
        before, text = text, _once(text, names)
        if text == before:
            break
    return text


def _once(text: str, names: frozenset[str]) -> str:
    for function in _functions(names):
        text = function(text)
    return text


@cache
def _functions(names: frozenset[str]) -> tuple[Callable[[str], str], ...]:
    return tuple(function for name, function in TEXT.items() if name in names)


def _is_mark(char: str) -> bool:
    return char not in _KEPT and unicodedata.category(char).startswith("P")


_ASCII_MARKS = "".join(re.escape(char) for char in map(chr, range(128)) if _is_mark(char))
_ASCII_MARK = re.compile(rf"(?!{_IN_NUMBER.pattern})[{_ASCII_MARKS}]")
