"""Owns spans that stand one a record with plain values, as SDKs print them and Phoenix exports them."""

from collections.abc import Iterator, Mapping
from typing import Any

from evaltui.logs.instants import instant
from evaltui.logs.loose import first, listing, mapping, text
from evaltui.logs.spans import Opinion, Span

_TRACE, _SPAN = ("trace_id", "traceId", "context.trace_id"), ("span_id", "spanId", "context.span_id")
_DEEPEST = 20
_FAILED = ("ERROR", "Error", "STATUS_CODE_ERROR", "StatusCode.ERROR")
_LISTS = ("annotations", "span_annotations", "evaluations")


def is_plain(record: Mapping[str, Any]) -> bool:
    """Whether the record is one span: it names its trace and itself, and has attributes."""
    context = mapping(record.get("context"))
    named = all(text(context, *names) or text(record, *names) for names in (_TRACE, _SPAN))
    return named and ("attributes" in record or any(key.startswith("attributes.") for key in record))


def plain_spans(record: Mapping[str, Any]) -> list[Span]:
    """The one span that the record is."""
    context = mapping(record.get("context"))
    return [
        Span(
            trace=(text(context, *_TRACE) or text(record, *_TRACE)).removeprefix("0x"),
            id=(text(context, *_SPAN) or text(record, *_SPAN)).removeprefix("0x"),
            parent=text(record, "parent_id", "parentId", "parent_span_id", "parentSpanId").removeprefix("0x"),
            name=text(record, "name"),
            start=instant(first(record, "start_time", "startTime", "start_time_unix_nano", "startTimeUnixNano")),
            attributes=flat_attributes(record),
            events=tuple(_events(record.get("events"))),
            error=_error(record),
            kind=_kind(record),
            opinions=tuple(opinion for name in _LISTS for opinion in _opinions(record.get(name))),
        )
    ]


def flat_attributes(record: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes by their whole names, dots in them, also where they are kept as levels or as columns."""
    flat: dict[str, Any] = {}
    _flatten(mapping(record.get("attributes")), "", flat, 0)
    columns = {key.removeprefix("attributes."): value for key, value in record.items() if key.startswith("attributes.")}
    _flatten(columns, "", flat, 0)
    return flat


def _flatten(node: Mapping[str, Any], prefix: str, flat: dict[str, Any], depth: int) -> None:
    """Both a value and what is in it have names: `a` and `a.b`."""
    for key, value in node.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            _flatten(value, f"{prefix}{key}.", flat, depth + 1)
        else:
            flat.setdefault(f"{prefix}{key}", value)


def _kind(record: Mapping[str, Any]) -> str:
    """Of OpenInference; OpenTelemetry's own kinds, such as CLIENT, say nothing of what was called."""
    written = text(record, "span_kind")
    return written if written in ("LLM", "TOOL", "AGENT", "RETRIEVER", "EMBEDDING", "GUARDRAIL", "EVALUATOR") else ""


def _error(record: Mapping[str, Any]) -> str | None:
    status = record.get("status")
    held = status if isinstance(status, dict) else {}
    code = first(held, "status_code", "code") or record.get("status_code") or status
    if code == 2 or (isinstance(code, str) and code in _FAILED):
        return text(held, "description", "message") or text(record, "status_message")
    return None


def _events(written: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in listing(written):
        if isinstance(each, dict):
            yield text(each, "name"), mapping(each.get("attributes"))


def _opinions(written: Any) -> Iterator[Opinion]:
    for each in listing(written):
        held = mapping(each)
        result = mapping(held.get("result")) or held
        if held:
            value = first(result, "score", "label")
            human = text(held, "annotator_kind", "annotatorKind").upper() == "HUMAN"
            yield Opinion(text(held, "name") or "annotation", value, text(result, "explanation"), human)
