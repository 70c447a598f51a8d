"""Owns what an importer is, which ones there are, and the count of what one of them read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from evaltui.domain.item import Item, Skipped
from evaltui.logs.anthropic_messages import AnthropicMessages
from evaltui.logs.batch_results import BatchResults
from evaltui.logs.claude_code import ClaudeCode
from evaltui.logs.openai_chat import OpenAiChat
from evaltui.logs.records import first_records


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


IMPORTERS: tuple[Importer, ...] = (ClaudeCode(), BatchResults(), AnthropicMessages(), OpenAiChat())
"""In the order in which they are asked: the more a kind of log demands of its records, the earlier."""


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
    head = first_records(path)
    return next((importer for importer in importers if head and importer.recognises(head)), None)
