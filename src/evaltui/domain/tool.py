"""A tool call of the agent under test, what came of it, and who answers it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from evaltui.domain.case import Case

Block = dict[str, Any]
Content = str | list[Block]
"""What a `tool_result` of the Messages API may hold: text, or a list of content blocks."""
_NO_WORDS = "the tool failed and did not say why"  # the API refuses an error without content


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One `tool_use` block of a reply; `arguments` is its `input`."""

    id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the model is told. `detail` is for people only: a traceback, or the last words of a process that died."""

    content: Content
    is_error: bool = False
    detail: str = ""

    def block(self, call: ToolCall) -> Block:
        """The `tool_result` block that answers `call`."""
        content = self.content or (_NO_WORDS if self.is_error else "")
        block: Block = {"type": "tool_result", "tool_use_id": call.id, "content": content}
        return block | ({"is_error": True} if self.is_error else {})


@dataclass(frozen=True, slots=True)
class CaseFailed:
    """The call cannot be answered, so the conversation ends here and its case fails with this reason."""

    reason: str
    detail: str = ""


class ToolBackend(Protocol):
    """Made once for a run. Calls are answered one at a time; several backends may work side by side.

    `effects`: a call may change something, so one whose answer was lost is never made again unasked.
    """

    @property
    def effects(self) -> bool: ...

    def answer(self, call: ToolCall, case: Case, earlier: Sequence[ToolCall]) -> ToolResult | CaseFailed:
        """Answer one call; `earlier` are the calls of the same conversation that stand before it, oldest first.

        Never raises: what goes wrong with the tool is an error result, what goes wrong with us a CaseFailed.
        """
        ...

    def tools(self) -> list[Block] | CaseFailed | None:
        """The tool definitions it offers, None when agent.yaml alone defines them.

        Asked before anything is sent: CaseFailed says that it cannot start and would fail every case.
        """
        ...

    def close(self) -> None:
        """End every process it started; it starts again when it is asked again."""
        ...


def content_of(value: Any) -> Content:
    """Text and content blocks as they are, any other JSON value as JSON text. Raises ValueError for what is no JSON."""
    if isinstance(value, str):
        return value
    return value if _blocks(value) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def _blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_block, value))


def _block(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "text":
        return isinstance(value.get("text"), str)
    return kind in ("image", "document") and isinstance(value.get("source"), dict)
