"""Owns collections of traces of several kinds: each record is a cover with a whole trace document under `doc`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.text import shown
from evaltui.logs import atif, jaeger, langfuse, langsmith, openclaw, openinference, otel
from evaltui.logs.documents import read_documents
from evaltui.logs.records import Record

KIND = "trace-collection"
_COVERED = ("doc", "document")
_KINDS = (
    langfuse.LOG.within, jaeger.LOG.within, langsmith.LOG.within, atif.within, openclaw.within, otel.LOG.within,
    openinference.LOG.within,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TraceCollection:
    """Items are of the kind of their own document."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records covers a trace."""
        return any(_all(Record(record, Place(), 0)) for record in map(_first_of, head))

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """The items of every document; a cover of anything else is skipped."""
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield each
                continue
            told = _all(each)
            if not told:
                keys = shown(", ".join(each.value))
                yield Skipped(each.place, "the record covers no trace that is known", keys, damaged=False)
            for number, one in enumerate(told, 1):
                after = each.place.after if number == len(told) else each.start
                yield replace(one, place=replace(each.place, after=after, records=int(number == 1)))


def _all(record: Record) -> list[Item | Skipped]:
    """Of a log that is covered as a list, events that are sound and tell of no conversation are told by the others."""
    told = [told for value in _covered(record.value) for told in _one(Record(value, record.place, record.start))]
    telling = [each for each in told if isinstance(each, Item) or each.damaged]
    return telling or told[:1]


def _one(record: Record) -> list[Item | Skipped]:
    return next((told for within in _KINDS if (told := within(record))), [])


def _covered(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    held = next((record[key] for key in _COVERED if key in record), None)
    return [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, dict)]


def _first_of(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the first of what it covers, which is enough to know it."""
    return {"doc": _covered(record)[:1]}
