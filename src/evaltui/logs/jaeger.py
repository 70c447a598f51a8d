"""Owns traces as Jaeger gives them: whole documents of its API, or one span a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.instants import instant
from evaltui.logs.loose import listing, mapping, text
from evaltui.logs.spans import Span
from evaltui.logs.traces import TraceLog

KIND = "jaeger"


@dataclass(frozen=True, slots=True)
class Jaeger:
    """One item a trace; tags are read as the attributes that they were."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records holds spans that name themselves as Jaeger's do."""
        return LOG.knows(head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace; all else is skipped."""
        return LOG.read(path, offset)


def spans_of(record: dict[str, Any]) -> list[Span]:
    """The spans of all traces of a document, of one trace, or the one that a line is."""
    traces = [mapping(each) for each in listing(record.get("data"))] or [record]
    written = [mapping(span) for trace in traces for span in listing(trace.get("spans"))] or [record]
    return [_span(span) for span in written if _is_span(span)]


def _is_span(span: Mapping[str, Any]) -> bool:
    return isinstance(span.get("traceID"), str) and isinstance(span.get("spanID"), str)


def _span(span: Mapping[str, Any]) -> Span:
    tags = _pairs(span.get("tags")) | mapping(span.get("tag"))
    failed = tags.get("otel.status_code") == "ERROR" or tags.get("error") in (True, "true")
    return Span(
        trace=text(span, "traceID"),
        id=text(span, "spanID"),
        parent=_parent(span),
        name=text(span, "operationName"),
        start=instant(span.get("startTime")),
        attributes=tags,
        events=tuple(_events(span.get("logs"))),
        error=text(tags, "otel.status_description") if failed else None,
    )


def _parent(span: Mapping[str, Any]) -> str:
    for each in map(mapping, listing(span.get("references"))):
        if each.get("refType") == "CHILD_OF" and each.get("traceID", span["traceID"]) == span["traceID"]:
            return text(each, "spanID")
    return text(span, "parentSpanID")


def _events(logs: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in map(mapping, listing(logs)):
        fields = _pairs(each.get("fields"))
        yield text(fields, "event", "message"), fields


def _pairs(written: Any) -> dict[str, Any]:
    pairs = map(mapping, listing(written))
    return {name: each.get("value") for each in pairs if (name := text(each, "key"))}


LOG = TraceLog(KIND, spans_of)
