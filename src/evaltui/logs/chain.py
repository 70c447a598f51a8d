"""Owns one chain of a Claude Code session, line by line: fragments of one message merged, its tokens counted once."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, MarkKind, Place
from evaltui.domain.problem import Problem
from evaltui.domain.tool import Block
from evaltui.logs.messages import Conversation, read_conversation
from evaltui.logs.moments import moment
from evaltui.logs.records import Record

KIND = "claude-code"
_INTERRUPTED = "[Request interrupted by user"
_DECLINED = "The user doesn't want to "
_KEPT = ("id", "model", "usage", "stop_reason", "stop_details")
_AT = re.compile(r"messages\[(\d+)\]")
_MOST_NOTES = 100


@dataclass(slots=True)
class Chain:
    """`part` is the name of a sidechain, "" for the main chain. Every record that is taken counts as one of its own."""

    session: str
    part: str
    first: Record
    messages: list[Block] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    records: int = 0
    turns: int = 0
    marks: list[Mark] = field(default_factory=list)
    _merged: dict[str, int] = field(default_factory=dict)

    def take(self, record: Record) -> str:
        """Take one line of the chain; why it cannot be taken, or ""."""
        written = record.value["message"]
        content = _blocks(written.get("content"))
        if content is None:
            return "the message of the line has no content that can be read"
        if record.value["type"] == "user":
            self._user(record, written["content"], content)
        elif record.value.get("isApiErrorMessage") is True:
            self._mark("error", _text(content))
        else:
            self._assistant(record, written, content)
        self.records += 1
        return ""

    def item(self, after: int) -> Item:
        """What was taken, as one item."""
        notes: list[Problem] = []
        read = read_conversation(self.messages, notes.append)
        return Item(
            kind=KIND,
            id=digest([KIND, self.session, self.part, self.first.value.get("uuid"), self.first.value.get("timestamp")]),
            source=self.session,
            place=Place(self.first.place.line, after, self.records),
            at=moment(self.first.value),
            model=_model(read),
            part=self.part,
            opening=read.opening,
            turns=read.turns,
            marks=tuple(self.marks),
            notes=tuple(map(self._placed, notes[:_MOST_NOTES])),
        )

    def _user(self, record: Record, written: Any, content: list[Block]) -> None:
        self._add(record, {"role": "user", "content": written})
        for block in content:
            said = _text([block])
            if block.get("type") == "tool_result" and block.get("is_error") is True:
                said = _text(_blocks(block.get("content")) or [])
                self._mark_if(said.startswith(_DECLINED), "declined", said)
            self._mark_if(said.startswith(_INTERRUPTED), "interrupted", said)

    def _assistant(self, record: Record, written: Block, content: list[Block]) -> None:
        name = written.get("id")
        at = self._merged.get(name) if isinstance(name, str) else None
        if at is not None:
            self.messages[at] = _merge(self.messages[at], written, content)
            return
        if isinstance(name, str) and name:
            self._merged[name] = len(self.messages)
        kept = {key: written[key] for key in _KEPT if written.get(key) is not None}
        self.turns += 1
        self._add(record, {"role": "assistant", "content": content} | kept)

    def _add(self, record: Record, message: Block) -> None:
        self.messages.append(message)
        self.lines.append(record.place.line)

    def _mark_if(self, told: bool, kind: MarkKind, words: str) -> None:
        if told:
            self._mark(kind, words)

    def _mark(self, kind: MarkKind, words: str) -> None:
        self.marks.append(Mark(max(self.turns, 1), kind, words))

    def _placed(self, note: Problem) -> Problem:
        """With the line of the message that it is about."""
        named = _AT.match(note.field)
        return replace(note, line=self.lines[int(named[1])] if named else self.first.place.line)


def _merge(before: Block, written: Block, content: list[Block]) -> Block:
    """The message with one fragment more: most hold only what is new, some all that was there as well."""
    had = before["content"]
    whole = content if content[: len(had)] == had else had + content
    later = {key: written[key] for key in _KEPT if written.get(key) is not None and key != "usage"}
    return before | later | {"content": whole, "usage": _fuller(before.get("usage"), written.get("usage"))}


def _fuller(before: Any, after: Any) -> Any:
    """Each fragment repeats the message's usage; tokens that were still being written are more in a later one."""
    return after if _written(after) >= _written(before) else before


def _written(usage: Any) -> float:
    count = usage.get("output_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int | float) else -1


def _blocks(content: Any) -> list[Block] | None:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if isinstance(content, list) and all(isinstance(block, dict) for block in content):
        return content
    return None


def _text(content: list[Block]) -> str:
    return "".join(text for block in content if isinstance(text := block.get("text"), str))


def _model(read: Conversation) -> str:
    return next((turn.reply.model for turn in reversed(read.turns) if turn.reply.model), "")
