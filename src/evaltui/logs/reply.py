"""Owns how one assistant message, of either style, becomes a message as the Messages API would have sent it."""

from collections.abc import Iterator
from typing import Any

from evaltui.domain.tool import Block
from evaltui.files.jsontext import decode_json
from evaltui.logs.content import blocks
from evaltui.logs.report import Report, error, warning

_KEPT = ("id", "model", "usage", "stop_sequence", "stop_details")
_STOPS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}
_ARGUMENTS = ("arguments", "input", "args")
_NAMELESS = "a tool call must name its tool"


def read_reply(message: Block, at: str, report: Report) -> Block:
    """The message; `usage`, `model` and `stop_reason` are absent where they are not written.

    A tool call whose arguments are not JSON keeps them as text: so the agent wrote them.
    """
    said = blocks(message.get("content"), f"{at}.content", report)
    written = [*_reasoning(message), *map(_spoken, said), *_refusal(message), *_calls(message, at, report)]
    content = [_identified(block) for block in written]
    _check_names(content, at, report)
    refused = bool(message.get("refusal")) or any(block["type"] == "refusal" for block in said)
    kept = {key: message[key] for key in _KEPT if message.get(key) is not None}
    reason = "refusal" if refused else message.get("stop_reason") or message.get("finish_reason")
    stopped = {"stop_reason": stop_reason(reason)} if isinstance(reason, str) else {}
    return {"type": "message", "role": "assistant", **kept, "content": content, **stopped}


def stop_reason(written: str) -> str:
    """A reason to stop in the words of the Messages API; one that it does not know stays as it is."""
    return _STOPS.get(written, written)


def _reasoning(message: Block) -> list[Block]:
    text = message.get("reasoning_content") or message.get("reasoning")
    return [{"type": "thinking", "thinking": text}] if isinstance(text, str) else []


def _refusal(message: Block) -> list[Block]:
    text = message.get("refusal")
    return [{"type": "text", "text": text}] if isinstance(text, str) and text else []


def _spoken(block: Block) -> Block:
    return {"type": "text", "text": str(block.get("refusal"))} if block["type"] == "refusal" else block


def _identified(block: Block) -> Block:
    """A call's id is text: results are found by it."""
    written = block.get("id")
    if block["type"] != "tool_use" or written is None or isinstance(written, str):
        return block
    kept = {key: value for key, value in block.items() if key != "id"}
    return kept | {"id": str(written)} if isinstance(written, int) else kept


def _calls(message: Block, at: str, report: Report) -> Iterator[Block]:
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        report(error(f"{at}.tool_calls", "must be a list of tool calls", calls))
        calls = []
    for place, call in enumerate(calls):
        yield from _call(call, f"{at}.tool_calls[{place}]", report)
    if message.get("function_call") is not None:
        yield from _call(message["function_call"], f"{at}.function_call", report)


def _call(call: Any, at: str, report: Report) -> Iterator[Block]:
    """`{"id", "function": {"name", "arguments"}}`, or the name and the arguments without a cover."""
    if not isinstance(call, dict):
        report(error(at, "must be a mapping with a name and arguments", call))
        return
    inner = next((part for key in ("function", "custom") if isinstance(part := call.get(key), dict)), call)
    key = next((key for key in _ARGUMENTS if key in inner), _ARGUMENTS[0])
    given = inner.get(key)
    if isinstance(given, str) and inner is not call.get("custom"):
        given = _parsed(given, f"{at}.{key}", report)
    named = {"id": call["id"]} if call.get("id") is not None else {}
    yield {"type": "tool_use", **named, "name": inner.get("name"), "input": {} if given is None else given}


def _parsed(text: str, at: str, report: Report) -> Any:
    if not text.strip():
        return {}
    value, complaint, _ = decode_json(text.encode("utf-8", "surrogatepass"))
    if complaint:
        report(warning(at, f"the arguments are kept as text: {complaint}", text))
    return text if complaint else value


def _check_names(content: list[Block], at: str, report: Report) -> None:
    for block in content:
        if block["type"] == "tool_use" and not (isinstance(block.get("name"), str) and block["name"]):
            report(error(at, _NAMELESS, block.get("name")))
