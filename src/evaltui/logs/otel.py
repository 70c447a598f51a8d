"""Owns OpenTelemetry logs: OTLP JSON in the covers of collectors and backends, and spans as SDKs print them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.instants import instant
from evaltui.logs.loose import first, text
from evaltui.logs.plain_spans import is_plain, plain_spans
from evaltui.logs.spans import Span
from evaltui.logs.traces import TraceLog

KIND = "opentelemetry"
_RESOURCES = ("resourceSpans", "resource_spans", "batches")
_SCOPES = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans")
_DEEPEST = 20


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
    """The spans of one export request, of a whole file, or of one printed span."""
    covered = record.get("trace")
    holders = [record, covered] if isinstance(covered, dict) else [record]
    told = [span for holder in holders for key in _RESOURCES for span in _of_resources(holder.get(key))]
    return told or (plain_spans(record) if is_plain(record) else [])


def _of_resources(resources: Any) -> Iterator[Span]:
    for resource in _mappings(resources):
        for key in _SCOPES:
            for scope in _mappings(resource.get(key)):
                for span in _mappings(scope.get("spans")):
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
            (text(event, "name"), attributes_of(event.get("attributes"))) for event in _mappings(span.get("events"))
        ),
        error=text(status, "message") if failed else None,
    )


def _parent(written: str) -> str:
    """Some exporters write zeros for none."""
    return written if written.strip("0") else ""


def attributes_of(written: Any) -> dict[str, Any]:
    """Attributes by name, from the list of keys and typed values; a plain mapping is taken as it is."""
    if isinstance(written, dict):
        return {key: _value(value) if _is_typed(value) else value for key, value in written.items()}
    return {name: _value(each.get("value")) for each in _mappings(written) if (name := text(each, "key"))}


_TYPES = ("stringValue", "boolValue", "doubleValue", "bytesValue", "string_value", "bool_value", "double_value")


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).endswith(("Value", "_value"))


def _value(typed: Any, depth: int = 0) -> Any:
    if not isinstance(typed, dict) or depth > _DEEPEST:
        return typed
    if (whole := first(typed, "intValue", "int_value")) is not None:
        return (
            int(whole) if isinstance(whole, str) and whole.removeprefix("-").isdecimal() and len(whole) < 30 else whole
        )
    if isinstance(listed := first(typed, "arrayValue", "array_value"), dict):
        values = listed.get("values")
        return [_value(each, depth + 1) for each in values] if isinstance(values, list) else []
    if isinstance(mapped := first(typed, "kvlistValue", "kvlist_value"), dict):
        pairs = _mappings(mapped.get("values"))
        return {text(each, "key"): _value(each.get("value"), depth + 1) for each in pairs}
    return first(typed, *_TYPES)


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


LOG = TraceLog(KIND, spans_of)
