"""Owns telemetry of OpenClaw: events one a line, of which the end of an agent's run holds its whole conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.logs.documents import read_documents
from evaltui.logs.instants import instant
from evaltui.logs.loose import first, mapping, number, text
from evaltui.logs.messages import read_conversation
from evaltui.logs.moments import moment
from evaltui.logs.records import Record
from evaltui.logs.report import warning
from evaltui.logs.spoken import messages_of
from evaltui.logs.tokens import usage_apart
from evaltui.logs.usage import wire

KIND = "openclaw"
_MOST_NOTES = 100
_EVENTS = ("agent.", "tool.", "message.")


@dataclass(frozen=True, slots=True)
class OpenClaw:
    """One item a run of an agent; what was said before the run is history, and its tokens are not counted."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is an event of an agent."""
        return any(_is_event(record) and text(record, "type").startswith("agent.") for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every run that ended; all else is skipped."""
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield each
            else:
                keys = shown(", ".join(each.value))
                yield from within(each) or [Skipped(each.place, "the record is no event", keys, damaged=False)]


def within(record: Record) -> list[Item | Skipped]:
    """The run that ends with this event; none where the record is of another kind."""
    value = record.value
    if not _is_event(value):
        return []
    if value["type"] != "agent.end" or not isinstance(value.get("messages"), list):
        return [Skipped(record.place, f"the event ends no run: {shown(value['type'], 30)}", damaged=False)]
    return [_item(record, value)]


def _is_event(value: Mapping[str, Any]) -> bool:
    kind = value.get("type")
    told = "sessionKey" in value or "agentId" in value or "channel" in value
    return isinstance(kind, str) and kind.startswith(_EVENTS) and told


def _item(record: Record, value: Mapping[str, Any]) -> Item | Skipped:
    notes: list[Problem] = []
    written = [each for each in value["messages"] if isinstance(each, dict)]
    if len(written) < len(value["messages"]):
        notes.append(warning("messages", "what is no message is left out", len(value["messages"]) - len(written)))
    began = instant(first(value, "ts", "timestamp")) - (number(value.get("durationMs")) or 0) / 1000
    messages = [each for message in written for each in _messages(message, began)]
    read = read_conversation(messages, notes.append)
    failed = value.get("success") is False
    if not (read.turns or read.opening):
        return Skipped(record.place, "the run holds no message that can be read")
    return Item(
        kind=KIND,
        id=digest([KIND, value.get("sessionKey"), value.get("ts"), written]),
        source=text(value, "sessionKey", "agentId"),
        place=record.place,
        at=moment(value),
        model=next((turn.reply.model for turn in reversed(read.turns) if turn.reply.model), ""),
        opening=read.opening,
        turns=read.turns,
        told=sum(_is_before(each, began) for each in written if each.get("role") == "assistant"),
        error=Errored("error", text(value, "error") or "the run failed") if failed else None,
        notes=tuple(replace(note, line=record.place.line) for note in notes[:_MOST_NOTES]),
    )


def _is_before(message: Mapping[str, Any], began: float) -> bool:
    return 0 < instant(message.get("timestamp")) < began


def _messages(message: Block, began: float) -> Iterator[Block]:
    for each in messages_of(message, "user"):
        usage = usage_apart(mapping(message.get("usage"))) if each["role"] == "assistant" else None
        model = text(message, "responseModel", "model") if each["role"] == "assistant" else ""
        counted = {"usage": wire(usage)} if usage and not _is_before(message, began) else {}
        yield each | counted | ({"model": model} if model else {})
