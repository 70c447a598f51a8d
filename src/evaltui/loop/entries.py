"""Owns a conversation as a list to read: turn by turn, what was said, called, answered, and where it stands.

An entry holds the value as it came; its text is made only when somebody looks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any, Literal

from evaltui.compare.deciding import Call
from evaltui.domain.conversation import Unreadable, calls_of, message_of
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Step, Usage
from evaltui.loop.evidence import no_reply
from evaltui.loop.writing import as_json, folded, written
from evaltui.store.conversations import Held

Kind = Literal[
    "system", "tools", "example", "user", "assistant", "thinking", "call", "result", "error", "block", "empty",
    "unreadable", "end",
]  # fmt: skip
"""example: a few-shot message; error: what a tool failed with; block: any other content block; empty: a reply without
content; unreadable: a reply as it came; end: how the conversation ended, or that a reply is awaited or never came."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`value` is a text, arguments, or content blocks, as they came; `tool` names the tool of a call or its result.

    `note` is for people only: the traceback of a tool, why a reply cannot be read, who says an example.
    """

    kind: Kind
    value: Any
    tool: str = ""
    note: str = ""

    @property
    def problem(self) -> bool:
        return self.kind in ("error", "empty", "unreadable", "end")


@dataclass(frozen=True, slots=True)
class TraceTurn:
    """One turn of the agent: what it replied and what it was told next. `replied`: a reply came."""

    number: int
    entries: tuple[Entry, ...]
    request_ids: tuple[int, ...] = ()
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    stop_reason: str | None = None
    replied: bool = True

    @property
    def calls(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == "call")


def body(entry: Entry) -> tuple[str, bool]:
    """The text of an entry, and whether it is JSON. Content blocks read as their text; JSON in a text is broken up."""
    value = _plain_content(entry.value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace"), False
    if isinstance(value, str):
        inside = as_json(value)
        return (value, False) if inside is None else (_folded(inside, value), True)
    return _folded(value, str(value)), True


def brief(entry: Entry, limit: int = 200) -> str:
    """The beginning of an entry's text, on one line."""
    value = _plain_content(entry.value)
    head = value[: limit * 4] if isinstance(value, str | bytes) else written(value)[: limit * 4]
    text = head.decode("utf-8", "backslashreplace") if isinstance(head, bytes) else head
    return " ".join(text.split())[:limit]


def turns_of(held: Sequence[Held]) -> tuple[TraceTurn, ...]:
    """Every request of a conversation, those that complete a paused reply within its turn."""
    numbered = zip(_numbers(held), held, strict=True)
    return tuple(_turn(number, [each for _, each in group]) for number, group in groupby(numbered, itemgetter(0)))


def made_calls(turns: Iterable[TraceTurn]) -> tuple[Call, ...]:
    """Every tool call, in order, with whether the tool failed."""
    return tuple(call for turn in turns for call in _calls(turn))


def steps_of(turns: Iterable[TraceTurn]) -> tuple[Step, ...]:
    """What was said and done, as steps of a trajectory: as far as a conversation can be read."""
    found = (_step(turn.number, entry) for turn in turns for entry in turn.entries)
    return tuple(step for step in found if step is not None)


def _step(turn: int, entry: Entry) -> Step | None:
    if entry.kind in ("user", "assistant"):
        return Step(turn, entry.kind, text=body(entry)[0])
    if entry.kind == "call":
        return Step(turn, "assistant", tool=entry.tool, arguments=entry.value)
    if entry.kind in ("result", "error"):
        return Step(turn, "tool", tool=entry.tool, result=entry.value, is_error=entry.kind == "error")
    return None


def _calls(turn: TraceTurn) -> Iterator[Call]:
    followed = zip_longest(turn.entries, turn.entries[1:])
    for entry, following in followed:
        if entry.kind == "call":
            yield Call(turn.number, entry.tool, entry.value, following is not None and following.kind == "error")


def _folded(value: Any, otherwise: str) -> str:
    try:
        return folded(value)
    except (RecursionError, ValueError):
        return otherwise


def _plain_content(value: Any) -> Any:
    """Content blocks that are all text as one text."""
    texts = [_text_in(block) for block in value] if isinstance(value, list) else []
    return "\n".join(filter(None, texts)) if texts and None not in texts else value


def _text_in(block: Any) -> str | None:
    text = block.get("text") if isinstance(block, dict) and block.get("type") == "text" else None
    return text if isinstance(text, str) else None


def _numbers(held: Sequence[Held]) -> Iterator[int]:
    number, paused = 0, False
    for each in held:
        number += not paused
        yield max(number, 1)
        paused = isinstance(each.outcome, Succeeded) and each.outcome.stop_reason == "pause_turn"


def _turn(number: int, held: Sequence[Held]) -> TraceTurn:
    entries = tuple(entry for each in held for entry in _entries(each))
    replies = [each.outcome for each in held if isinstance(each.outcome, Succeeded)]
    ids = tuple(each.request_id for each in held)
    if not replies:
        return TraceTurn(number, entries, ids, replied=False)
    used = reduce(Usage.__add__, (reply.usage for reply in replies))
    return TraceTurn(number, entries, ids, used, replies[-1].model, replies[-1].stop_reason)


def _entries(held: Held) -> Iterator[Entry]:
    if isinstance(held.outcome, Succeeded):
        yield from _reply(held, held.outcome)
    else:
        yield Entry("end", "the reply is awaited" if held.outcome is None else no_reply(held.outcome))
    if held.followup is not None and held.followup.said is not None:
        yield Entry("user", held.followup.said)
    if held.followup is not None and held.followup.reason:
        yield Entry("end", held.followup.reason)


def _reply(held: Held, reply: Succeeded) -> Iterator[Entry]:
    message = message_of(reply)
    if isinstance(message, Unreadable):
        yield Entry("unreadable", reply.body, note=message.reason)
        return
    results = iter(zip_longest(calls_of(message), held.results))
    for block in message["content"]:
        yield from _block(block, results)
    if not message["content"]:
        yield Entry("empty", "the reply is empty")


def _block(block: Any, results: Iterator[tuple[Any, ToolResult | None]]) -> Iterator[Entry]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "text":
        yield Entry("assistant", str(block.get("text", "")))
    elif kind == "thinking":
        yield Entry("thinking", str(block.get("thinking", "")))
    elif kind == "tool_use":
        name = str(block.get("name", ""))
        yield Entry("call", block.get("input"), name)
        yield from _answer(name, next(results)[1])
    else:
        yield Entry("block", block, str(kind or ""))


def _answer(name: str, result: ToolResult | None) -> Iterator[Entry]:
    if result is not None:
        yield Entry("error" if result.is_error else "result", result.content, name, result.detail)
