"""Owns what of a logged conversation goes into a case: texts, tool calls and results; nothing that cannot be redacted.

Pictures and documents cannot be searched for secrets, and what a model thought is signed as it was: both are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from math import isfinite
from typing import Any

from evaltui.domain.tool import Block, Content

_THOUGHTS = ("thinking", "redacted_thinking")


@dataclass(slots=True)
class Cleaner:
    """Tool calls get short ids in the order in which they are met; `left_out` are kinds of blocks, in that order."""

    left_out: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def message(self, message: Block) -> Block:
        """A message of the Messages API; text alone stays plain text."""
        return {"role": str(message.get("role")), "content": self.content(message.get("content") or "")}

    def content(self, content: Content) -> Content:
        """Text, or blocks of which none is blank."""
        if isinstance(content, str):
            return whole_text(content)
        blocks = [made for block in content if isinstance(block, dict) and (made := self._block(block)) is not None]
        return str(blocks[0]["text"]) if len(blocks) == 1 and blocks[0]["type"] == "text" else blocks

    def _block(self, block: Block) -> Block | None:
        kind = str(block.get("type"))
        if kind == "text":
            text = whole_text(str(block.get("text", "")))
            return {"type": "text", "text": text} if text.strip() else None
        if kind == "tool_use":
            known = {"id": self._new(str(block.get("id"))), "name": whole_text(str(block.get("name")))}
            return {"type": kind, **known, "input": plain(block.get("input"))}
        if kind == "tool_result":
            return self._result(block)
        self.left_out[kind] = self.left_out.get(kind, 0) + 1
        return None if kind in _THOUGHTS else {"type": "text", "text": f"[{whole_text(kind)} left out]"}

    def _result(self, block: Block) -> Block:
        content = self.content(block.get("content") or "")
        known = {"type": "tool_result", "tool_use_id": self._same(str(block.get("tool_use_id"))), "content": content}
        return known | ({"is_error": True} if block.get("is_error") is True else {})

    def _new(self, call_id: str) -> str:
        """A call gets an id of its own, also where a log gives one id twice."""
        self._ids[call_id] = f"call_{next(self._numbers)}"
        return self._ids[call_id]

    def _same(self, call_id: str) -> str:
        return self._ids.get(call_id) or self._new(call_id)


def plain(value: Any) -> Any:
    """A JSON value that a YAML file can hold: no half of a surrogate pair, no number that is not finite."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, dict):
        return {whole_text(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def whole_text(text: str) -> str:
    """Halves of surrogate pairs become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
