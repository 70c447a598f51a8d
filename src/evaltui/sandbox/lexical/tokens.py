"""Owns token counts: about 3.6 characters a token, plus fixed overheads for messages, tools and schemas."""

import json
from math import ceil
from typing import Any

CHARS_PER_TOKEN = 3.6
_REQUEST, _TURN, _TOOLS, _TOOL = 8, 4, 150, 12


def count_text(text: str) -> int:
    """Tokens of a text; 0 for the empty one."""
    return ceil(len(text) / CHARS_PER_TOKEN)


def count_tokens(params: dict[str, Any]) -> int:
    """Input tokens of a Messages request: system, every turn, tool definitions and the output schema."""
    turns = sum(_TURN + _weigh(turn.get("content")) for turn in params.get("messages", []))
    tools = params.get("tools") or []
    offered = _TOOLS + sum(_TOOL + _weigh(tool) for tool in tools) if tools else 0
    return _REQUEST + _weigh(params.get("system")) + turns + offered + _weigh(params.get("output_config"))


def count_content(content: list[dict[str, Any]]) -> int:
    """Output tokens of a reply's blocks; at least 1."""
    return max(1, sum(_weigh(block) for block in content))


def _weigh(value: Any) -> int:
    if not value:
        return 0
    if isinstance(value, list):
        return sum(_weigh(part) for part in value)
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return count_text(value["text"])
    return count_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def cut(text: str, limit: int) -> str:
    """The longest beginning of a text that is at most `limit` tokens."""
    return text[: int(limit * CHARS_PER_TOKEN)]
