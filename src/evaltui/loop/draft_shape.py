"""Owns the cut through a logged conversation: what the agent was told before a turn, and what it did in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from evaltui.domain.agent import Agent
from evaltui.domain.base import canonical
from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of, next_message, turn_numbers
from evaltui.domain.errors import Refused
from evaltui.domain.item import Item
from evaltui.domain.tool import Block, Content, ToolResult, content_of
from evaltui.domain.trajectory import Exchange, Step
from evaltui.loop.draft_clean import Cleaner, plain
from evaltui.loop.draft_fit import Fields, fitted

NO_RESULT = ToolResult("no result of this call is logged", is_error=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """`fields` are those of a case, nothing redacted yet; `did` are the steps of the turn.

    `notes` say in words what was left out.
    """

    fields: Fields
    did: tuple[Step, ...]
    notes: tuple[str, ...]


def shape(item: Item, turn: int, agent: Agent | None) -> Shape:
    """Raises Refused where nothing was said before the turn, or the conversation cannot be read up to it."""
    cleaner = Cleaner()
    messages = [cleaner.message(message) for message in _told(item, turn)]
    messages = [message for message in messages if message["content"]]
    if not messages:
        raise Refused(f"nothing is logged of what the agent was told before turn {turn}")
    system = None if item.system is None else cleaner.content(item.system)
    fields = fitted(messages, agent, system)
    recorded = _recorded(item, turn, cleaner) if _replays(agent) else []
    did = tuple(step for step in item.trajectory.steps if step.turn == turn and step.role != "user")
    notes = [f"{kind} blocks are left out: they cannot be redacted" for kind in cleaner.left_out]
    return Shape(fields | ({"tools": recorded} if recorded else {}), did, tuple(notes))


def last_turn(item: Item) -> int:
    """The number of the last turn, 1 where there is no reply."""
    return max(turn_numbers(item.turns)) if item.turns else 1


def _told(item: Item, turn: int) -> Iterator[Block]:
    yield from item.opening
    for number, each in zip(turn_numbers(item.turns), item.turns, strict=False):
        if number >= turn:
            return
        message = message_of(each.reply)
        if isinstance(message, Unreadable):
            raise Refused(f"turn {number} cannot be read, so no case can begin behind it: {message.reason}")
        yield {"role": "assistant", "content": message["content"]}
        calls = calls_of(message)
        following = next_message(_answered(each, len(calls)), calls)
        if following is not None:
            yield following


def _answered(turn: Turn, calls: int) -> Turn:
    """Every call needs a result before a conversation can go on."""
    logged = (*turn.results, *[None] * calls)[:calls]
    return replace(turn, results=tuple(result or NO_RESULT for result in logged))


def _replays(agent: Agent | None) -> bool:
    return agent is not None and agent.answers is not None and "replay" in agent.answers


def _recorded(item: Item, turn: int, cleaner: Cleaner) -> list[Fields]:
    """The results that calls from this turn on are answered with.

    The n-th call of a kind gets the n-th recording; so one made before the turn counts only where it is not made again.
    """
    answered = [each for each in item.trajectory.exchanges() if each.result is not None and _named(each)]
    later = [each for each in answered if each.call.turn >= turn]
    again = {_kind(each) for each in later}
    earlier = {_kind(each): each for each in answered if each.call.turn < turn and _kind(each) not in again}
    return [_recording(each, cleaner) for each in (*earlier.values(), *later)]


def _named(exchange: Exchange) -> bool:
    return bool(exchange.call.tool) and isinstance(exchange.call.arguments, dict)


def _kind(exchange: Exchange) -> tuple[str, bytes]:
    return str(exchange.call.tool), canonical(exchange.call.arguments)


def _recording(exchange: Exchange, cleaner: Cleaner) -> Fields:
    result = exchange.result
    content = "" if result is None or result.result is None else result.result
    made: Fields = {"name": str(exchange.call.tool)}
    made |= {"arguments": plain(exchange.call.arguments)} if exchange.call.arguments else {}
    made["result"] = _readable(cleaner.content(content) if isinstance(content, (str, list)) else plain(content))
    return made | ({"error": True} if exchange.failed else {})


def _readable(content: Content) -> Any:
    """JSON that a tool answered with as a value, where the very same text is made of it again."""
    if not isinstance(content, str) or not content.startswith(("{", "[")):
        return content
    try:
        value = json.loads(content)
        return value if content_of(value) == content else content
    except (ValueError, RecursionError):
        return content
