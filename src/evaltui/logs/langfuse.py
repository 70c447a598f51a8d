"""Owns traces that Langfuse exports: each with its observations and scores, or one observation a line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.instants import instant
from evaltui.logs.loose import first, listing, loosely, mapping, text
from evaltui.logs.plain_spans import flat_attributes
from evaltui.logs.spans import Opinion, Span
from evaltui.logs.traces import TraceLog

KIND = "langfuse"
_TYPES = frozenset(
    {"SPAN", "GENERATION", "EVENT", "TOOL", "AGENT", "CHAIN", "RETRIEVER", "EMBEDDING", "EVALUATOR", "GUARDRAIL"}
)  # fmt: skip
_USAGE = {"input": "input", "output": "output", "promptTokens": "input", "completionTokens": "output"}


@dataclass(frozen=True, slots=True)
class Langfuse:
    """One item a trace; scores are scores, what people rated or corrected is a mark."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a trace with observations, or an observation."""
        return LOG.knows(head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace; all else is skipped."""
        return LOG.read(path, offset)


def spans_of(record: dict[str, Any]) -> list[Span]:
    """The observations of the traces in a record."""
    held = [mapping(each) for each in listing(record.get("data"))] or [record]
    return [span for each in held for span in _of_trace(each)]


def _of_trace(record: Mapping[str, Any]) -> Iterator[Span]:
    inner = mapping(record.get("trace"))
    trace = inner or record
    written = [mapping(each) for each in listing(first(record, "observations")) or listing(trace.get("observations"))]
    if not written and _is_observation(record):
        yield _span(record, {})
    elif any(map(_is_observation, written)):
        spans = [_span(each, trace) for each in written if _is_observation(each)]
        yield from _with_opinions(spans, [*_scores(trace, record), *_corrections(trace)], trace)


def _is_observation(held: Mapping[str, Any]) -> bool:
    kind = held.get("type")
    return isinstance(kind, str) and kind.upper() in _TYPES and ("traceId" in held or "startTime" in held)


def _span(held: Mapping[str, Any], trace: Mapping[str, Any]) -> Span:
    metadata = mapping(held.get("metadata"))
    attributes = flat_attributes(metadata) if "attributes" in metadata else dict(metadata)
    model = text(held, "model", "providedModelName")
    usage = mapping(held.get("usageDetails")) or mapping(held.get("usage"))
    kind = text(held, "type").upper()
    return Span(
        trace=text(held, "traceId") or text(trace, "id"),
        id=text(held, "id"),
        parent=text(held, "parentObservationId"),
        name=text(held, "name"),
        start=instant(held.get("startTime")),
        attributes=attributes | ({"gen_ai.response.model": model} if model else {}),
        error=text(held, "statusMessage") if held.get("level") == "ERROR" else None,
        kind="" if kind in ("SPAN", "EVENT", "CHAIN") else kind,
        given=loosely(held.get("input")),
        gave=loosely(held.get("output")),
        usage=usage or {name: held[key] for key, name in _USAGE.items() if isinstance(held.get(key), int)},
        session=text(trace, "sessionId") or text(held, "sessionId"),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """An opinion with the observation that it is of; "" is the whole trace."""

    opinion: Opinion
    of: str = ""


def _scores(trace: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[_Said]:
    for each in [*listing(trace.get("scores")), *(listing(record.get("scores")) if record is not trace else [])]:
        held = mapping(each)
        categorical = held.get("dataType") == "CATEGORICAL"
        value = first(held, *(("stringValue", "value") if categorical else ("value", "stringValue")))
        if held:
            human = text(held, "source").upper() == "ANNOTATION"
            opinion = Opinion(text(held, "name") or "score", value, text(held, "comment"), human)
            yield _Said(opinion, text(held, "observationId"))


def _corrections(trace: Mapping[str, Any]) -> Iterator[_Said]:
    """A person wrote what the output should have been; one that is the output itself corrects nothing."""
    for held in map(mapping, listing(trace.get("corrections"))):
        words = text(held, "longStringValue", "comment")
        if words and words.strip() != str(loosely(trace.get("output"))).strip():
            yield _Said(Opinion("correction", 0, words, human=True), text(held, "observationId"))


def _with_opinions(spans: list[Span], said: Sequence[_Said], trace: Mapping[str, Any]) -> Iterator[Span]:
    """Those of the whole trace are said of its first span; so is what the trace was given and gave."""
    ids = {span.id for span in spans}
    of: dict[str, list[Opinion]] = {}
    for each in said:
        of.setdefault(each.of if each.of in ids else spans[0].id, []).append(each.opinion)
    for span in spans:
        mine = tuple(of.get(span.id, ()))
        root = not span.parent or span.parent not in ids
        given = loosely(trace.get("input")) if span.given is None and root else span.given
        gave = loosely(trace.get("output")) if span.gave is None and root else span.gave
        yield replace(span, opinions=mine, given=given, gave=gave)


LOG = TraceLog(KIND, spans_of)
