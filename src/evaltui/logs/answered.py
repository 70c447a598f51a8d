"""Owns how one exchange, with what was asked and what came back, becomes an item."""

from dataclasses import dataclass, replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.logs.ask import Asked
from evaltui.logs.exchange import Exchange
from evaltui.logs.moments import moment
from evaltui.logs.opinions import read_evaluations, read_marks
from evaltui.logs.records import Record

_MOST_NOTES = 100  # of one item; a record of nothing but faults would have as many notes as bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply, the error that came in its place or cut it, and what could not be read of them."""

    reply: Block | None = None
    fault: Errored | None = None
    notes: tuple[Problem, ...] = ()


def item_of(kind: str, record: Record, exchange: Exchange, asked: Asked, answer: Answer) -> Item | Skipped:
    """The item; Skipped where nothing of the exchange can be read."""
    if not (asked.turns or asked.opening or answer.fault):
        return Skipped(record.place, "the exchange holds no message that can be read", keys_of(record.value))
    at, fault = moment(record.value), answer.fault
    notes = [*answer.notes, *asked.notes]
    scores = read_evaluations(record.value, notes.append)
    return Item(
        kind=kind,
        id=digest([kind, exchange.request, exchange.response, exchange.status, exchange.id, at]),
        source=exchange.id or (fault and fault.request_id) or _reply_id(exchange.response),
        place=record.place,
        at=at,
        model=_model(exchange, asked),
        opening=asked.opening,
        turns=asked.turns,
        told=asked.told,
        system=asked.system,
        tools=asked.tools,
        status=exchange.status,
        error=fault,
        marks=read_marks(record.value, max(len(asked.turns), 1)),
        scores=scores,
        notes=tuple(replace(note, line=record.place.line) for note in notes[:_MOST_NOTES]),
    )


def keys_of(value: dict[str, Any]) -> str:
    """The names in a record that is skipped; what they hold may be anybody's."""
    return shown(", ".join(value))


def _model(exchange: Exchange, asked: Asked) -> str:
    replied = asked.turns[-1].reply.model if asked.turns else ""
    written = (exchange.request or {}).get("model")
    return replied or (written if isinstance(written, str) else "")


def _reply_id(response: Any) -> str:
    written = response.get("id") if isinstance(response, dict) else None
    return written if isinstance(written, str) else ""
