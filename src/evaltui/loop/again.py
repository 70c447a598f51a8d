"""Second looks at a stored run: give up what is lost, score with changed scorers, cancel what is under way."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from evaltui.batches.engine import Engine
from evaltui.domain.batch import Fault, Intent
from evaltui.domain.case import Case
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.open import scoring_of
from evaltui.loop.presence import is_listed
from evaltui.loop.start import pinned
from evaltui.loop.submit import CANCELED
from evaltui.store.batches import TrackedBatch, mirror, uncollected
from evaltui.store.database import Store
from evaltui.store.intents import record_rejected, unsubmitted
from evaltui.store.limits import record_cancellation
from evaltui.store.locks import submit_lock
from evaltui.store.outcomes import ingest
from evaltui.store.questions import failed_questions
from evaltui.store.regolds import add_regolds
from evaltui.store.requests import ask_retry, retryable
from evaltui.store.scores import open_again, open_scoring


def lost(store: Store, run: Run, engine: Engine, missing: float) -> list[TrackedBatch]:
    """The batches that the provider does not know any more.

    A batch sent less than `missing` seconds ago may be unknown for a while yet is there: it is left alone.
    """
    settled = datetime.now(UTC) - timedelta(seconds=missing)
    old = [batch for batch in uncollected(store, run.id) if _sent_before(batch, settled)]
    return [batch for batch in old if _is_gone(engine, batch)]


def give_up(store: Store, batches: Iterable[TrackedBatch]) -> None:
    """Record lost batches as such, so that their requests can be retried; nothing asks for them again."""
    for batch in batches:
        ingest(store, batch.intent.id, (), datetime.now(UTC), final=True)


def _sent_before(batch: TrackedBatch, moment: datetime) -> bool:
    return (batch.intent.sent_at or batch.intent.created_at) <= moment


def _is_gone(engine: Engine, batch: TrackedBatch) -> bool:
    """Unknown and not listed either, or so old that its results were thrown away."""
    answer = engine.status(batch.remote.id)
    if isinstance(answer, Fault):
        return answer.kind == "missing" and not is_listed(engine, batch)
    return answer.archived_at is not None


def rescore(store: Store, run: Run, source: EvalsetSource, golds: Mapping[int, Case]) -> None:
    """A new scoring by the scorers and golds as they are now; the next pass fills it from the stored replies."""
    if source.file.name != run.evalset:
        raise Refused(f"run {run.id} is of evalset {run.evalset}, not {source.file.name}")
    with store.transaction():
        scoring = open_scoring(store, run.id, *pinned(source), datetime.now(UTC), anew=True)
        add_regolds(store, scoring, golds)


def again(store: Store, run: Run) -> tuple[int, int]:
    """How many requests `ask_again` leads to at least, and the bytes they had the last time."""
    answers, judgements = retryable(store, run.id), failed_questions(store, run.id)
    return answers[0] + judgements[0], answers[1] + judgements[1]


def ask_again(store: Store, run: Run) -> None:
    """Want failed samples and failed judgements tried again; what succeeded is neither asked nor paid again."""
    ask_retry(store, run.id)
    if failed_questions(store, run.id)[0]:
        with store.transaction():
            open_again(store, scoring_of(store, run), datetime.now(UTC))


def cancel(store: Store, run: Run, engine: Engine) -> list[str]:
    """Ask the provider to end every batch of the run, and send no further one; what became of each, in words."""
    record_cancellation(store, run.id)
    with submit_lock(store.path, lambda: False):  # a create under way ends first, so that none is overlooked
        held = [_withhold(store, intent) for intent in unsubmitted(store, run.id)]
    return [*held, *(_cancel(store, engine, batch.remote.id) for batch in uncollected(store, run.id))]


def _withhold(store: Store, intent: Intent) -> str:
    if intent.sent_at is not None:
        return (
            f"{intent.size} requests were sent and nobody knows yet whether they were taken: "
            f"`evaltui resume {intent.run_id}` finds out; cancel again after it"
        )
    record_rejected(store, intent.id, CANCELED)
    return f"{intent.size} requests were not sent yet and will not be"


def _cancel(store: Store, engine: Engine, remote_id: str) -> str:
    answer = engine.cancel(remote_id)
    if isinstance(answer, Fault):
        return f"batch {remote_id}: not canceled: {answer.words}"
    mirror(store, answer)
    return f"batch {remote_id}: {answer.status.replace('_', ' ')}"
