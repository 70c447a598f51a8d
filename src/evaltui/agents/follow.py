"""Owns what follows a reply: tool calls to answer, the user's next words, the same again, or the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of
from evaltui.domain.tool import Content, ToolCall

MOST_PAUSES = 20
"""How often a turn may pause before nobody believes that it will end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The agent calls these tools."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """The agent yielded, and the user says this."""

    content: Content


@dataclass(frozen=True, slots=True)
class Again:
    """The provider paused in the middle of a turn: what came is sent back as it is."""


@dataclass(frozen=True, slots=True)
class End:
    """answered: by the agent; choice: at a call nobody answers; cut: by us, for this reason; unreadable: no message."""

    ending: Literal["answered", "choice", "cut", "unreadable"]
    reason: str = ""


Move = Answer | Say | Again | End


def next_move(turns: Sequence[Turn], case: Case, most: int, *, tools: bool) -> Move:
    """What follows the last of `turns`; `most` replies are allowed, `tools` says that somebody answers calls.

    A call in a reply that was cut off is never executed: the reply ends the conversation as it is.
    """
    message = message_of(turns[-1].reply)
    if isinstance(message, Unreadable):
        return End("unreadable", message.reason)
    match turns[-1].reply.stop_reason:
        case "pause_turn":
            return _paused(turns)
        case "tool_use":
            return _called(calls_of(message), replies(turns), most, tools=tools)
        case "end_turn" | "stop_sequence":
            return _yielded(turns, case, most)
        case _:
            return End("answered")


def replies(turns: Sequence[Turn]) -> int:
    """How many replies there were; one that paused and what completed it are one."""
    return sum(turn.reply.stop_reason != "pause_turn" for turn in turns)


def _paused(turns: Sequence[Turn]) -> Move:
    pauses = next((n for n, turn in enumerate(reversed(turns)) if turn.reply.stop_reason != "pause_turn"), len(turns))
    return Again() if pauses < MOST_PAUSES else End("unreadable", f"the reply paused {pauses} times and never ended")


def _called(calls: tuple[ToolCall, ...], used: int, most: int, *, tools: bool) -> Move:
    if not calls:
        return End("unreadable", "the reply stopped for a tool call and holds none")
    if not tools:
        return End("choice")
    return Answer(calls) if used < most else End("cut", f"stopped at max_turns ({most}) while it still called tools")


def _yielded(turns: Sequence[Turn], case: Case, most: int) -> Move:
    said = sum(turn.said is not None for turn in turns)
    left = len(case.turns) - said
    if left <= 0:
        return End("answered")
    if replies(turns) < most:
        return Say(case.turns[said])
    return End("cut", f"stopped at max_turns ({most}) with {left} of the user's turns unsaid")
