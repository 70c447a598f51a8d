"""Step 2: every promised chunk reaches the provider exactly once, whatever dies in between.

A chunk is marked as sent before its POST leaves, so a create whose answer never came is known as such. It is then
looked for among the provider's batches and only sent again when it is surely not there.
"""

from datetime import UTC, datetime, timedelta

from evaltui.batches.polling import next_delay
from evaltui.domain.batch import Chunk, Fault, Intent, RemoteBatch
from evaltui.domain.errors import Busy, Stopped
from evaltui.loop.session import Session
from evaltui.loop.settle import settle
from evaltui.store.intents import (
    mark_sent,
    record_created,
    record_refused,
    record_rejected,
    unanswered_elsewhere,
    unsubmitted,
)
from evaltui.store.limits import is_canceled
from evaltui.store.locks import submit_lock

CANCELED = Fault("invalid", "canceled before it was sent")
CREATE = "create"  # the agenda's key: one create at a time, so one key


def submit(session: Session) -> bool:
    """Bring the oldest unsubmitted chunk one step further; True when something changed."""
    if not session.agenda.ready(CREATE) or not unsubmitted(session.store, session.run.id):
        return False
    try:
        with submit_lock(session.store.path, session.stop.is_set):
            return _oldest(session)
    except Busy:
        if session.stop.is_set():  # asked to stop while another process was sending
            return False
        raise


def _oldest(session: Session) -> bool:
    waiting = unsubmitted(session.store, session.run.id)
    if waiting:
        return _further(session, waiting[0])
    session.agenda.done(CREATE)
    return True


def _further(session: Session, intent: Intent) -> bool:
    if intent.sent_at is None:
        return _send(session, intent)
    found = settle(session, intent)
    if found == "resend":
        return _send(session, intent)
    return _settled(session, intent) if found == "adopted" else _again(session, float(found))


def _send(session: Session, intent: Intent) -> bool:
    if is_canceled(session.store, session.run.id):
        record_rejected(session.store, intent.id, CANCELED)
        return _sent(session, intent)
    if _others_turn(session):
        session.phase("waiting for the answer to another run's create", 0, intent.size, "requests")
        return _again(session, session.pace.poll)
    body = session.spool / f"{intent.nonce}.json"
    if not body.is_file():
        return _reject(session, intent, Fault("invalid", "the prepared request body is gone from the spool folder"))
    if intent.sent_at is not None:
        session.say("The provider never took that create; sending it again.")
    session.phase("sending", 0, intent.size, "requests")
    mark_sent(session.store, intent.id, datetime.now(UTC), session.engine.sender)
    session.agenda.looked.pop(intent.id, None)
    chunk = Chunk(intent.nonce, intent.size, body, intent.body_bytes, intent.body_digest)
    return _answered(session, intent, session.engine.submit(chunk))


def _others_turn(session: Session) -> bool:
    """Whether a create of another run is still looked for: two at a time could be taken for each other."""
    sent_at = unanswered_elsewhere(session.store, session.run.id)
    return sent_at is not None and datetime.now(UTC) - sent_at < timedelta(seconds=session.pace.settle)


def _answered(session: Session, intent: Intent, answer: RemoteBatch | Fault) -> bool:
    if isinstance(answer, RemoteBatch):
        record_created(session.store, intent.id, answer, adopted=False)
        return _sent(session, intent)
    if answer.kind in ("invalid", "missing"):
        return _reject(session, intent, answer)
    if answer.kind == "stop":
        record_refused(session.store, intent.id, answer.message)
        raise Stopped(answer.words)
    return _not_now(session, intent, answer)


def _not_now(session: Session, intent: Intent, fault: Fault) -> bool:
    if fault.kind == "ambiguous":
        session.say(
            f"The create got no clear answer ({fault.message}); looking for the batch before anything is sent again."
        )
    else:
        record_refused(session.store, intent.id, fault.message)
        session.say(f"Not taken: {fault.message}. Trying again.")
    return _again(session, next_delay(0.0, session.agenda.failed(CREATE), fault.retry_after, floor=session.pace.poll))


def _again(session: Session, seconds: float) -> bool:
    session.agenda.later(CREATE, seconds)
    return False


def _settled(session: Session, intent: Intent) -> bool:
    session.agenda.done(CREATE)
    session.phase("sent", intent.size, intent.size, "requests")
    return True


def _sent(session: Session, intent: Intent) -> bool:
    """Nothing can make this body be sent again; the body of an adopted batch stays until its results prove it."""
    (session.spool / f"{intent.nonce}.json").unlink(missing_ok=True)
    return _settled(session, intent)


def _reject(session: Session, intent: Intent, fault: Fault) -> bool:
    record_rejected(session.store, intent.id, fault)
    session.say(f"The provider refused a batch of {intent.size} requests: {fault.words}.")
    return _sent(session, intent)
