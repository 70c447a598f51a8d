"""Owns trajectories in the Agent Trajectory Interchange Format (ATIF): one document, or one a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.logs.documents import read_documents
from evaltui.logs.loose import first, listing, mapping, text
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.moments import moment
from evaltui.logs.parts import told
from evaltui.logs.records import Record
from evaltui.logs.spoken import messages_of, tools_of
from evaltui.logs.tokens import usage_within
from evaltui.logs.usage import wire

KIND = "atif"
_MOST_NOTES = 100
_DEEPEST = 20
_TOTALS = {"total_prompt_tokens": "prompt_tokens", "total_completion_tokens": "completion_tokens"}


@dataclass(frozen=True, slots=True)
class Atif:
    """One item a trajectory, and one for each that is kept within it."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a trajectory."""
        return any(map(_is_trajectory, head))

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trajectory; all else is skipped."""
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield each
            else:
                keys = shown(", ".join(each.value))
                yield from within(each) or [Skipped(each.place, "the record is no trajectory", keys, damaged=False)]


def within(record: Record) -> list[Item | Skipped]:
    """The trajectories of one record; none where it is of another kind."""
    if not _is_trajectory(record.value):
        return []
    read = list(_all(record, record.value, "", 0))
    first_place = replace(record.place, records=1)
    places = [first_place if number == 0 else replace(record.place, records=0) for number in range(len(read))]
    return [replace(each, place=place) for each, place in zip(read, places, strict=True)]


def _is_trajectory(value: Mapping[str, Any]) -> bool:
    named = text(value, "schema_version").startswith("ATIF")
    steps = value.get("steps")
    return isinstance(steps, list) and (named or (isinstance(value.get("agent"), dict) and "session_id" in value))


def _all(record: Record, value: Mapping[str, Any], part: str, depth: int) -> Iterator[Item | Skipped]:
    yield _item(record, value, part)
    for number, each in enumerate(map(mapping, listing(value.get("subagent_trajectories"))), 1):
        if _is_trajectory(each) and depth < _DEEPEST:
            name = text(each, "trajectory_id", "session_id") or str(number)
            yield from _all(record, each, name, depth + 1)


def _item(record: Record, value: Mapping[str, Any], part: str) -> Item | Skipped:
    notes: list[Problem] = []
    steps = [step for step in listing(value.get("steps")) if isinstance(step, dict)]
    agent = mapping(value.get("agent"))
    model = text(agent, "model_name")
    messages = [message for step in steps for message in _messages(step)]
    begins = next((at for at, message in enumerate(messages) if message["role"] == "assistant"), len(messages))
    system = [message["content"] for message in messages[:begins] if message["role"] == "system"]
    messages = [message for at, message in enumerate(messages) if at >= begins or message["role"] != "system"]
    read = read_conversation(messages, notes.append, Told(model, usage=_total(value)))
    if not (read.turns or read.opening):
        return Skipped(record.place, "the trajectory holds no step that can be read")
    return Item(
        kind=KIND,
        id=digest([KIND, value.get("session_id"), part, value.get("agent"), value.get("steps")]),
        source=text(value, "session_id", "trajectory_id"),
        place=record.place,
        at=next((at for step in steps if (at := moment(step))), ""),
        model=next((turn.reply.model for turn in reversed(read.turns) if turn.reply.model), model),
        part=part,
        opening=read.opening,
        turns=read.turns,
        told=sum(_is_agents(step) and step.get("is_copied_context") is True for step in steps),
        system="\n\n".join(system) or None,
        tools=tools_of(agent.get("tool_definitions")),
        notes=tuple(replace(note, line=record.place.line) for note in notes[:_MOST_NOTES]),
    )


def _is_agents(step: Mapping[str, Any]) -> bool:
    return step.get("source") == "agent"


def _messages(step: Mapping[str, Any]) -> Iterator[Block]:
    if _is_agents(step):
        yield _reply(step)
        yield from _observed(step)
    else:
        role = "system" if step.get("source") == "system" else "user"
        said = messages_of([step.get("message")], role)
        yield from ({"role": role, "content": told(each["content"])} for each in said if each["content"])


def _reply(step: Mapping[str, Any]) -> Block:
    """Tokens of a step that was copied from an earlier trajectory were counted there."""
    message = {key: step[key] for key in ("tool_calls", "reasoning_content") if step.get(key)}
    said = messages_of({"role": "assistant", "content": step.get("message")} | message, "assistant")
    reply: Block = {"role": "assistant", "content": said[0]["content"] if said else []}
    if isinstance(thought := step.get("reasoning_content"), str):
        reply["reasoning_content"] = thought
    if isinstance(name := step.get("model_name"), str) and name:
        reply["model"] = name
    usage = usage_within(mapping(step.get("metrics")))
    return reply | ({"usage": wire(usage)} if usage and step.get("is_copied_context") is not True else {})


def _observed(step: Mapping[str, Any]) -> Iterator[Block]:
    """What answers no call is what the world around the agent told it."""
    calls = [text(mapping(call), "tool_call_id") for call in listing(step.get("tool_calls"))]
    for place, each in enumerate(map(mapping, listing(mapping(step.get("observation")).get("results")))):
        named = text(each, "source_call_id") or (calls[place] if place < len(calls) else "")
        content = told(first(each, "content", "subagent_trajectory_ref"))
        failed = mapping(each.get("extra")).get("is_error") is True or each.get("is_error") is True
        if named:
            yield {"role": "tool", "tool_call_id": named, "content": content, "is_error": failed}
        elif content:
            yield {"role": "user", "content": content}


def _total(value: Mapping[str, Any]) -> Any:
    totals = mapping(value.get("final_metrics"))
    return usage_within({name: totals[key] for key, name in _TOTALS.items() if key in totals})
