"""Owns the provider's words about batches, mirrored as they change, and which batches of a run are collected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.batch import Counts, Intent, RemoteBatch
from evaltui.store.database import Store
from evaltui.store.text import moment, moment_or_none, now, stamp_or_none, text


@dataclass(frozen=True, slots=True)
class TrackedBatch:
    """`collected`: every request of the intent has an outcome; `adopted`: found again after an ambiguous create."""

    intent: Intent
    remote: RemoteBatch
    collected: bool
    adopted: bool


def batches(store: Store, run_id: int) -> list[TrackedBatch]:
    """The batches of a run that stand for an intent, oldest first."""
    return [_tracked(row) for row in store.connection.execute(BATCHES, {"run": run_id, "all": True})]


def uncollected(store: Store, run_id: int) -> list[TrackedBatch]:
    """Those of `batches` whose results are still to be read."""
    return [_tracked(row) for row in store.connection.execute(BATCHES, {"run": run_id, "all": False})]


BATCHES = """
    SELECT sealed_intents.id, run_id, nonce, size, body_bytes, body_digest, sealed_intents.created_at, sent_at,
        batches.remote_id, status, processing, succeeded, errored, canceled, expired, batches.created_at, expires_at,
        ended_at, cancel_initiated_at, archived_at, collections.intent_id IS NOT NULL,
        (SELECT adopted FROM current_creations WHERE current_creations.intent_id = sealed_intents.id)
    FROM sealed_intents
    JOIN batches ON batches.remote_id = sealed_intents.remote_id
    LEFT JOIN collections ON collections.intent_id = sealed_intents.id
    WHERE run_id = :run AND (:all OR collections.intent_id IS NULL)
    ORDER BY sealed_intents.id
"""


def mirror(store: Store, remote: RemoteBatch) -> None:
    """Keep the provider's latest words about a batch. Its own transaction."""
    with store.transaction():
        write_mirror(store, remote)


def write_mirror(store: Store, remote: RemoteBatch) -> None:
    """`mirror`, inside the transaction of the caller."""
    counts = remote.counts
    numbers = (counts.processing, counts.succeeded, counts.errored, counts.canceled, counts.expired)
    moments = (remote.created_at, remote.expires_at, remote.ended_at, remote.cancel_initiated_at, remote.archived_at)
    store.connection.execute(MIRROR, (remote.id, text(remote.status), *numbers, *map(stamp_or_none, moments), now()))


MIRROR = """
    INSERT INTO batches (remote_id, status, processing, succeeded, errored, canceled, expired,
        created_at, expires_at, ended_at, cancel_initiated_at, archived_at, mirrored_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (remote_id) DO UPDATE SET status = excluded.status, processing = excluded.processing,
        succeeded = excluded.succeeded, errored = excluded.errored, canceled = excluded.canceled,
        expired = excluded.expired, created_at = excluded.created_at, expires_at = excluded.expires_at,
        ended_at = excluded.ended_at, cancel_initiated_at = excluded.cancel_initiated_at,
        archived_at = excluded.archived_at, mirrored_at = excluded.mirrored_at
"""


def custom_ids(store: Store, intent_id: int) -> Iterator[str]:
    """The custom ids of an intent's requests, in text order."""
    return (row[0] for row in store.connection.execute(CUSTOM_IDS, (intent_id,)))


CUSTOM_IDS = "SELECT custom_id FROM requests WHERE intent_id = ? ORDER BY custom_id"


def read_intent(row: Sequence[Any]) -> Intent:
    """An Intent from the columns of the view `sealed_intents`, in its order."""
    *about, created_at, sent_at, remote_id = row
    return Intent(*(*about, moment(created_at), moment_or_none(sent_at), remote_id))


def _tracked(row: Sequence[Any]) -> TrackedBatch:
    remote_id, status, *counts = row[8:15]
    *moments, collected, adopted = row[15:]
    remote = RemoteBatch(remote_id, status, Counts(*counts), *map(moment_or_none, moments))
    return TrackedBatch(read_intent(row[:9]), remote, bool(collected), bool(adopted))
