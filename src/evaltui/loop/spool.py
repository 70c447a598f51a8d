"""Which files of a run's spool folder are still needed: a process that died cannot clean up behind itself."""

from contextlib import suppress

from evaltui.loop.session import Session
from evaltui.store.batches import uncollected
from evaltui.store.intents import unsubmitted


def sweep(session: Session) -> None:
    """Remove every file nobody needs, and the folder once it is empty; call under the run's lock."""
    kept = {f"{nonce}.json" for nonce in _may_be_sent(session)}
    for path in session.spool.iterdir():
        if path.name not in kept:
            path.unlink(missing_ok=True)
    with suppress(OSError):
        session.spool.rmdir()


def _may_be_sent(session: Session) -> list[str]:
    """Nonces of chunks without a batch, and of those whose batch was only adopted: it may prove to be another's."""
    waiting = [intent.nonce for intent in unsubmitted(session.store, session.run.id)]
    adopted = [batch.intent.nonce for batch in uncollected(session.store, session.run.id) if batch.adopted]
    return waiting + adopted
