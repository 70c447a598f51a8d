"""Owns what is promised before it is sent, and what became of each promise.

open_intent → add_requests → seal_intent          inside one transaction of the caller
mark_sent                                         before a POST leaves
record_created | record_rejected | record_refused after its answer (refused: not taken, may be sent again)
record_released                                   an adoption proved wrong: unsubmitted again
"""

from collections.abc import Sequence
from datetime import datetime

from evaltui.domain.batch import Chunk, Fault, Intent, RemoteBatch
from evaltui.domain.errors import Refused
from evaltui.domain.request import PlannedRequest
from evaltui.store.batches import read_intent, write_mirror
from evaltui.store.database import Store, synced
from evaltui.store.text import moment_or_none, now, stamp, text, text_or_none


def open_intent(store: Store, run_id: int, nonce: str, created_at: datetime) -> int:
    """Begin a promise; call inside a transaction."""
    return int(store.connection.execute(INSERT_INTENT, (run_id, nonce, stamp(created_at))).lastrowid or 0)


INSERT_INTENT = "INSERT INTO intents (run_id, nonce, created_at) VALUES (?, ?, ?)"


def add_requests(store: Store, intent_id: int, requests: Sequence[PlannedRequest]) -> None:
    """Promise these requests; call inside a transaction."""
    store.connection.executemany(
        INSERT_REQUEST,
        ((intent_id, r.custom_id, r.sample_id, r.purpose, r.turn, r.attempt, r.digest, r.size) for r in requests),
    )


INSERT_REQUEST = """
    INSERT INTO requests (intent_id, custom_id, sample_id, purpose, turn, attempt, digest, size)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def seal_intent(store: Store, intent_id: int, chunk: Chunk) -> None:
    """Say what exactly will be sent; call inside the transaction that opened the intent."""
    values = (intent_id, chunk.size, text(str(chunk.body)), chunk.body_bytes, chunk.body_digest)
    store.connection.execute(INSERT_CHUNK, values)


INSERT_CHUNK = "INSERT INTO chunks (intent_id, size, body_file, body_bytes, body_digest) VALUES (?, ?, ?, ?, ?)"


def unsubmitted(store: Store, run_id: int) -> list[Intent]:
    """The intents of a run that no batch stands for, oldest first; rejected ones are over and not among them."""
    return [read_intent(row) for row in store.connection.execute(UNSUBMITTED, (run_id,))]


UNSUBMITTED = """
    SELECT id, run_id, nonce, size, body_bytes, body_digest, created_at, sent_at, remote_id FROM sealed_intents
    WHERE run_id = ? AND remote_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM rejections WHERE rejections.intent_id = sealed_intents.id)
    ORDER BY id
"""


def intent_of_run(store: Store, run_id: int) -> list[Intent]:
    """Every sealed intent of a run, oldest first."""
    return [read_intent(row) for row in store.connection.execute(INTENTS_OF_RUN, (run_id,))]


INTENTS_OF_RUN = """
    SELECT id, run_id, nonce, size, body_bytes, body_digest, created_at, sent_at, remote_id FROM sealed_intents
    WHERE run_id = ? ORDER BY id
"""


def mark_sent(store: Store, intent_id: int, at: datetime, sender: str = "") -> None:
    """A POST is about to leave: known even after a power loss once this returns. Its own transaction.

    `sender` tells accounts apart, without their keys; empty where nobody knows.
    """
    with synced(store):
        store.connection.execute(INSERT_SENDING, (intent_id, stamp(at), sender))


INSERT_SENDING = "INSERT INTO sendings (intent_id, sent_at, sender) VALUES (?, ?, ?)"


def last_sender(store: Store, intent_id: int) -> str:
    """Who sent the last POST of an intent; empty where nobody knows."""
    row = store.connection.execute(LAST_SENDER, (intent_id,)).fetchone()
    return str(row[0]) if row else ""


LAST_SENDER = "SELECT sender FROM sendings WHERE intent_id = ? ORDER BY id DESC LIMIT 1"


def record_refused(store: Store, intent_id: int, reason: str) -> None:
    """The last POST was surely not taken (such as a 429): the intent counts as not sent. Its own transaction."""
    with store.transaction():
        store.connection.execute(INSERT_REFUSAL, (text(reason), now(), intent_id))


INSERT_REFUSAL = """
    INSERT INTO refusals (sending_id, reason, recorded_at)
    SELECT id, ?, ? FROM sendings WHERE intent_id = ? ORDER BY id DESC LIMIT 1
    ON CONFLICT DO NOTHING
"""


def record_created(store: Store, intent_id: int, remote: RemoteBatch, *, adopted: bool) -> None:
    """This batch stands for the intent; `adopted`: found in the provider's list after an ambiguous create.

    Its own transaction, on the disk when it returns. Raises Refused when another batch stands for the intent.
    """
    with synced(store):
        write_mirror(store, remote)
        current = store.connection.execute(CURRENT_CREATION, (intent_id,)).fetchone()
        if current is None:
            store.connection.execute(INSERT_CREATION, (intent_id, remote.id, adopted, now()))
        elif current[1] != remote.id:
            raise Refused(f"intent {intent_id} is batch {current[1]} already: release it before recording {remote.id}")


CURRENT_CREATION = "SELECT id, remote_id FROM current_creations WHERE intent_id = ?"
INSERT_CREATION = "INSERT INTO creations (intent_id, remote_id, adopted, recorded_at) VALUES (?, ?, ?, ?)"


def record_rejected(store: Store, intent_id: int, fault: Fault) -> None:
    """The create will never be taken: each request counts as an attempt that errored as "rejected".

    Its own transaction; recording it twice records it once.
    """
    with synced(store):
        values = (intent_id, fault.kind, text(fault.message), text(fault.advice), text_or_none(fault.request_id), now())
        if store.connection.execute(INSERT_REJECTION, values).rowcount:
            store.connection.execute(REJECT_REQUESTS, (text(fault.message), text_or_none(fault.request_id), intent_id))


INSERT_REJECTION = """
    INSERT INTO rejections (intent_id, kind, message, advice, provider_request_id, recorded_at)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
REJECT_REQUESTS = """
    INSERT INTO outcomes (request_id, result, error_kind, error_message, provider_request_id)
    SELECT id, 'errored', 'rejected', ?, ? FROM requests WHERE intent_id = ? ORDER BY id
"""


def record_released(store: Store, intent_id: int, remote_id: str, reason: str) -> None:
    """The batch was not this intent's after all; its id stays known as foreign. Its own transaction."""
    with synced(store):
        store.connection.execute(INSERT_RELEASE, (text(reason), now(), intent_id, remote_id))


INSERT_RELEASE = """
    INSERT INTO releases (creation_id, reason, recorded_at)
    SELECT id, ?, ? FROM current_creations WHERE intent_id = ? AND remote_id = ?
"""


def known_remote_ids(store: Store, intent_id: int) -> set[str]:
    """The batches that this intent may not adopt: those that stand for an intent, and those it released.

    What another intent released may well be this one's.
    """
    return {row[0] for row in store.connection.execute(KNOWN_REMOTE_IDS, {"intent": intent_id})}


KNOWN_REMOTE_IDS = """
    SELECT remote_id FROM current_creations
    UNION SELECT remote_id FROM creations WHERE intent_id = :intent
"""


def on_probation(store: Store, intent_id: int) -> set[str]:
    """Batches that other intents adopted and whose results have not proved it yet: one may still be this intent's."""
    return {row[0] for row in store.connection.execute(ON_PROBATION, (intent_id,))}


ON_PROBATION = """
    SELECT remote_id FROM current_creations WHERE adopted AND intent_id <> ?
        AND NOT EXISTS (SELECT 1 FROM collections WHERE collections.intent_id = current_creations.intent_id)
"""


def last_sent_at(store: Store, intent_id: int) -> datetime | None:
    """When the last POST of an intent left; `Intent.sent_at` is the first that may have been taken."""
    return moment_or_none(store.connection.execute(LAST_SENT_AT, (intent_id,)).fetchone()[0])


LAST_SENT_AT = "SELECT max(sent_at) FROM sendings WHERE intent_id = ?"


def unanswered_elsewhere(store: Store, run_id: int) -> datetime | None:
    """When another run at the same endpoint last sent a create that nobody has an answer to; None: there is none."""
    return moment_or_none(store.connection.execute(UNANSWERED_ELSEWHERE, {"run": run_id}).fetchone()[0])


UNANSWERED_ELSEWHERE = """
    SELECT max(sendings.sent_at) FROM sealed_intents
    JOIN sendings ON sendings.intent_id = sealed_intents.id
    JOIN runs ON runs.id = sealed_intents.run_id
    WHERE run_id <> :run AND runs.endpoint = (SELECT endpoint FROM runs WHERE id = :run)
        AND sealed_intents.sent_at IS NOT NULL AND remote_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM rejections WHERE rejections.intent_id = sealed_intents.id)
"""


def used_sizes(store: Store, run_id: int) -> set[int]:
    """Sizes (in requests) that a new chunk of this run should not have, so that it can be told from others in a list.

    They are those of the run's chunks that are neither collected nor rejected, and those of other runs' chunks that
    were sent without an answer.
    """
    return {row[0] for row in store.connection.execute(USED_SIZES, {"run": run_id})}


USED_SIZES = """
    SELECT DISTINCT size FROM sealed_intents
    WHERE (run_id = :run OR (sent_at IS NOT NULL AND remote_id IS NULL))
        AND NOT EXISTS (SELECT 1 FROM collections WHERE collections.intent_id = sealed_intents.id)
        AND NOT EXISTS (SELECT 1 FROM rejections WHERE rejections.intent_id = sealed_intents.id)
"""
