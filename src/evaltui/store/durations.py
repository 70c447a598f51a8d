"""Owns how long the provider took: the lives of batches that ended by themselves."""

from evaltui.store.database import Store
from evaltui.store.text import moment

NEWEST = 50


def batch_seconds(store: Store, endpoint: str, model: str) -> list[float]:
    """Seconds from creation to end of the newest batches of one model's runs at an endpoint, shortest first.

    Live runs are left out: how long this process takes to send requests itself says nothing of the provider's queue.
    """
    rows = store.connection.execute(LIVES, {"endpoint": endpoint, "model": model, "newest": NEWEST})
    return sorted(max(0.0, (moment(ended) - moment(created)).total_seconds()) for created, ended in rows)


LIVES = """
    SELECT batches.created_at, batches.ended_at FROM batches
    JOIN current_creations ON current_creations.remote_id = batches.remote_id
    JOIN intents ON intents.id = current_creations.intent_id
    JOIN runs ON runs.id = intents.run_id
    WHERE runs.engine <> 'live' AND runs.endpoint = :endpoint AND runs.model = :model
        AND batches.created_at IS NOT NULL AND batches.ended_at IS NOT NULL AND batches.cancel_initiated_at IS NULL
    ORDER BY intents.id DESC LIMIT :newest
"""
