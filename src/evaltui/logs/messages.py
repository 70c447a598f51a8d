"""Owns reading a foreign conversation, a list of messages in either style, as turns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.conversation import Turn, calls_of
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import Block, Content, ToolCall, ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.logs.content import blocks
from evaltui.logs.events import Answer, Event, Reply, Said, events
from evaltui.logs.open_calls import OpenCalls
from evaltui.logs.reply import stop_reason
from evaltui.logs.report import Report, error, warning
from evaltui.logs.usage import read_usage, wire

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a conversation beside it: the model, and of its last reply why it stopped; tokens; scores.

    `usage` is written down with the last reply where no reply has its own; what a reply says itself goes before.
    """

    model: str = ""
    stop_reason: str = ""
    usage: Usage | None = None
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """`opening` are the messages before the first reply, as they were written; without a reply there is no turn."""

    opening: tuple[Block, ...]
    turns: tuple[Turn, ...]


def read_conversation(messages: Any, report: Report, told: Told | None = None) -> Conversation:
    """All turns; every message that cannot be placed is reported as `messages[3].role`, with what is wrong."""
    if not isinstance(messages, list):
        report(error("messages", "must be a list of messages", messages))
        return Conversation((), ())
    thread = _Thread(report)
    for place, message in enumerate(messages):
        for event in events(message, f"messages[{place}]", report):
            thread.add(event)
    return Conversation(tuple(thread.opening), thread.closed(told or Told()))


@dataclass(slots=True)
class _Open:
    """A turn that is still being told."""

    reply: Reply
    calls: tuple[ToolCall, ...]
    results: list[ToolResult | None]
    said: Content | None = None

    def own_usage(self, report: Report) -> Usage | None:
        """The usage that the reply was written with."""
        return read_usage(self.reply.message.pop("usage", None), f"{self.reply.at}.usage", report)

    def closed(self, usage: Usage | None, told: Told) -> Turn:
        """`usage` is the reply's own, or what is told instead."""
        reason = stop_reason(told.stop_reason) or ("tool_use" if self.calls else "end_turn")
        message: Block = {"model": told.model, "stop_reason": reason} | self.reply.message
        message |= {} if usage is None else {"usage": wire(usage)}
        message |= {"recorded_scores": dict(told.scores)} if told.scores else {}
        body = _encode(message).encode("utf-8", "surrogatepass")
        reply = Succeeded(body, message["stop_reason"], str(message["model"]), usage or Usage())
        return Turn(reply, tuple(self.results) if any(self.results) else (), self.said)


class _Thread:
    """A conversation told event by event."""

    def __init__(self, report: Report) -> None:
        self.opening: list[Block] = []
        self.turns: list[_Open] = []
        self._report = report
        self._waiting = OpenCalls()

    def add(self, event: Event) -> None:
        """Place one event."""
        if isinstance(event, Reply):
            self._reply(event)
        elif isinstance(event, Answer):
            self._answer(event)
        elif self.turns:
            self._say(event, self.turns[-1])
        else:
            self.opening.append({"role": event.role, "content": event.content})

    def closed(self, told: Told) -> tuple[Turn, ...]:
        """The turns; what is told of the whole conversation goes to the last of them."""
        self._warn_of_open_calls()
        own = [turn.own_usage(self._report) for turn in self.turns]
        usages = own if any(own) or not own else [*own[:-1], told.usage]
        tolds = [*[Told(told.model)] * (len(own) - 1), told]
        return tuple(turn.closed(usage, of) for turn, usage, of in zip(self.turns, usages, tolds, strict=False))

    def _reply(self, reply: Reply) -> None:
        calls = calls_of(reply.message)
        turn = _Open(reply, calls, [None] * len(calls))
        self.turns.append(turn)
        self._waiting.add(calls, turn.results)

    def _warn_of_open_calls(self) -> None:
        """Of those before the last turn: a conversation may end with a call."""
        for turn in self.turns[:-1]:
            for call, result in zip(turn.calls, turn.results, strict=True):
                if result is None:
                    self._report(
                        warning(turn.reply.at, "the conversation goes on without the result of a call", call.name)
                    )

    def _answer(self, answer: Answer) -> None:
        if not self._waiting.answer(answer):
            self._report(error(answer.at, "is a tool's result that answers no call before it", answer.call_id))

    def _say(self, said: Said, turn: _Open) -> None:
        if said.role != "user":
            self._report(warning(said.at, f"a {said.role} message amid the conversation is kept as the user's words"))
        turn.said = said.content if turn.said is None else [*self._blocks(turn.said), *self._blocks(said.content)]

    def _blocks(self, content: Content) -> list[Block]:
        return blocks(content, "", self._report)
