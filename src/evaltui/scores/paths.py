"""Owns dotted paths into JSON values: `items.0.price`."""

from enum import Enum
from typing import Any, Final


class Absent(Enum):
    """What a path finds when nothing is there; JSON's null is a value, this is none."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
_NAMES: dict[type, str] = {str: "string", list: "list", tuple: "list", dict: "object"}


def dig(value: Any, path: str) -> Any:
    """What lies at `path` ("" is the whole), or `ABSENT`. A key that holds dots itself wins over the path."""
    if not path or value is ABSENT:
        return value
    if isinstance(value, dict) and path in value:
        return value[path]
    head, _, rest = path.partition(".")
    return dig(_child(value, head), rest)


def is_null(value: Any) -> bool:
    """Absent, or JSON's null."""
    return value is None or value is ABSENT


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values: 5 is 5.0, true is not 1, "5" is not 5, key order does not count."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return kind(left) == kind(right) and bool(left == right)


def kind(value: Any) -> str:
    """The JSON type in words: null, boolean, number, string, list or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return _NAMES.get(type(value), type(value).__name__)


def _child(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key, ABSENT)
    if isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 9 and int(key) < len(value):
        return value[int(key)]
    return ABSENT
