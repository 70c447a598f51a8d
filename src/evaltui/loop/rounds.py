"""When the next batch goes out: a round of conversations ends when enough of them are back, or after its time.

Every unfinished conversation's next request, and every judge's, goes into the next batch, so a run needs the batches
that its longest conversation needs. What is late joins the round after.
"""

from datetime import UTC, datetime

from evaltui.domain.batch import Fault, RemoteBatch
from evaltui.loop.session import Session
from evaltui.store.batches import TrackedBatch, mirror
from evaltui.store.limits import ask_late_again, closed_before, in_flight, is_canceled, record_closing
from evaltui.store.questions import count_unasked
from evaltui.store.requests import count_unplanned


def may_send(session: Session) -> bool:
    """Whether what is ready now makes the next round."""
    if not session.in_rounds and not session.run.primed:
        return True
    waiting, planned = in_flight(session.store, session.run.id)
    if not waiting:
        return True
    if session.run.primed and planned == 1:
        return False  # the one request that fills the prompt cache for all others
    if not session.in_rounds:
        return True
    first, later = count_unplanned(session.store, session.run.id)
    ready = first + later + count_unasked(session.store, session.run.id)
    return first > 0 or ready >= session.pace.enough * (ready + waiting)


def primes(session: Session) -> bool:
    """Whether the next request goes ahead of all others, to fill the prompt cache for them."""
    return session.run.primed and in_flight(session.store, session.run.id)[1] == 0


def is_overdue(session: Session, batch: TrackedBatch, remote: RemoteBatch) -> bool:
    """Whether a round has waited long enough for a batch; one promised after we closed a round may take twice as long.

    A cancellation that did not get through is tried again.
    """
    if session.run.turns == 1 or remote.status != "in_progress" or remote.created_at is None:
        return False
    patience = session.pace.patience * 2 ** closed_before(session.store, batch.intent.id)
    overdue = (datetime.now(UTC) - remote.created_at).total_seconds() > patience
    return overdue and not is_canceled(session.store, session.run.id)


def close(session: Session, batch: TrackedBatch) -> None:
    """End a round without its stragglers: they are canceled, not paid, and asked again in the next one."""
    record_closing(session.store, batch.intent.id)
    answer = session.engine.cancel(batch.remote.id)
    if isinstance(answer, Fault):
        return
    mirror(session.store, answer)
    session.say(
        f"Batch {batch.remote.id} took longer than a round may: what it finished is kept, the rest is asked again."
    )


def late_again(session: Session) -> None:
    """What a closed round left unanswered joins the next one."""
    if not is_canceled(session.store, session.run.id):
        ask_late_again(session.store, session.run.id)
