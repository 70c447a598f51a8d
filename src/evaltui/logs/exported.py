"""Owns what evaltui writes itself: samples of a run that were exported, and recordings that the sandbox replays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from evaltui.domain.base import canonical, digest
from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import found, shown
from evaltui.domain.tool import Block
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.recorded import read_scores
from evaltui.logs.records import Record, read_records
from evaltui.logs.report import warning
from evaltui.logs.usage import read_usage

KIND = "evaltui"
_SAMPLE = ("run", "case", "trial", "attempt", "scores", "passed")
_RECORDED = frozenset({"digest", "reply", "error"})
_UNKNOWN = "a recording does not hold what was asked"
_MOST_NOTES = 100


@dataclass(frozen=True, slots=True)
class Exported:
    """One item a sample with its scores, or a recorded reply."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is an exported sample or a recorded reply."""
        return any(_is_sample(record) or _is_recorded(record) for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every line."""
        for each in read_records(path, offset):
            yield each if isinstance(each, Skipped) else _read(each)


def _is_sample(record: Block) -> bool:
    return all(name in record for name in _SAMPLE)


def _is_recorded(record: Block) -> bool:
    return isinstance(record.get("digest"), str) and len(record) == 2 and record.keys() <= _RECORDED


def _read(record: Record) -> Item | Skipped:
    if _is_sample(record.value):
        return _sample(record)
    if _is_recorded(record.value):
        return _recorded(record)
    return Skipped(record.place, "the record is no sample of a run", shown(", ".join(record.value)), damaged=False)


def _sample(record: Record) -> Item:
    sample, notes = record.value, list[Problem]()
    opening = _opening(sample)
    steps = sample.get("steps")
    said = list(_messages(steps)) if isinstance(steps, list) else _answer(sample)
    stop, model = sample.get("stop_reason"), _text(sample.get("model"))
    usage = read_usage(sample.get("usage"), "usage", notes.append)
    told = Told(model, stop if isinstance(stop, str) else "", usage)
    read = read_conversation([*opening, *said], notes.append, told)
    name = [sample.get(key) for key in ("run", "case", "trial", "attempt")]
    fault, turn = _fault(sample.get("error")), max(len(read.turns), 1)
    return Item(
        kind=KIND,
        id=digest([KIND, name, sample.get("input"), said]),
        source="run {} · {} · trial {}".format(*(shown(str(each), 150) for each in name[:3])),
        place=record.place,
        model=model,
        opening=read.opening,
        turns=read.turns,
        error=fault,
        marks=tuple(_marks(sample, turn)),
        scores=read_scores(sample.get("scores"), "scores", notes.append),
        notes=tuple(replace(note, line=record.place.line) for note in notes[:_MOST_NOTES]),
    )


def _opening(sample: Block) -> list[Block]:
    """The input; one that only fills places of a prompt is told as JSON."""
    given = sample.get("input")
    if given is None:
        return []
    return [{"role": "user", "content": given if isinstance(given, str) else canonical(given).decode()}]


def _answer(sample: Block) -> list[Block]:
    output = sample.get("output")
    return [] if output is None else [{"role": "assistant", "content": output}]


def _messages(steps: list[Any]) -> Iterator[Block]:
    """The steps as messages again: those of one speaker in one turn are one message."""
    sound = [step for step in steps if isinstance(step, dict)]
    for (_, role), spoken in groupby(sound, lambda step: (step.get("turn"), step.get("role"))):
        if role == "assistant":
            yield {"role": "assistant", "content": [_block(step) for step in spoken]}
        else:
            yield from (_other(step, role) for step in spoken)


def _block(step: Block) -> Block:
    if step.get("tool") is None:
        return {"type": "text", "text": step.get("text")}
    return {"type": "tool_use", "id": step.get("call_id"), "name": step["tool"], "input": step.get("arguments")}


def _other(step: Block, role: Any) -> Block:
    if role != "tool":
        return {"role": role, "content": step.get("text")}
    kept = {"tool_call_id": step.get("call_id"), "name": step.get("tool"), "content": step.get("result")}
    return kept | {"role": "tool", "is_error": step.get("is_error") is True}


def _marks(sample: Block, turn: int) -> Iterator[Mark]:
    ended, reason = sample.get("ended"), sample.get("reason")
    if isinstance(ended, str) and ended != sample.get("stop_reason"):
        yield Mark(turn, "error", ended)
    if sample.get("passed") is False and isinstance(reason, str) and reason:
        yield Mark(turn, "comment", reason)


def _fault(written: Any) -> Errored | None:
    if isinstance(written, dict):
        kind, message = written.get("type"), written.get("message")
        return Errored(_text(kind) or "error", message if isinstance(message, str) else found(message))
    return Errored("error", written if isinstance(written, str) else found(written)) if written else None


def _recorded(record: Record) -> Item | Skipped:
    notes = [warning("request", _UNKNOWN)]
    reply = record.value.get("reply")
    messages = [{"role": "assistant"} | reply] if isinstance(reply, dict) else []
    read = read_conversation(messages, notes.append)
    fault = _fault(record.value.get("error"))
    if not (read.turns or fault):
        return Skipped(record.place, "the recording holds neither a reply nor an error", found(reply))
    return Item(
        kind=KIND,
        id=digest([KIND, record.value]),
        source=shown(record.value["digest"], 100),
        place=record.place,
        turns=read.turns,
        error=fault,
        notes=tuple(replace(note, line=record.place.line) for note in notes[:_MOST_NOTES]),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
