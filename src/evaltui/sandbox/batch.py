"""A message batch: the facts that are kept, what follows from them at a given time, and its JSON object."""

from typing import Any

import msgspec

from evaltui.sandbox.clock import DAY, timestamp

EXPIRY = DAY
ARCHIVE = 29 * DAY


class Counts(msgspec.Struct, frozen=True):
    """How many requests ended in which way."""

    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


class Ended(msgspec.Struct, frozen=True):
    at: float
    counts: Counts


class Batch(msgspec.Struct, frozen=True):
    """Times are sandbox seconds since the epoch; `seconds` is how long processing takes undisturbed.

    `ordinal` numbers the batches of a server from 1. `raced`: the cancellation came too late to matter.
    """

    id: str
    ordinal: int
    workspace: str
    version: str
    betas: tuple[str, ...]
    size: int
    created_at: float
    seconds: float
    cancel_seconds: float
    cancel_at: float | None = None
    raced: bool = False
    ended: Ended | None = None


def due_at(batch: Batch) -> float:
    """When processing ends: done, expired, or canceled, whichever is first."""
    ends = batch.created_at + min(batch.seconds, EXPIRY)
    return ends if batch.cancel_at is None else min(ends, batch.cancel_at + batch.cancel_seconds)


def processed(batch: Batch) -> int:
    """How many requests are processed by the time processing ends."""
    worked = _worked(batch)
    if batch.raced or worked >= batch.seconds:  # asked for, not computed: 43 × 0.05 ÷ 0.05 is less than 43
        return batch.size
    return int(batch.size * worked / batch.seconds)


def leftover(batch: Batch) -> str:
    """What becomes of the requests that are not processed."""
    return "expired" if batch.cancel_at is None else "canceled"


def status(batch: Batch) -> str:
    if batch.ended:
        return "ended"
    return "in_progress" if batch.cancel_at is None else "canceling"


def archived_at(batch: Batch, now: float) -> float | None:
    """Results are gone 29 days after creation."""
    return batch.created_at + ARCHIVE if now >= batch.created_at + ARCHIVE else None


def batch_object(batch: Batch, now: float, results_url: str) -> dict[str, Any]:
    """The JSON object of a batch; counts stay all-processing until it ends."""
    ended = batch.ended
    counts = ended.counts if ended else Counts()
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": status(batch),
        "request_counts": {"processing": 0 if ended else batch.size, **msgspec.structs.asdict(counts)},
        "ended_at": _written(ended.at if ended else None),
        "created_at": timestamp(batch.created_at),
        "expires_at": timestamp(batch.created_at + EXPIRY),
        "archived_at": _written(archived_at(batch, now)),
        "cancel_initiated_at": _written(batch.cancel_at),
        "results_url": results_url if ended else None,
    }


def _worked(batch: Batch) -> float:
    stop = EXPIRY if batch.cancel_at is None else min(EXPIRY, batch.cancel_at - batch.created_at)
    return batch.seconds if due_at(batch) >= batch.created_at + batch.seconds else stop


def _written(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)
