"""Owns what an importer is, which ones there are, and the count of what one of them read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from evaltui.domain.item import Item, Skipped
from evaltui.files.archives import is_archive
from evaltui.logs.anthropic_messages import AnthropicMessages
from evaltui.logs.archive import first_members
from evaltui.logs.atif import Atif
from evaltui.logs.batch_results import BatchResults
from evaltui.logs.claude_code import ClaudeCode
from evaltui.logs.documents import first_documents
from evaltui.logs.exported import Exported
from evaltui.logs.inspect.importer import InspectLog
from evaltui.logs.jaeger import Jaeger
from evaltui.logs.langfuse import Langfuse
from evaltui.logs.langsmith import LangSmith
from evaltui.logs.openai_chat import OpenAiChat
from evaltui.logs.openclaw import OpenClaw
from evaltui.logs.openinference import OpenInference
from evaltui.logs.otel import OpenTelemetry
from evaltui.logs.promptfoo import Promptfoo
from evaltui.logs.trace_collection import TraceCollection


class Importer(Protocol):
    """Reads one kind of log. `kind` names it in every item that it reads."""

    @property
    def kind(self) -> str: ...

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether a log with these first records is of this kind; told by what they hold, never by the file's name."""
        ...

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """Everything from byte `offset` on, streaming; `place.after` of each is where reading goes on after it.

        Never raises: what cannot be read is Skipped.
        """
        ...


IMPORTERS: tuple[Importer, ...] = (
    InspectLog(), Exported(), Promptfoo(), ClaudeCode(), BatchResults(), Atif(), Langfuse(), Jaeger(), LangSmith(),
    OpenClaw(), OpenInference(), OpenTelemetry(), TraceCollection(), AnthropicMessages(), OpenAiChat(),
)  # fmt: skip
"""In the order in which they are asked: the more a kind of log demands of its records, the earlier."""

_MEMBERS = 5  # of an archive, by which it is known; each may be large


@dataclass(slots=True)
class Report:
    """What was read of a log: every record is in an item, or is skipped with a reason."""

    records: int = 0
    items: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)

    def add(self, read: Item | Skipped) -> None:
        """Count one of them."""
        self.records += read.place.records
        if isinstance(read, Item):
            self.items += 1
        else:
            (self.damaged if read.damaged else self.skipped)[read.reason] += read.place.records

    def words(self) -> str:
        """One line for a person."""
        told = [f"{self.records:,} records", f"{self.items:,} items"]
        told += [f"{count:,} broken: {reason}" for reason, count in self.damaged.most_common()]
        told += [f"{count:,} skipped: {reason}" for reason, count in self.skipped.most_common()]
        return "; ".join(told)


def importer_for(path: Path, importers: Sequence[Importer] = IMPORTERS) -> Importer | None:
    """The first of them that knows this log; None when none does."""
    head = first_members(path, _MEMBERS) if is_archive(path) else first_documents(path)
    return next((importer for importer in importers if head and importer.recognises(head)), None)
