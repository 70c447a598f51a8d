"""Owns how a new item of a YAML list is laid out for readers: what is short on one line, a text line by line."""

from typing import Any

from evaltui.files.scribe import Spot, as_key, written

WIDE = 88
"""Characters that a list or mapping in brackets may have."""
_BRACKETS = Spot(flow=True, indent=0, open_line=False)
_BELOW = Spot(flow=False, indent=2, open_line=True)


def item_lines(value: Any, dash: str = "- ") -> list[str]:
    """The lines of one item from column 0 on; what lies below the first is as far in as `dash` is long."""
    first, *rest = _lines(value) if value and isinstance(value, (dict, list)) else _scalar(value)
    return [dash + first, *_inner(rest, len(dash))]


def in_brackets(value: Any) -> str:
    """The value on one line, as it stands between brackets."""
    return written(value, _BRACKETS)


def mapping_text(value: dict[str, Any]) -> str:
    """A whole mapping as a document of its own."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: dict[str, Any] | list[Any]) -> list[str]:
    if isinstance(value, dict):
        return [line for key, each in value.items() for line in _entry(f"{as_key(key)}:", each)]
    return [line for each in value for line in _item(each)]


def _entry(key: str, value: Any) -> list[str]:
    if not _opens(value):
        first, *rest = _scalar(value)
        return [f"{key} {first}", *rest]
    return [key, *_inner(_lines(value), 2)]


def _item(value: Any) -> list[str]:
    if not _opens(value):
        first, *rest = _scalar(value)
        return [f"- {first}", *rest]
    return item_lines(value)


def _opens(value: Any) -> bool:
    """Whether it goes on over several lines: a list or mapping that is long, deep, or holds a text of several lines."""
    if not value or not isinstance(value, (dict, list)):
        return False
    parts = value.values() if isinstance(value, dict) else value
    if any(isinstance(part, str) and "\n" in part for part in parts):
        return True
    return any(map(_opens, parts)) or len(in_brackets(value)) > WIDE


def _scalar(value: Any) -> list[str]:
    return written(value, _BELOW).split("\n")


def _inner(lines: list[str], indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line else "" for line in lines]
