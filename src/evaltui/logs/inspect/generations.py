"""Owns what a sample tells of each generation beside the conversation: tokens, why it stopped, the tools it had."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.base import canonical
from evaltui.domain.tool import Block
from evaltui.domain.trajectory import Usage
from evaltui.logs.report import Report
from evaltui.logs.usage import read_usage

_STOPS = {"model_length": "model_context_window_exceeded", "unknown": ""}
_READ, _WRITTEN = "input_tokens_cache_read", "input_tokens_cache_write"
_Key = tuple[str, ...]


@dataclass(slots=True)
class Generations:
    """Found by the message that was generated: by its id, or in older logs by what it says."""

    _found: dict[_Key, deque[Block]] = field(default_factory=dict)
    tools: tuple[Block, ...] = ()

    @classmethod
    def of(cls, events: Any, last: Any) -> "Generations":
        """Those of the model events; `last` is the sample's output, for a log that keeps no events."""
        told = cls()
        for event in events if isinstance(events, list) else []:
            if isinstance(event, dict) and event.get("event") == "model":
                told._add(event.get("output"))
                told.tools = told.tools or tuple(_tools(event.get("tools")))
        if not told._found:
            told._add(last)
        return told

    def beside(self, reply: Block) -> Block:
        """`usage` and `stop_reason` of the reply, as far as they are told; a generation is told once."""
        waiting = self._found.get(_key(reply))
        output = waiting.popleft() if waiting else {}
        stop = _choice(output).get("stop_reason")
        reason = _STOPS.get(stop, stop) if isinstance(stop, str) else ""
        usage = output.get("usage")
        told = {"stop_reason": reason, "usage": counts(usage) if isinstance(usage, dict) else None}
        return {key: value for key, value in told.items() if value}

    def _add(self, output: Any) -> None:
        message = _choice(output).get("message") if isinstance(output, dict) else None
        if isinstance(message, dict):
            self._found.setdefault(_key(message), deque()).append(output)


def counts(usage: Block) -> Block:
    """Token counts in the names of the Messages API; whether cached input is counted within, the total tells."""
    told = dict(usage)
    for ours, theirs in (("cache_read_input_tokens", _READ), ("cache_creation_input_tokens", _WRITTEN)):
        if usage.get(theirs) is not None:
            told[ours] = usage[theirs]
    cached = sum(_count(usage.get(key)) for key in (_READ, _WRITTEN))
    own, output = _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))
    if cached and own >= cached and usage.get("total_tokens") == own + output:
        told["input_tokens"] = own - cached
    return told


def usage_of_all(written: Any, report: Report) -> Usage | None:
    """The tokens of the whole sample, over all its models; None where none are told."""
    models = written if isinstance(written, dict) else {}
    read = [
        usage
        for name, told in models.items()
        if isinstance(told, dict) and (usage := read_usage(counts(told), f"model_usage.{name}", report))
    ]
    return sum(read[1:], read[0]) if read else None


def _choice(output: Block) -> Block:
    choices = output.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _key(message: Block) -> _Key:
    name = message.get("id")
    if isinstance(name, str) and name:
        return (name,)
    said = canonical([message.get("content"), message.get("tool_calls")])
    return ("", said.decode("utf-8", "surrogateescape"))


def _tools(written: Any) -> Iterator[Block]:
    for tool in written if isinstance(written, list) else []:
        if isinstance(tool, dict) and isinstance(tool.get("name"), str):
            described = {"name": tool["name"], "description": tool.get("description")}
            yield described | {"input_schema": tool.get("parameters")}


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0
