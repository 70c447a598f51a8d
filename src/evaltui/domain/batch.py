"""Batches: what is meant to be sent, what the provider says of it, and how talking to it can fail."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

FaultKind = Literal["ambiguous", "transient", "rate_limited", "missing", "invalid", "stop"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A call that failed, sorted by what may be done next.

    ambiguous: a create that may or may not have been taken; transient: the same call may be made again;
    rate_limited: not taken, again after `retry_after` seconds; missing: 404; invalid: the request itself is
    wrong and will never be taken; stop: a person must act (key, permission, billing, spending limit).
    """

    kind: FaultKind
    message: str
    advice: str = ""
    retry_after: float | None = None
    request_id: str | None = None

    @property
    def words(self) -> str:
        """What happened, and what to do about it."""
        return "; ".join(filter(None, (self.message.rstrip("."), self.advice)))


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests of a batch by state; all are `processing` until the batch ends."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as the provider describes it; `status` is in_progress, canceling or ended (others pass through)."""

    id: str
    status: str
    counts: Counts
    created_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_initiated_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A create request ready to send: `body` is the file that holds it, written once and sent as it is."""

    nonce: str
    size: int
    body: Path
    body_bytes: int
    body_digest: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A chunk promised in the database before it is sent. `sent` is true once a POST may have left."""

    id: int
    run_id: int
    nonce: str
    size: int
    body_bytes: int
    body_digest: str
    created_at: datetime
    sent_at: datetime | None = None
    remote_id: str | None = None
