"""What runs like this one have cost in this project: not a bound, but what a person may expect."""

from collections.abc import Iterator

from evaltui.loop.costs import spent
from evaltui.loop.estimate import Usual
from evaltui.store.database import Store
from evaltui.store.history import Likeness, runs_like
from evaltui.store.runs import standing

NEWEST = 5  # runs that tell
MARGIN = 0.2  # on either side: neither cases nor replies are quite the same again


def usual(store: Store, likeness: Likeness, samples: int) -> Usual | None:
    """What that many samples cost, as the newest finished runs of that kind did; None where there is no such run."""
    costs = [cost * samples for cost in _for_a_sample(store, likeness)]
    return Usual(min(costs) * (1 - MARGIN), max(costs) * (1 + MARGIN), len(costs)) if costs else None


def _for_a_sample(store: Store, likeness: Likeness) -> Iterator[float]:
    for run in runs_like(store, likeness, NEWEST):
        done, paid = standing(store, run.id).progress, spent(store, run)
        if done.complete and paid is not None:
            yield paid / done.samples
