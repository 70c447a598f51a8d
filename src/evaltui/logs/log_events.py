"""Owns events of OpenTelemetry that were exported as log records: they belong to the spans that they name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evaltui.logs.instants import instant
from evaltui.logs.loose import first, text
from evaltui.logs.otlp_values import attributes_of, mappings, value_of
from evaltui.logs.spans import EVENT, Span

_RESOURCES, _SCOPES, _RECORDS = (
    ("resourceLogs", "resource_logs"),
    ("scopeLogs", "scope_logs", "instrumentationLibraryLogs"),
    ("logRecords", "log_records"),
)


def events_within(record: Mapping[str, Any]) -> Iterator[Span]:
    """Each event of the GenAI conventions, as a span of its own under the one that it names."""
    for resource in _all(record, _RESOURCES):
        for scope in _all(resource, _SCOPES):
            for held in _all(scope, _RECORDS):
                attributes = attributes_of(held.get("attributes"))
                name = text(held, "eventName", "event_name") or text(attributes, "event.name")
                if name.startswith("gen_ai.") and text(held, "traceId", "trace_id"):
                    yield _event(held, name, attributes)


def joined_events(spans: Sequence[Span]) -> list[Span]:
    """The spans with their events; one whose span is not in the trace stays what it is."""
    late: dict[str, list[Span]] = {}
    for span in spans:
        if span.kind == EVENT:
            late.setdefault(span.parent, []).append(span)
    ids = {span.id for span in spans if span.kind != EVENT}
    told = [_with(span, late.get(span.id, ())) for span in spans if span.kind != EVENT]
    return told + [_alone(name, events) for name, events in late.items() if name not in ids]


def _all(holder: Mapping[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    return mappings(first(holder, *names))


def _event(held: Mapping[str, Any], name: str, attributes: dict[str, Any]) -> Span:
    body = value_of(held.get("body"))
    span, at = text(held, "spanId", "span_id"), first(held, "timeUnixNano", "time_unix_nano", "observedTimeUnixNano")
    return Span(
        trace=text(held, "traceId", "trace_id"),
        id=f"{span} {name} {at} {text(attributes, 'gen_ai.response.id')}",
        parent=span,
        name=name,
        start=instant(at),
        events=((name, attributes | (body if isinstance(body, dict) else {})),),
        kind=EVENT,
    )


def _with(span: Span, late: Sequence[Span]) -> Span:
    if not late:
        return span
    events = [event for each in sorted(late, key=lambda one: one.start) for event in each.events]
    return replace(span, events=(*span.events, *events))


def _alone(name: str, late: Sequence[Span]) -> Span:
    """The call that the events tell of, where its span was not exported to this log."""
    return _with(replace(late[0], id=name or late[0].id, parent="", kind="", events=()), late)
