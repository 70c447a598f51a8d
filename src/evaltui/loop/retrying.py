"""Asking again what has no reply: what that would cost, and the act once a person accepted it."""

from dataclasses import dataclass

from evaltui.domain.run import Run
from evaltui.loop.again import again, ask_again
from evaltui.loop.estimate import Forecast, caches, known
from evaltui.store.agents import agent
from evaltui.store.database import Store
from evaltui.store.locks import run_lock


@dataclass(frozen=True, slots=True)
class Retry:
    """How many requests it takes at least; `forecast` is None where the agent is not known any more."""

    requests: int
    forecast: Forecast | None


def proposed(store: Store, run: Run) -> Retry:
    """What a retry would ask; nothing is kept."""
    count, size = again(store, run)
    tested = agent(store, run.agent_digest)
    if tested is None or not count:
        return Retry(count, None)
    asked = (tested.model, tested.max_tokens, count, size)
    return Retry(count, known(*asked, caches=caches(tested), live=run.engine == "live"))


def retry(store: Store, run: Run) -> None:
    """Want it asked again; whoever drives the run next sends it. Raises Busy while somebody drives it."""
    with run_lock(store.path, run.id):
        ask_again(store, run)
