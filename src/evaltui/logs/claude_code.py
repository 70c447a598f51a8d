"""Owns transcripts of Claude Code: one item for the main chain of a session, and one for each of its sidechains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.text import found, shown
from evaltui.logs.chain import KIND, Chain
from evaltui.logs.documents import read_documents
from evaltui.logs.records import Record

HELD = 32 * 1024 * 1024  # bytes of one session's lines; a longer one is told in parts, so that memory has a bound
_SYNTHETIC = "<synthetic>"  # the model that the program names where it speaks itself
_SPEAKERS = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class ClaudeCode:
    """A session that is still open when the file ends is read again from its start, and has the same ids then."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a message of a session."""
        return any(_is_line(record) and isinstance(record.get("message"), dict) for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """Items come when their session ends; from `place.after`, nothing that was not told is left out."""
        session: _Session | None = None
        for each in read_documents(path, offset):
            if session and isinstance(each, Record) and session.ends_before(each):
                yield from session.items(each.start)
                session = None
            if isinstance(each, Record) and session is None:
                session = _Session(_name(each), each.start)
            skipped = session.take(each) if session and isinstance(each, Record) else each
            if isinstance(skipped, Skipped):
                yield session.held(skipped) if session else skipped
        if session:
            yield from session.items(session.start)


@dataclass(slots=True)
class _Session:
    """One session while it is read; `start` is the byte at which it begins."""

    name: str
    start: int
    chains: dict[str, Chain] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def ends_before(self, record: Record) -> bool:
        """Whether the record is of another session, or this one is as long as one may be."""
        name = _name(record)
        return (bool(name and self.name) and name != self.name) or record.start - self.start > HELD

    def take(self, record: Record) -> Skipped | None:
        """Take one record, or say why not."""
        self.name = self.name or _name(record)
        value, uuid = record.value, record.value.get("uuid")
        if isinstance(uuid, str) and uuid in self.parts:
            return _skip(record, "a line of this uuid was read before")
        part = self._part(value)
        if isinstance(uuid, str):
            self.parts[uuid] = part
        if not _is_line(value):
            return _skip(record, f"the line tells of no message: {_type(value)}")
        if not isinstance(value.get("message"), dict):
            return replace(_skip(record, "the message of the line is no JSON object"), damaged=True)
        return self._say(record, part)

    def items(self, after: int) -> Iterator[Item]:
        """All of it; only from the last of them on may reading go on after the session."""
        told = [chain for chain in self.chains.values() if chain.records]
        for place, chain in enumerate(told, 1):
            yield chain.item(after if place == len(told) else self.start)

    def held(self, skipped: Skipped) -> Skipped:
        """Reading cannot go on amid a session."""
        return replace(skipped, place=replace(skipped.place, after=self.start))

    def _say(self, record: Record, part: str) -> Skipped | None:
        if _is_programs(record.value):
            return _skip(record, "the program speaks, not the model")
        chain = self.chains.setdefault(part, Chain(self.name, part, record))
        if complaint := chain.take(record):
            return replace(_skip(record, complaint), damaged=True)
        return None

    def _part(self, value: dict[str, Any]) -> str:
        """A sidechain is named by its agent, else by the line that it begins with."""
        if value.get("isSidechain") is not True:
            return ""
        agent, parent, uuid = value.get("agentId"), value.get("parentUuid"), value.get("uuid")
        if isinstance(agent, str) and agent:
            return agent
        before = self.parts.get(parent, "") if isinstance(parent, str) else ""
        return before or (uuid if isinstance(uuid, str) and uuid else "sidechain")


def _name(record: Record) -> str:
    written = record.value.get("sessionId")
    return written if isinstance(written, str) else ""


def _type(value: dict[str, Any]) -> str:
    written = value.get("type")
    return shown(written, 30) if isinstance(written, str) else "without a type"


def _is_line(value: dict[str, Any]) -> bool:
    return value.get("type") in _SPEAKERS and ("uuid" in value or "sessionId" in value)


def _is_programs(value: dict[str, Any]) -> bool:
    """Words that the program wrote in the model's place; where they tell of an error they are kept."""
    return value["message"].get("model") == _SYNTHETIC and value.get("isApiErrorMessage") is not True


def _skip(record: Record, reason: str) -> Skipped:
    written = record.value.get("message", record.value)
    told = found(written) if isinstance(written, str) else shown(", ".join(record.value))
    return Skipped(Place(record.place.line, record.place.after), reason, told, damaged=False)
