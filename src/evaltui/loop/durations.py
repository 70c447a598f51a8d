"""How long a run will take, as far as this project's own batches tell."""

from dataclasses import dataclass

from evaltui.store.database import Store
from evaltui.store.durations import batch_seconds

FEWEST = 3
"""Batches below which nothing is predicted."""


@dataclass(frozen=True, slots=True)
class Usually:
    """How many seconds a batch takes, its quarter that is quick and its quarter that is slow, of so many batches."""

    quick: float
    slow: float
    batches: int


def usually(store: Store, endpoint: str, model: str) -> Usually | None:
    """What past batches of the model at the endpoint tell; None without enough of them."""
    seconds = batch_seconds(store, endpoint, model)
    if len(seconds) < FEWEST:
        return None
    quick, slow = (seconds[int(share * (len(seconds) - 1))] for share in (0.25, 0.75))
    return Usually(quick, slow, len(seconds))


def predicted(store: Store, endpoint: str, model: str, rounds: tuple[int, int]) -> str:
    """A sentence from the quartiles of past batches of the model at the endpoint; empty without enough of them."""
    found = usually(store, endpoint, model)
    if found is None:
        return ""
    quick, slow = found.quick, found.slow
    batch = f"usually {_span(quick, slow)} a batch ({found.batches} batches of {model} so far)"
    if rounds[1] == 1:
        return batch
    return f"{batch}, so {_span(quick * rounds[0], slow * rounds[1])} for {rounds[0]} to {rounds[1]} rounds"


def _span(low: float, high: float) -> str:
    one, other = _told(low), _told(high)
    return one if one == other else f"{one} to {other}"


def _told(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
