"""Owns one request of the Messages API with what came back, read as a conversation: history, then the new reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaltui.domain.conversation import Turn
from evaltui.domain.problem import Problem
from evaltui.domain.tool import Block, Content
from evaltui.logs.messages import read_conversation
from evaltui.logs.report import Report, error

_SYSTEM = ("system", "developer")
_NOT_OURS = ("usage", "stop_reason", "finish_reason", "stop_details")


@dataclass(frozen=True, slots=True)
class Asked:
    """`told` counts the turns that the request sent along as history."""

    opening: tuple[Block, ...]
    turns: tuple[Turn, ...]
    told: int
    system: Content | None
    tools: tuple[Block, ...]
    notes: tuple[Problem, ...]


def read_asked(request: Mapping[str, Any] | None, reply: Block | None) -> Asked:
    """The conversation of the request (None: it is not logged), ended by the reply (None: there was none)."""
    notes: list[Problem] = []
    params = request or {}
    history = _history(params.get("messages"), notes.append)
    reply = None if reply is None else {"role": "assistant"} | reply
    if reply is not None and history and history[-1].get("role") == "assistant":
        # A prefilled or paused reply was sent back to be completed: both are one turn, which is told as a pause.
        history[-1] = history[-1] | {"stop_reason": "pause_turn"}
    read = read_conversation([*history, *([] if reply is None else [reply])], notes.append)
    opening = without_system(read.opening)
    system = params.get("system") or leading_system(read.opening)
    told = len(read.turns) - (reply is not None)
    return Asked(opening, read.turns, told, _content(system, notes.append), _tools(params, notes.append), tuple(notes))


def _history(written: Any, report: Report) -> list[Block]:
    """The messages as they were sent, without what would count a reply's tokens once more."""
    if written is None:
        return []
    if not isinstance(written, list):
        report(error("messages", "must be a list of messages", written))
        return []
    sound = [each for each in written if isinstance(each, dict)]
    if len(sound) < len(written):
        report(error("messages", "hold something that is no message"))
    return [{key: value for key, value in message.items() if key not in _NOT_OURS} for message in sound]


def leading_system(opening: tuple[Block, ...]) -> Content | None:
    """What the system says before the first reply; None where it says nothing."""
    said = [message["content"] for message in opening if message["role"] in _SYSTEM]
    if len(said) < 2:
        return said[0] if said else None
    return [block for each in said for block in ([{"type": "text", "text": each}] if isinstance(each, str) else each)]


def without_system(opening: tuple[Block, ...]) -> tuple[Block, ...]:
    """What anybody else says before the first reply."""
    return tuple(message for message in opening if message["role"] not in _SYSTEM)


def _content(written: Any, report: Report) -> Content | None:
    if written is None or isinstance(written, str):
        return written
    if isinstance(written, list) and all(isinstance(block, dict) for block in written):
        return written
    report(error("system", "must be text or a list of content blocks", written))
    return None


def _tools(params: Mapping[str, Any], report: Report) -> tuple[Block, ...]:
    written = params.get("tools")
    if written is None:
        return ()
    if isinstance(written, list):
        return tuple(tool for tool in written if isinstance(tool, dict))
    report(error("tools", "must be a list of tools", written))
    return ()
