"""A create whose answer never came: was it taken? Looked up in the provider's list, proved by custom_ids in results."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from evaltui.batches.polling import next_delay
from evaltui.batches.reconcile import SKEW, Adopt, Judgement, Resend, Several, Wait, judge, proves
from evaltui.batches.results import ResultLine, read_results
from evaltui.domain.batch import Fault, Intent, RemoteBatch
from evaltui.domain.errors import Stopped
from evaltui.loop.session import Session
from evaltui.store.intents import (
    known_remote_ids,
    last_sender,
    last_sent_at,
    on_probation,
    record_created,
    record_released,
)

Settled = Literal["adopted", "resend"] | float
LONGEST_POST = timedelta(minutes=15)  # a create that a process died in may be taken this long after it was begun
OTHERS = "its results carry other custom_ids"


def settle(session: Session, intent: Intent) -> Settled:
    """`adopted`, `resend`, or the seconds after which to look again."""
    asked_at = datetime.now(UTC)  # before the list is made: a slow reply must not look like a longer wait
    _same_account(session, intent)
    listed = session.engine.recent((intent.sent_at or intent.created_at) - SKEW)
    if isinstance(listed, Fault):
        return _unreachable(session, listed)
    session.agenda.fine("settle")
    return _act(session, intent, _judged(session, intent, listed, asked_at))


def _same_account(session: Session, intent: Intent) -> None:
    """Another workspace lists other batches: that ours is not among them would prove nothing."""
    sender = last_sender(session.store, intent.id)
    if sender and sender != session.engine.sender and not session.same_workspace:
        raise Stopped(
            f"A create of {intent.size} requests got no answer, and it was sent with another API key. Resume with that "
            f"key; if both keys are of one workspace: evaltui resume {intent.run_id} --same-workspace"
        )


def _unreachable(session: Session, fault: Fault) -> float:
    if fault.kind == "stop":
        raise Stopped(fault.words)
    return next_delay(0.0, session.agenda.failed("settle"), fault.retry_after, floor=session.pace.poll)


def _judged(session: Session, intent: Intent, listed: Iterable[RemoteBatch], asked_at: datetime) -> Judgement:
    """As `judge` says; but what another intent adopted may prove to be ours: nothing is resent until that is known."""
    known, window = known_remote_ids(session.store, intent.id), _window(session, intent)
    found = judge(intent, listed, known, asked_at, window)
    if not isinstance(found, Resend):
        return found
    claimed = judge(intent, listed, known - on_probation(session.store, intent.id), asked_at, window)
    return found if isinstance(claimed, Resend) else Wait(_patience(session))


def _window(session: Session, intent: Intent) -> timedelta:
    """How long after its first sending a batch may appear: the last POST may have gone on until we first looked."""
    last = last_sent_at(session.store, intent.id) or intent.created_at
    first_look = session.agenda.looked.setdefault(intent.id, datetime.now(UTC))
    ended = max(last, min(first_look, last + LONGEST_POST))
    return ended - (intent.sent_at or last) + timedelta(seconds=session.pace.settle)


def _act(session: Session, intent: Intent, found: Judgement) -> Settled:
    match found:
        case Adopt(remote=remote):
            return _adopt(session, intent, remote)
        case Several(remotes=remotes):
            return _proved(session, intent, remotes)
        case Wait(seconds=seconds):
            session.phase("looking for a create without an answer", 0, intent.size, "requests")
            return max(session.pace.poll, seconds)
        case Resend():
            return "resend"


def _adopt(session: Session, intent: Intent, remote: RemoteBatch) -> Settled:
    record_created(session.store, intent.id, remote, adopted=True)
    session.say(f"Found it: batch {remote.id} holds {intent.size} requests as this one does; nothing was sent twice.")
    return "adopted"


def _proved(session: Session, intent: Intent, remotes: tuple[RemoteBatch, ...]) -> Settled:
    """Several batches could be ours: only results prove it, so each that ended is looked into."""
    for remote in remotes:
        ours = _is_ours(session, intent, remote) if remote.status == "ended" else None
        if ours:
            return _adopt(session, intent, remote)
        if ours is False:  # adopted and released: known as another's from now on
            record_created(session.store, intent.id, remote, adopted=True)
            record_released(session.store, intent.id, remote.id, OTHERS)
    return _patience(session)


def _patience(session: Session) -> float:
    """Seconds until another batch's results may have proved something: seldom in the end, they can take a day."""
    return next_delay(0.0, session.agenda.failed("proof"), floor=session.pace.poll)


def _is_ours(session: Session, intent: Intent, remote: RemoteBatch) -> bool | None:
    target = session.spool / f"{remote.id}.suspect.jsonl"
    if isinstance(session.engine.download(remote, target), Fault):
        return None
    try:
        return belongs(target, intent.nonce)
    finally:
        target.unlink(missing_ok=True)


def belongs(results: Path, nonce: str) -> bool | None:
    """Whether a results file is of the chunk with this nonce; None when lines that cannot be read leave it open."""
    if proves(results, nonce):
        return True
    kinds = {isinstance(line, ResultLine) for line in read_results(results)}
    return False if kinds == {True} else None
