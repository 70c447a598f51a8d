"""Owns OpenTelemetry logs: OTLP JSON in the covers of collectors and backends, and spans as SDKs print them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.instants import instant
from evaltui.logs.log_events import events_within
from evaltui.logs.loose import first, text
from evaltui.logs.otlp_values import attributes_of, mappings
from evaltui.logs.plain_spans import is_plain, plain_spans
from evaltui.logs.spans import Span
from evaltui.logs.traces import TraceLog

KIND = "opentelemetry"
_RESOURCES = ("resourceSpans", "resource_spans", "batches")
_SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans")


@dataclass(frozen=True, slots=True)
class OpenTelemetry:
    """One item a trace. Attributes of the GenAI conventions are read under their old names and their new ones."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records holds spans, or is one."""
        return LOG.knows(head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace; all else is skipped."""
        return LOG.read(path, offset)


def spans_of(record: dict[str, Any]) -> list[Span]:
    """The spans of one export request, of a whole file, or of one printed span; events that are logs, too."""
    covered = record.get("trace")
    holders = [record, covered] if isinstance(covered, dict) else [record]
    told = [span for holder in holders for key in _RESOURCES for span in _of_resources(holder.get(key))]
    told += events_within(record)
    return told or (plain_spans(record) if is_plain(record) else [])


def _of_resources(resources: Any) -> Iterator[Span]:
    for resource in mappings(resources):
        for key in _SCOPES:
            for scope in mappings(resource.get(key)):
                for span in mappings(scope.get("spans")):
                    yield _span(span)


def _span(span: Mapping[str, Any]) -> Span:
    status = span.get("status")
    status = status if isinstance(status, dict) else {}
    failed = status.get("code") in (2, "2", "STATUS_CODE_ERROR", "ERROR", "Error")
    return Span(
        trace=text(span, "traceId", "trace_id"),
        id=text(span, "spanId", "span_id"),
        parent=_parent(text(span, "parentSpanId", "parent_span_id")),
        name=text(span, "name"),
        start=instant(first(span, "startTimeUnixNano", "start_time_unix_nano")),
        attributes=attributes_of(span.get("attributes")),
        events=tuple(
            (text(event, "name"), attributes_of(event.get("attributes"))) for event in mappings(span.get("events"))
        ),
        error=text(status, "message") if failed else None,
    )


def _parent(written: str) -> str:
    """Some exporters write zeros for none."""
    return written if written.strip("0") else ""


LOG = TraceLog(KIND, spans_of)
