"""Owns looking into values of which only people know the shape: the first key that is there, JSON kept as text."""

import json
from collections.abc import Mapping
from typing import Any

from evaltui.files.jsontext import decode_json

_DEEPEST = 40  # levels of a name with dots


def first(holder: Mapping[str, Any], *keys: str) -> Any:
    """The value of the first of the keys that holds one; None where none does."""
    return next((value for key in keys if (value := holder.get(key)) is not None), None)


def text(holder: Mapping[str, Any], *keys: str) -> str:
    """The first of them that is text, and not empty; "" where none is."""
    return next((value for key in keys if isinstance(value := holder.get(key), str) and value), "")


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a JSON object, also one kept as text; an empty one for any other."""
    value = loosely(value)
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value where it is a JSON array, also one kept as text; an empty one for any other."""
    value = loosely(value)
    return value if isinstance(value, list) else []


def loosely(value: Any) -> Any:
    """A JSON object, array or text that was kept as JSON text; any other value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "[", '"'):
        return value
    read, complaint, _ = decode_json(value.encode("utf-8", "surrogatepass"))
    return value if complaint else read


def text_of(value: Any) -> str:
    """Text as it is, nothing for None, JSON text for anything else."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def number(value: Any) -> float | None:
    """A number, also one kept as text; None for what is none."""
    if isinstance(value, bool):
        return float(value)
    try:
        read = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return read if read is not None and abs(read) < float("inf") else None


def nested(attributes: Mapping[str, Any], prefix: str) -> Any:
    """What stands under `prefix.`, its dots read as levels and its numbers as places of a list; None for nothing.

    `a.0.role` and `a.0.content` under "a" are `[{"role": …, "content": …}]`. What is there as one value goes before.
    """
    if (whole := loosely(attributes.get(prefix))) not in (None, "", [], {}):
        return whole
    root: dict[str, Any] = {}
    start = f"{prefix}."
    for key, value in attributes.items():
        if key.startswith(start):
            _put(root, key[len(start) :].split(".", _DEEPEST), value)
    return _listed(root) if root else None


def _put(node: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = node.get(name)
        if not isinstance(inner, dict):
            inner = node[name] = {}
        node = inner
    node.setdefault(path[-1], value)


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(value) for key, value in node.items()}
    if inner and all(key.isdecimal() and len(key) < 7 for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
