"""Owns spans with OpenInference attributes, one a record, as Phoenix exports them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.logs.plain_spans import is_plain, plain_spans
from evaltui.logs.spans import Span
from evaltui.logs.traces import TraceLog

KIND = "openinference"
_SAYS = ("openinference.", "llm.", "input.value", "output.value")


@dataclass(frozen=True, slots=True)
class OpenInference:
    """One item a trace; annotations of spans are scores, and those of people marks."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a span with a name of these conventions."""
        return any(_says(span) for record in head for span in spans_of(record))

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every trace; all else is skipped."""
        return LOG.read(path, offset)


def spans_of(record: dict[str, Any]) -> list[Span]:
    """The span of a record."""
    return plain_spans(record) if is_plain(record) else []


def _says(span: Span) -> bool:
    return bool(span.kind) or any(name.startswith(_SAYS) for name in span.attributes)


LOG = TraceLog(KIND, spans_of)
