"""Owns what a plain YAML scalar means: the JSON types, and nothing that surprises."""

import re

from pydantic import JsonValue

_WORDS: dict[str, JsonValue] = {"": None, "~": None}
_WORDS |= {
    form: value
    for word, value in {"null": None, "true": True, "false": False}.items()
    for form in (word, word.title(), word.upper())
}
_UNCLEAR = {"yes": True, "no": False, "on": True, "off": False, "y": True, "n": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)?(?:\.[0-9]+)?(?:(?<=[0-9])[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE)
_LONGEST_NUMBER = 400


def plain(text: str) -> tuple[JsonValue, str]:
    """The value of an unquoted scalar and a complaint, empty if there is none.

    Numbers are those of JSON (and `.5`); dates, times, `012`, `0x1f`, `1_000` and `+5` stay text.
    """
    if text in _WORDS:
        return _WORDS[text], ""
    if text[0] in "-+.0123456789":
        return _number(text)
    if len(text) <= 3 and text.lower() in _UNCLEAR:
        return _unclear(text)
    return text, ""


def _unclear(text: str) -> tuple[JsonValue, str]:
    value = _UNCLEAR[text.lower()]
    word = str(value).lower()
    return value, f'YAML reads a bare `{text}` as {word}; quote it ("{text}") if it is text, or write {word}'


def _number(text: str) -> tuple[JsonValue, str]:
    if _NOT_FINITE.fullmatch(text):
        return None, f'`{text}` is not a finite number; quote it ("{text}") if it is text'
    if text in "-." or len(text) > _LONGEST_NUMBER:
        return text, ""
    if _INTEGER.fullmatch(text):
        return int(text), ""
    return _decimal(text) if _NUMBER.fullmatch(text) else (text, "")


def _decimal(text: str) -> tuple[JsonValue, str]:
    value = float(text)
    if abs(value) == float("inf"):
        return None, f'`{text}` is too large for a number; quote it ("{text}") if it is text'
    return value, ""
