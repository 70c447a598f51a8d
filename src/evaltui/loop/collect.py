"""Step 3: batches are watched until they end, their results fetched as bytes, checked and kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from evaltui.batches.engine import Downloaded
from evaltui.batches.polling import next_delay
from evaltui.batches.results import BadLine, outcome, read_results
from evaltui.domain.batch import Counts, Fault, RemoteBatch
from evaltui.domain.errors import Stopped
from evaltui.domain.request import Outcome
from evaltui.loop.presence import is_listed
from evaltui.loop.rounds import close, is_overdue
from evaltui.loop.session import Session, each
from evaltui.loop.settle import OTHERS, belongs
from evaltui.store.batches import TrackedBatch, mirror, uncollected
from evaltui.store.intents import record_released
from evaltui.store.outcomes import Ingested, ingest

TRIES = 5  # downloads of the same incomplete results before what is missing is recorded as missing
SHOWN = 3  # unreadable lines of one download that are told


def collect(session: Session) -> bool:
    """Look at every batch that is due; True when one was brought home or turned out not to be ours."""
    due = [batch for batch in uncollected(session.store, session.run.id) if session.agenda.ready(batch.remote.id)]
    return each(partial(_look, session, batch) for batch in due)


def _look(session: Session, batch: TrackedBatch) -> bool:
    if session.stop.is_set():
        return False
    remote = session.engine.status(batch.remote.id)
    if isinstance(remote, Fault):
        return _not_now(session, batch, remote, batch.remote.id)
    session.agenda.fine(batch.remote.id)
    mirror(session.store, remote)
    if remote.status == "ended":
        return _fetch(session, batch, remote)
    session.phase(
        remote.status.replace("_", " "), remote.counts.total - remote.counts.processing, batch.intent.size, "requests"
    )
    if is_overdue(session, batch, remote):
        close(session, batch)
    session.agenda.later(remote.id, _patience(session, remote))
    return False


def _patience(session: Session, remote: RemoteBatch) -> float:
    age = (datetime.now(UTC) - remote.created_at).total_seconds() if remote.created_at else 0.0
    return next_delay(age, floor=session.pace.poll)


def _not_now(session: Session, batch: TrackedBatch, fault: Fault, asked: str) -> bool:
    """Put the batch off; failures in a row are counted for what was `asked`: a batch may answer, its results not."""
    failures = session.agenda.failed(asked)
    if fault.kind == "stop" or (fault.kind == "missing" and _is_lost(session, batch, failures, asked)):
        raise Stopped(_lost(batch, fault) if fault.kind == "missing" else fault.words)
    if failures == 1:
        session.say(f"Batch {batch.remote.id}: {fault.message}. Nothing is lost; asking again.")
    session.agenda.later(batch.remote.id, next_delay(0.0, failures, fault.retry_after, floor=session.pace.poll))
    return False


def _is_lost(session: Session, batch: TrackedBatch, failures: int, asked: str) -> bool:
    """Results that stay away are lost; a batch is not while it is listed."""
    if not _long_missing(session, batch, failures):
        return False
    return asked != batch.remote.id or not is_listed(session.engine, batch)


def _long_missing(session: Session, batch: TrackedBatch, failures: int) -> bool:
    """A batch may be unknown shortly after it was created, its results shortly after it ended."""
    stamps = [stamp for stamp in (batch.remote.created_at, batch.remote.ended_at, batch.intent.sent_at) if stamp]
    youngest = (datetime.now(UTC) - max(stamps)).total_seconds() if stamps else 0.0
    return youngest > session.pace.missing and failures >= TRIES


def _lost(batch: TrackedBatch, fault: Fault) -> str:
    return (
        f"The provider does not know batch {batch.remote.id} ({fault.message}). Either the key is of another "
        "workspace, or the batch was deleted or is older than 29 days. "
        f"With the right key: evaltui resume {batch.intent.run_id}. "
        f"If it is gone for good: evaltui retry {batch.intent.run_id} --lost sends, and pays for, its requests again."
    )


def _fetch(session: Session, batch: TrackedBatch, remote: RemoteBatch) -> bool:
    target = session.spool / f"{batch.intent.nonce}.results.jsonl"
    session.phase("downloading", 0, remote.counts.total, "results")
    # Without counts the engine accepts fewer lines than requests: what has come is kept, and asked for again below.
    got = session.engine.download(replace(remote, counts=Counts()), target)
    if isinstance(got, Fault):
        return _not_now(session, batch, got, f"{remote.id} results")
    session.agenda.fine(f"{remote.id} results")
    try:
        return _bring_home(session, batch, got)
    finally:
        target.unlink(missing_ok=True)


def _bring_home(session: Session, batch: TrackedBatch, got: Downloaded) -> bool:
    if belongs(got.path, batch.intent.nonce) is False:
        return _release(session, batch)
    tries = session.agenda.failed(f"{batch.remote.id} of {got.bytes} bytes")  # a cut download differs from the next
    kept = ingest(session.store, batch.intent.id, _outcomes(session, got), datetime.now(UTC), final=tries >= TRIES)
    _tell(session, batch, kept)
    return _collected(session, batch, kept) if kept.collected else _incomplete(session, batch, tries)


def _release(session: Session, batch: TrackedBatch) -> bool:
    if not batch.adopted:
        raise Stopped(
            f"The results of batch {batch.remote.id} carry none of the requests it was created with; nothing of them "
            "was kept. Check the address that evaltui talks to."
        )
    record_released(session.store, batch.intent.id, batch.remote.id, OTHERS)
    session.agenda.done(batch.remote.id)
    session.say(f"Batch {batch.remote.id} was not ours after all; looking on.")
    return True


def _tell(session: Session, batch: TrackedBatch, kept: Ingested) -> None:
    for problem, ids in (
        ("came twice, the first counts", kept.duplicates),
        ("are unknown", kept.unknown),
        ("have no result", kept.missing),
    ):
        if ids:
            session.say(f"Batch {batch.remote.id}: {len(ids)} results {problem}: {', '.join(ids[:3])}")


def _collected(session: Session, batch: TrackedBatch, kept: Ingested) -> bool:
    session.agenda.done(batch.remote.id)
    (session.spool / f"{batch.intent.nonce}.json").unlink(missing_ok=True)
    session.phase("collected", kept.matched, batch.intent.size, "results")
    return True


def _incomplete(session: Session, batch: TrackedBatch, tries: int) -> bool:
    if tries >= TRIES:
        raise Stopped(
            f"The results of batch {batch.remote.id} came {tries} times without a readable line for any of its "
            f"{batch.intent.size} requests; nothing of them was kept. evaltui resume {batch.intent.run_id} asks again."
        )
    session.agenda.later(batch.remote.id, next_delay(0.0, tries, floor=session.pace.poll))
    return False


def _outcomes(session: Session, got: Downloaded) -> Iterator[tuple[str, Outcome]]:
    unreadable = 0
    for line in read_results(got.path):
        if isinstance(line, BadLine):
            unreadable += 1
            if unreadable <= SHOWN:
                session.say(f"Results line {line.number} cannot be read: {line.reason}")
        else:
            yield line.custom_id, outcome(line)
