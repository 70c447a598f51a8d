"""Owns plain logs in which each record is one message: those of one conversation, side by side, are one item."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Values
from dataclasses import replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.plain import row
from evaltui.logs.plain.mapping import Mapping
from evaltui.logs.plain.shape import value_at
from evaltui.logs.records import Record
from evaltui.logs.report import warning

MOST = 2_000  # messages that are held at once; a longer conversation is told in several items
ROLES = {
    "user": "user", "human": "user", "customer": "user", "client": "user", "visitor": "user", "assistant": "assistant",
    "ai": "assistant", "agent": "assistant", "bot": "assistant", "model": "assistant", "system": "system",
    "developer": "system",
}  # fmt: skip
"""What logs call those who speak, in lower case."""


def read_threads(records: Iterable[Record | Skipped], mapping: Mapping) -> Iterator[Item | Skipped]:
    """The conversations in their order, each followed by what was skipped within it.

    Reading goes on behind a conversation; the last may grow yet, so there it begins with it again.
    """
    thread, beside = list[Record](), list[Skipped]()
    for record in records:
        if isinstance(record, Skipped):
            beside.append(record)
            continue
        if thread and (len(thread) == MOST or _name(record, mapping) != _name(thread[0], mapping)):
            yield from _closed(thread, beside, mapping, record.start)
            thread, beside = [], []
        thread.append(record)
    if thread:
        yield from _closed(thread, beside, mapping, thread[0].start)
    else:
        yield from beside


def _closed(thread: list[Record], beside: list[Skipped], mapping: Mapping, after: int) -> Iterator[Item | Skipped]:
    """All of it is behind us only together."""
    yield _item(thread, mapping, mapping.columns, after)
    yield from (replace(each, place=replace(each.place, after=after)) for each in beside)


def _name(record: Record, mapping: Mapping) -> Any:
    return value_at(record.value, mapping.conversation or "")


def _item(thread: list[Record], mapping: Mapping, columns: Values[str, str], after: int) -> Item | Skipped:
    held = [{name: value_at(each.value, column) for name, column in columns.items()} for each in thread]
    notes: list[Problem] = []
    messages, turns = _messages(held, notes)
    model = next((row.text_of(each["model"]) for each in reversed(held) if each.get("model")), "")
    read = read_conversation(messages, notes.append, Told(model))
    place = Place(thread[0].place.line, after, len(thread))
    if not (read.opening or read.turns):
        return Skipped(place, "nobody says anything in this conversation", shown(str(_name(thread[0], mapping))))
    at = [row.moment_at(each.get("time"), notes.append) for each in held]
    return Item(
        kind=row.KIND,
        id=digest([row.KIND, held]),
        source=row.text_of(_name(thread[0], mapping)),
        place=place,
        at=next(filter(None, at), ""),
        model=model,
        opening=row.spoken(read.opening),
        turns=read.turns,
        system=row.system_of(held[0], read.opening),
        error=row.fault_of(held[-1].get("error")),
        marks=tuple(_marks(held, turns, notes)),
        scores=_scores(held, mapping, notes),
        notes=row.placed(notes, place.line),
    )


def _messages(held: list[dict[str, Any]], notes: list[Problem]) -> tuple[list[Block], list[int]]:
    """The messages, and for each record the turn that it is of."""
    messages: list[Block] = []
    turns, turn = [], 0
    for each in held:
        said = row.text_of(each.get("role"))
        role, text = ROLES.get(said.strip().casefold()), row.text_of(each.get("input"))
        turn += role == "assistant"
        turns.append(max(turn, 1))
        if role is None:
            notes.append(warning("role", "is nobody that speaks in a conversation; the message is left out", said))
        elif text:
            messages.append({"role": role, "content": text})
    return messages, turns


def _marks(held: list[dict[str, Any]], turns: list[int], notes: list[Problem]) -> Iterator[Mark]:
    """Errors amid a conversation are marks; one in its last record is the item's own."""
    for each, turn in zip(held, turns, strict=True):
        yield from row.marks_of(each, turn, notes.append)
    for each, turn in zip(held[:-1], turns, strict=False):
        fault = row.fault_of(each.get("error"))
        if fault is not None:
            yield Mark(turn, "error", f"{fault.kind}: {fault.message}")


def _scores(held: list[dict[str, Any]], mapping: Mapping, notes: list[Problem]) -> dict[str, float]:
    """The lowest of each name."""
    lowest: dict[str, float] = {}
    for each in held:
        for name, value in row.scores_of(each, mapping, notes.append).items():
            lowest[name] = min(value, lowest.get(name, value))
    return lowest
