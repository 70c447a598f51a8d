"""A conversation as it was held: each reply with what followed it, and the trajectory that scorers see."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import Any

from pydantic_core import from_json

from evaltui.domain.request import Succeeded
from evaltui.domain.text import shown
from evaltui.domain.tool import Block, Content, ToolCall, ToolResult
from evaltui.domain.trajectory import Step, Trajectory, Usage, reply_steps


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply and what the model was told next.

    `results` answer the tool calls of the reply in their order (None: this one never got an answer); `said` is the
    content of the user's message behind them. A turn without both was the last, or was sent again as it stood.
    """

    reply: Succeeded
    results: tuple[ToolResult | None, ...] = ()
    said: Content | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A reply that is no message, in words."""

    reason: str


def message_of(reply: Succeeded) -> dict[str, Any] | Unreadable:
    """The message a reply holds; its `content` is a list."""
    try:
        message = _parsed(reply.body)
        if isinstance(message["content"], list):
            return dict(message)
        return Unreadable("the reply cannot be read: its content is no list")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        return Unreadable(f"the reply cannot be read: {type(error).__name__}: {shown(str(error))}")


def calls_of(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The calls that we must answer, in their order; those that the provider answers itself are not among them."""
    return tuple(
        ToolCall(str(block.get("id", "")), str(block.get("name", "")), block.get("input"))
        for block in message["content"]
        if isinstance(block, dict) and block.get("type") == "tool_use"
    )


def next_message(turn: Turn, calls: Sequence[ToolCall]) -> Block | None:
    """The user's message that follows a reply: all tool results first, then what the user says; None: nothing to say.

    A call without a recorded result is answered by nothing.
    """
    answered = [result.block(call) for call, result in zip(calls, turn.results, strict=False) if result is not None]
    if not answered:
        return None if turn.said is None else {"role": "user", "content": turn.said}
    said = [{"type": "text", "text": turn.said}] if isinstance(turn.said, str) else turn.said or []
    return {"role": "user", "content": [*answered, *said]}


def trajectory_of(turns: Sequence[Turn], cut: str = "") -> Trajectory | Unreadable:
    """What the agent did, turn by turn; `cut` says why the conversation was ended before the agent ended it."""
    steps: list[Step] = []
    usages: dict[int, Usage] = {}
    message: dict[str, Any] | Unreadable = Unreadable("there is no reply")
    for number, turn in zip(turn_numbers(turns), turns, strict=False):
        message = message_of(turn.reply)
        if isinstance(message, Unreadable):
            break
        steps += _steps(number, turn, message)
        used = turn.reply.usage
        usages[number] = usages[number] + used if number in usages else used
    if isinstance(message, Unreadable):
        return message
    each, stop = tuple(usages.values()), turns[-1].reply.stop_reason
    return Trajectory(
        tuple(steps), stop, reduce(Usage.__add__, each), _category(message), each, cut, _recorded(message)
    )


def turn_numbers(turns: Sequence[Turn]) -> list[int]:
    """The number of the turn that each reply belongs to: what completes a paused reply is of the same turn."""
    ended = [turn.reply.stop_reason != "pause_turn" for turn in turns[:-1]]
    return list(accumulate(ended, initial=1))


def _steps(at: int, turn: Turn, message: Mapping[str, Any]) -> list[Step]:
    steps = list(reply_steps([block for block in message["content"] if isinstance(block, dict)], at))
    if turn.results:
        steps += [
            Step(at, "tool", tool=call.name, call_id=call.id, result=result.content, is_error=result.is_error)
            for call, result in zip(calls_of(message), turn.results, strict=False)
            if result is not None
        ]
    if turn.said is not None:
        steps.append(Step(at, "user", text=_text(turn.said)))
    return steps


def _text(content: Content) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text", f"[{block.get('type')}]")) for block in content)


def _category(message: Mapping[str, Any]) -> str | None:
    details = message.get("stop_details")
    category = details.get("category") if isinstance(details, dict) else None
    return category if isinstance(category, str) else None


def _recorded(message: Mapping[str, Any]) -> dict[str, float]:
    """Scores that came with a result made elsewhere, under the key `recorded_scores` of its last message."""
    scores = message.get("recorded_scores")
    return dict(scores) if isinstance(scores, dict) else {}


def _parsed(body: bytes) -> Any:
    """Only the lenient reader of the standard library takes escaped lone surrogates."""
    try:
        return from_json(body)
    except ValueError:
        return json.loads(body)
