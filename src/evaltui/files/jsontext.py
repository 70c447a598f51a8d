"""Owns JSON as people may write it: finite numbers, no key twice, no half of a surrogate pair; and as programs do."""

import json
import re
from typing import Any, NoReturn

from pydantic_core import from_json

_SURROGATE = re.compile(r"hex escape|surrogate", re.IGNORECASE)
_POSITION = re.compile(r" at line (\d+) column (\d+)$")


class NotPlainError(ValueError):
    """JSON that parses and still cannot be used; the text is the sentence for a person."""


def decode_json(raw: bytes) -> tuple[Any, str, int]:
    """The value, a complaint (empty if there is none) and the line the complaint is about."""
    try:
        from_json(raw)
        return strict(raw.decode("utf-8")), "", 1
    except NotPlainError as error:
        return None, str(error), 0
    except ValueError as error:
        return None, sentence(str(error)), json_line(str(error))


def decode_loose(raw: bytes) -> tuple[Any, str, int]:
    """As `decode_json`, for what other programs wrote: a number that is not finite is read as null.

    Of a key that is given twice the last counts.
    """
    try:
        from_json(raw)
        return _loose(raw.decode("utf-8")), "", 1
    except ValueError as error:
        return None, sentence(str(error)), json_line(str(error))


def sentence(message: str) -> str:
    """A JSON parser's message in plain words."""
    position = _POSITION.search(message)
    column = f" at column {position[2]}" if position else ""
    what = _POSITION.sub("", message).removeprefix("Invalid JSON: ")
    if _SURROGATE.search(what):
        return f"an escape{column} is half of a surrogate pair and cannot be sent as UTF-8"
    if "recursion limit" in what:
        return f"nested too deep{column}"
    return f"not valid UTF-8{column}" if "unicode code point" in what else f"not valid JSON: {what}{column}"


def json_line(message: str) -> int:
    """The line a JSON parser's message names, 1 if it names none."""
    position = _POSITION.search(message)
    return int(position[1]) if position else 1


def _constant(text: str) -> NoReturn:
    raise NotPlainError(f"{text} is not a finite number")


def _float(text: str) -> float:
    value = float(text)
    return _constant(text) if abs(value) == float("inf") else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotPlainError(f"the key {json.dumps(twice)} is given twice")
    return value


def _finite(text: str) -> float | None:
    value = float(text)
    return None if abs(value) == float("inf") else value


_loose = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite).decode
strict = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float).decode
"""Decodes text that a JSON parser has accepted, and raises NotPlainError for what JSON permits and we do not."""
