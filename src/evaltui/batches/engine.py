"""Owns what every engine of batches can do: the one seam between the loop and whoever runs the requests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from evaltui.domain.batch import Chunk, Fault, RemoteBatch


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A results file, whole and on disk: `bytes` is its size, `lines` counts those that are not blank."""

    path: Path
    bytes: int
    lines: int


class Engine(Protocol):
    """Runs batches. Every failure is a `Fault`, never an exception; nothing is ever retried inside a call.

    `name` is a word such as `claude`; `endpoint` the address it talks to, without any secret.
    """

    @property
    def name(self) -> str: ...

    @property
    def endpoint(self) -> str: ...

    @property
    def sender(self) -> str:
        """Tells one account from another; nothing of a key can be read from it."""

    def submit(self, chunk: Chunk) -> RemoteBatch | Fault:
        """Creates a batch: `ambiguous` says it may have been taken, any other fault that it was not."""

    def status(self, remote_id: str) -> RemoteBatch | Fault:
        """The batch as it is now; `missing` may pass within minutes of its creation."""

    def recent(self, since: datetime) -> tuple[RemoteBatch, ...] | Fault:
        """Every batch created at or after `since`, newest first; one without a date is among them."""

    def download(self, remote: RemoteBatch, target: Path) -> Downloaded | Fault:
        """Writes all results of an ended batch to `target`, or nothing.

        Fewer lines than `remote.counts.total` is a `transient` fault; counts of zero accept what there is.
        """

    def cancel(self, remote_id: str) -> RemoteBatch | Fault:
        """Asks for the batch to be canceled; requests already answered stay answered (and billed)."""

    def close(self) -> None:
        """Lets go of connections; the engine is not used afterwards."""


@runtime_checkable
class TokenCounter(Protocol):
    """Counts tokens before anything is paid for."""

    def count_tokens(self, params: bytes) -> int | Fault:
        """Input tokens of the `params` (JSON) of one Messages request; `missing` where the endpoint cannot count."""
