"""Owns reading a log of spans: those of one trace are gathered within a bound of memory, wherever their lines stand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.text import shown
from evaltui.logs.documents import is_one_document, read_documents
from evaltui.logs.records import Record
from evaltui.logs.spans import Span
from evaltui.logs.traced import item_of_trace

HELD = 32 * 1024 * 1024
"""Bytes of lines whose spans are held until all of their traces are told.

A trace of which spans stand on both sides of such a border is told in parts, each with an id of its own.
"""
_NONE = "the record holds no span"
SpansOf = Callable[[dict[str, Any]], list[Span]]


@dataclass(frozen=True, slots=True)
class TraceLog:
    """Reads the traces of one kind of log; `spans_of` are the spans of a record, and none for any other record.

    `alone`: a record holds its traces whole, so that nothing is gathered.
    """

    kind: str
    spans_of: SpansOf
    alone: bool = False

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace, when it is known to be whole; never raises."""
        gathered = _Gathered(self.kind)
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield gathered.held(each)
                continue
            if gathered.traces and each.start - gathered.start > HELD:
                yield from gathered.told(each.start)
            spans = self.spans_of(each.value)
            if not spans:
                yield gathered.held(_other(each))
                continue
            gathered.take(each, spans)
            if self.alone:
                yield from gathered.told(each.place.after)
        if gathered.traces:
            yield from gathered.told(gathered.last if is_one_document(path) else gathered.start)

    def within(self, record: Record) -> list[Item | Skipped]:
        """The traces of one record by itself; none where it is of another kind."""
        gathered = _Gathered(self.kind)
        if spans := self.spans_of(record.value):
            gathered.take(record, spans)
        return list(gathered.told(record.place.after))

    def knows(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records holds a span."""
        return any(self.spans_of(record) for record in head)


@dataclass(slots=True)
class _Trace:
    """The spans of one trace; the record in which a trace is the first counts with it."""

    line: int
    spans: dict[str, Span] = field(default_factory=dict)
    records: int = 0


@dataclass(slots=True)
class _Gathered:
    """Traces that are not told yet; `start` is the byte at which the first of them begins."""

    kind: str
    traces: dict[str, _Trace] = field(default_factory=dict)
    start: int = 0
    last: int = 0

    def take(self, record: Record, spans: Sequence[Span]) -> None:
        """Take the spans of a record; one that was exported twice counts once."""
        self.start = self.start if self.traces else record.start
        self.last = record.place.after
        for place, span in enumerate(spans):
            trace = self.traces.setdefault(span.trace, _Trace(record.place.line))
            trace.spans.setdefault(span.id or f"#{len(trace.spans)}", span)
            trace.records += place == 0

    def told(self, after: int) -> Iterator[Item | Skipped]:
        """Each as an item; only from the last of them on may reading go on after all."""
        traces, self.traces = list(self.traces.values()), {}
        for number, trace in enumerate(traces, 1):
            place = Place(trace.line, after if number == len(traces) else self.start, trace.records)
            spans = [span if span.id else replace(span, id=name) for name, span in trace.spans.items()]
            yield item_of_trace(self.kind, spans, place)

    def held(self, skipped: Skipped) -> Skipped:
        """Reading cannot go on amid traces that are not told."""
        return replace(skipped, place=replace(skipped.place, after=self.start)) if self.traces else skipped


def _other(record: Record) -> Skipped:
    return Skipped(record.place, _NONE, shown(", ".join(record.value)), damaged=False)
