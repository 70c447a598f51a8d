"""Which engine a run goes through: batches or live, at an address, with the key from the environment."""

from dataclasses import replace
from pathlib import Path

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Engine
from evaltui.batches.live import LiveEngine
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.loop.session import Pace
from evaltui.loop.settings import api_key
from evaltui.store.database import Store

LIVE_GRACE = 60.0
"""Seconds that a live run waits for the replies under way when it is asked to stop."""
LIVE_POLL = 0.5
"""Seconds between looks at what this process itself is sending."""


def engine_for(endpoint: str, kind: str = "claude", database: Path = Path(), grace: float = LIVE_GRACE) -> Engine:
    """The engine at an address; a live one keeps journals beside the database. Raises Refused without a key."""
    key = api_key()
    if key is None:
        raise Refused("ANTHROPIC_API_KEY is not set. Set it, or start `evaltui sandbox` to try without one")
    if kind == "live":
        return LiveEngine(key, endpoint, database.parent / "live", grace=grace)
    return ClaudeEngine(key, endpoint)


def engine_of(store: Store, run: Run, grace: float = LIVE_GRACE) -> Engine:
    """The engine that a run goes on with."""
    return engine_for(run.endpoint, run.engine, store.path, grace)


def pace_of(run: Run, pace: Pace) -> Pace:
    """The pace that a run is driven at."""
    return replace(pace, poll=min(pace.poll, LIVE_POLL)) if run.engine == "live" else pace
