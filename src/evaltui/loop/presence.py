"""Whether a batch that cannot be asked for is still in the provider's list: what is listed is not lost."""

from evaltui.batches.engine import Engine
from evaltui.batches.reconcile import SKEW
from evaltui.domain.batch import Fault
from evaltui.store.batches import TrackedBatch


def is_listed(engine: Engine, batch: TrackedBatch) -> bool:
    """True also when the list cannot be had: only a list without the batch says that it is gone."""
    since = batch.remote.created_at or batch.intent.sent_at or batch.intent.created_at
    listed = engine.recent(since - SKEW)
    return isinstance(listed, Fault) or any(remote.id == batch.remote.id for remote in listed)
