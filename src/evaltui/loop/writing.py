"""Owns how any value is written for people: a text as it is, JSON broken over lines where one would be too long."""

import json
from typing import Any

LINE = 100  # characters of JSON that stay on one line
DEEPEST = 12  # columns of margin behind which nothing is broken any more
LARGEST = 200_000  # characters of a text that is looked at for whether it is JSON


def written(value: Any, line: int = LINE) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else folded(value, most=line)


def folded(value: Any, margin: str = "", most: int = LINE) -> str:
    """JSON in which what is too long for one line is broken into several, a few levels deep."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(margin) + len(line) <= most or len(margin) == DEEPEST:
        return line
    inner = f"{margin}  "
    if isinstance(value, list):
        return _broken("[]", [folded(item, inner, most) for item in value], margin)
    named = ((json.dumps(name, ensure_ascii=False), item) for name, item in value.items())
    return _broken("{}", [f"{name}: {folded(item, inner, most)}" for name, item in named], margin)


def as_json(text: str) -> Any | None:
    """The object or list that a text holds as JSON, where it does and is not too long to look."""
    if len(text) > LARGEST or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _broken(ends: str, parts: list[str], margin: str) -> str:
    inside = ",\n".join(f"{margin}  {part}" for part in parts)
    return f"{ends[0]}\n{inside}\n{margin}{ends[1]}"
