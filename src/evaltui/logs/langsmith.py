"""Owns runs that LangSmith exports: one a line, or with the runs that they called within them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.instants import instant
from evaltui.logs.loose import first, listing, mapping, text, text_of
from evaltui.logs.spans import Opinion, Span
from evaltui.logs.traces import TraceLog

KIND = "langsmith"
_DEEPEST = 50
_SESSIONS = ("session_id", "thread_id", "conversation_id")
_MODELS = ("ls_model_name", "model_name", "model")


@dataclass(frozen=True, slots=True)
class LangSmith:
    """One item a trace; the mean of each feedback is a score."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a run."""
        return LOG.knows(head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace; all else is skipped."""
        return LOG.read(path, offset)


def spans_of(record: dict[str, Any]) -> list[Span]:
    """The run of a record, with all runs within it."""
    runs = listing(record.get("runs")) or [record]
    return [span for run in runs for span in _runs(mapping(run), "", "", 0)]


def _runs(run: Mapping[str, Any], trace: str, parent: str, depth: int) -> Iterator[Span]:
    if not isinstance(run.get("run_type"), str) or not ("inputs" in run or "outputs" in run) or depth > _DEEPEST:
        return
    span = _span(run, trace, parent)
    yield span
    for child in listing(run.get("child_runs")):
        yield from _runs(mapping(child), span.trace, span.id, depth + 1)


def _span(run: Mapping[str, Any], trace: str, parent: str) -> Span:
    extra = mapping(run.get("extra"))
    metadata = mapping(extra.get("metadata"))
    outputs = mapping(run.get("outputs"))
    name = text(metadata, *_MODELS) or text(mapping(extra.get("invocation_params")), *_MODELS)
    failed = run.get("error") not in (None, "") or run.get("status") == "error"
    return Span(
        trace=text(run, "trace_id") or trace or text(run, "id"),
        id=text(run, "id"),
        parent=text(run, "parent_run_id") or parent,
        name=text(run, "name"),
        start=instant(run.get("start_time")),
        attributes={"gen_ai.response.model": name} if name else {},
        error=text_of(run.get("error")) if failed else None,
        kind=run["run_type"] if run["run_type"] in ("llm", "chat_model", "tool") else "",
        given=mapping(run.get("inputs")),
        gave=first(outputs, "output") if run["run_type"] == "tool" and "output" in outputs else outputs,
        usage=_usage(run, outputs),
        opinions=tuple(_feedback(run)),
        session=text(metadata, *_SESSIONS),
    )


def _usage(run: Mapping[str, Any], outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """As the run counts it, else as the reply within it does."""
    if isinstance(run.get("completion_tokens"), int) and run.get("prompt_tokens"):
        return run
    for batch in listing(outputs.get("generations")):
        for each in listing(batch) or [batch]:
            message = mapping(mapping(each).get("message"))
            held = mapping(message.get("kwargs")) or message
            if usage := mapping(held.get("usage_metadata")):
                return usage
    provider = mapping(outputs.get("llm_output"))
    return mapping(first(provider, "token_usage", "usage")) or mapping(first(outputs, "usage_metadata", "usage"))


def _feedback(run: Mapping[str, Any]) -> Iterator[Opinion]:
    for name, stats in mapping(run.get("feedback_stats")).items():
        held = mapping(stats)
        value = first(held, "avg", "score", "value")
        words = "; ".join(said for said in listing(held.get("comments")) if isinstance(said, str))
        if isinstance(value, int | float | str):
            yield Opinion(name, value, words)


LOG = TraceLog(KIND, spans_of)
