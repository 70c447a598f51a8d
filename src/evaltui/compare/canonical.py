"""Owns when two texts are compared as JSON, so that the order of keys and the spacing are no differences."""

import json
from typing import Any

_LARGEST = 1_000_000  # characters; beyond it a text is compared as it is


def canonical_pair(left: str, right: str) -> tuple[str, str, bool]:
    """Both as indented JSON with sorted keys if both are JSON objects or arrays; otherwise both untouched and False."""
    one, other = _parsed(left), _parsed(right)
    if one is None or other is None:
        return left, right, False
    try:
        return _written(one), _written(other), True
    except RecursionError:
        return left, right, False


def _parsed(text: str) -> dict[str, Any] | list[Any] | None:
    if len(text) > _LARGEST or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A repeated key would vanish without a trace."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _written(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
