"""Messages as the wire has them, and the faults that spoil a reply."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Answer


def message(answer: Answer, model: str, message_id: str, tier: str) -> dict[str, Any]:
    """The message object of a reply; `tier` is `batch` or `standard`."""
    return {
        "model": model,
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "content": answer.content,
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "stop_details": _stop_details(answer.stop_reason),
        "usage": _usage(answer, tier),
    }


def spoiled(answer: Answer, faults: Faults, subject: str) -> Answer:
    """The answer after the first reply fault that strikes `subject`."""
    for name, spoil in _SPOILERS.items():
        if faults.strikes_on(name, subject):
            return spoil(answer)
    return answer


def _stop_details(stop_reason: str) -> dict[str, Any] | None:
    if stop_reason != "refusal":
        return None
    return {"type": "refusal", "category": None, "explanation": None}


def _usage(answer: Answer, tier: str) -> dict[str, Any]:
    return {
        "input_tokens": answer.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": answer.output_tokens,
        "output_tokens_details": {"thinking_tokens": 0},
        "service_tier": tier,
        "inference_geo": "global",
        **answer.usage,
    }


def _refusal(answer: Answer) -> Answer:
    return replace(answer, content=[], stop_reason="refusal", output_tokens=1)


def _cut(stop_reason: str) -> Callable[[Answer], Answer]:
    def cut(answer: Answer) -> Answer:
        content = [_half(block) for block in answer.content]
        return replace(answer, content=content, stop_reason=stop_reason, output_tokens=answer.output_tokens // 2)

    return cut


def _half(block: dict[str, Any]) -> dict[str, Any]:
    """Half a text; a cut tool call loses its arguments."""
    if block["type"] == "text":
        return {**block, "text": block["text"][: len(block["text"]) // 2]}
    return {**block, "input": {}} if block["type"] == "tool_use" else block


def _pause(answer: Answer) -> Answer:
    """A turn pauses in the middle of a server's tool, before it has called any of the client's."""
    searching = {"type": "server_tool_use", "id": "srvtoolu_01sandbox", "name": "web_search", "input": {"query": "…"}}
    said = [block for block in answer.content if block["type"] != "tool_use"]
    return replace(answer, content=[*said, searching], stop_reason="pause_turn")


_SPOILERS: dict[str, Callable[[Answer], Answer]] = {
    "refusal": _refusal,
    "max-tokens": _cut("max_tokens"),
    "context-exceeded": _cut("model_context_window_exceeded"),
    "pause-turn": _pause,
    "malformed-json": _cut("end_turn"),
}
