"""Owns token counts: about 3.6 characters a token, plus fixed overheads for messages, tools and schemas."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

CHARS_PER_TOKEN = 3.6
_REQUEST, _TURN, _TOOLS, _TOOL = 8, 4, 150, 12


def count_text(text: str) -> int:
    """Tokens of a text; 0 for the empty one."""
    return ceil(len(text) / CHARS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a request, its tokens with what surrounds it, and where it stands: tools, system or a role."""

    place: str
    block: dict[str, Any]
    tokens: int


def parts(params: dict[str, Any]) -> Iterator[Part]:
    """The blocks of a Messages request in the order in which they are read; texts count as blocks."""
    for at, tool in enumerate(params.get("tools") or []):
        yield Part("tools", tool, _TOOL + _weigh(tool) + (0 if at else _TOOLS))
    for block in _blocks(params.get("system")):
        yield Part("system", block, _weigh(block))
    for turn in params.get("messages", []):
        for at, block in enumerate(_blocks(turn.get("content"))):
            yield Part(str(turn.get("role")), block, _weigh(block) + (0 if at else _TURN))


def count_tokens(params: dict[str, Any]) -> int:
    """Input tokens of a Messages request: system, every turn, tool definitions and the output schema."""
    return _REQUEST + sum(part.tokens for part in parts(params)) + _weigh(params.get("output_config"))


def _blocks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, list):
        return [block if isinstance(block, dict) else {} for block in content]
    return [{"type": "text", "text": content}] if content else []


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
