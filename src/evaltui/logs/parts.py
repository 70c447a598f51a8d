"""Owns the parts of a traced message, in every style that traces know, as content blocks and tool results."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.tool import Block
from evaltui.logs.loose import first, loosely, text_of

_TEXTS = frozenset({"text", "input_text", "output_text", "refusal", "summary_text"})
_CALLS = frozenset({"tool_call", "tool-call", "toolCall", "tool_use", "function_call", "function"})
_RESULTS = frozenset({"tool_call_response", "tool-result", "tool_result", "toolResult", "function_call_output"})
_THOUGHT = re.compile(r"reasoning|thinking|thought", re.IGNORECASE)
_ID = ("id", "toolCallId", "tool_call_id", "call_id", "tool_use_id")
_NAME = ("name", "toolName", "function_name", "tool_name")
_ARGUMENTS = ("arguments", "input", "args", "parameters")
_OUTPUT = ("response", "result", "output", "content")
_ERRORS = ("is_error", "isError")


@dataclass(slots=True)
class Parts:
    """What a message holds: blocks of its content (text, calls, thoughts), and results of tools as messages."""

    blocks: list[Block] = field(default_factory=list)
    results: list[Block] = field(default_factory=list)

    def add(self, part: Any) -> None:
        """Take one part of the content."""
        if isinstance(part, str):
            self._text(part)
        elif isinstance(part, dict):
            self._part(_uncovered(part))

    def _part(self, part: Block) -> None:
        written = part.get("type") or part.get("kind")
        kind = written if isinstance(written, str) else None
        if isinstance(call := first(part, "function_call", "functionCall"), dict) or kind in _CALLS:
            self.blocks.append(call_of(call if isinstance(call, dict) else part))
        elif isinstance(answer := first(part, "function_response", "functionResponse"), dict) or kind in _RESULTS:
            self.results.append(result_of(answer if isinstance(answer, dict) else part))
        elif part.get("thought") is True or (kind is not None and _THOUGHT.search(kind)):
            self.blocks.append({"type": "thinking", "thinking": text_of(_said(part))})
        elif kind in _TEXTS or (kind is None and isinstance(part.get("text"), str)):
            self._text(text_of(_said(part)))
        elif kind is not None:
            self.blocks.append(part)
        else:
            self._text(text_of(part))

    def _text(self, text: str) -> None:
        if text:
            self.blocks.append({"type": "text", "text": text})


def call_of(call: Mapping[str, Any]) -> Block:
    """A tool call as a block; its id is absent where none is written, its name "" where it has none."""
    call = _uncovered(call)
    inner = next((part for key in ("function", "custom") if isinstance(part := call.get(key), dict)), call)
    name, named = first(inner, *_NAME), _name(first(call, *_ID[1:], "id"))
    given = first(inner, *_ARGUMENTS)
    block = {"type": "tool_use"} | ({"id": named} if named else {})
    return block | {"name": name if isinstance(name, str) else "", "input": _arguments(given)}


def result_of(answer: Mapping[str, Any]) -> Block:
    """A tool's result as a message of the role tool."""
    output = loosely(first(answer, *_OUTPUT))
    failed = any(answer.get(key) is True for key in _ERRORS) or answer.get("status") == "error" or says_error(output)
    message: Block = {"role": "tool", "content": told(output), "is_error": failed}
    return message | {
        key: name
        for key, name in (("tool_call_id", _name(first(answer, *_ID))), ("name", _name(first(answer, *_NAME))))
        if name
    }


def says_error(output: Any) -> bool:
    """Whether a tool's output calls itself an error, as a mark of its own, never by its words."""
    return isinstance(output, dict) and (
        any(output.get(key) is True for key in _ERRORS)
        or (isinstance(output.get("type"), str) and output["type"].startswith("error-"))
    )


def told(output: Any) -> str:
    """A tool's output as text: without the covers that frameworks put around it."""
    if isinstance(output, dict):
        inner = output.get("content") if isinstance(output.get("content"), list) else None
        inner = output["result"] if output.get("type") == "function_result" and "result" in output else inner
        inner = output["value"] if str(output.get("type")) in _VALUES and "value" in output else inner
        return text_of(output) if inner is None else told(inner)
    if isinstance(output, list) and output and all(isinstance(part, dict) and "text" in part for part in output):
        return "\n".join(text_of(part["text"]) for part in output)
    return text_of(output)


_VALUES = frozenset({"text", "json", "error-text", "error-json", "content"})


def _uncovered(part: Mapping[str, Any]) -> Block:
    """OpenInference repeats the name of the list before every key: `message_content.text`, `tool_call.id`."""
    plain = {key.partition(".")[2] if key.startswith(_COVERS) else key: value for key, value in part.items()}
    for cover in ("message_content", "tool_call"):
        if isinstance(inner := plain.get(cover), dict) and len(plain) == 1:
            return inner
    return plain


_COVERS = ("message_content.", "tool_call.")


def _said(part: Mapping[str, Any]) -> Any:
    return first(part, "text", "content", "thinking", "reasoning", "refusal", "summary")


def _name(written: Any) -> str:
    if isinstance(written, bool):
        return ""
    return str(written) if isinstance(written, str | int) else ""


def _arguments(given: Any) -> Any:
    if given is None or given == "":
        return {}
    return loosely(given)


def calls_in(message: Mapping[str, Any]) -> Iterator[Any]:
    """The calls that a message lists beside its content."""
    extra = message.get("additional_kwargs")
    for holder in (message, extra if isinstance(extra, dict) else {}):
        calls = loosely(first(holder, "tool_calls", "toolCalls"))
        if isinstance(calls, list) and calls:
            yield from calls
            return
        if isinstance(call := holder.get("function_call"), dict):
            yield call
            return
