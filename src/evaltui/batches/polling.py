"""Owns when to ask again: rarely for an old batch, more rarely for a failing server, never before it allows."""

from dataclasses import dataclass, replace

FLOOR = 2.0
CEILING = 60.0
FAILURE_CEILING = 120.0
SHARE = 0.05
JITTER = 0.25
GOLDEN = 0.618033988749895
MOST_DOUBLINGS = 20


def next_delay(
    age_seconds: float, failures: int = 0, retry_after: float | None = None, *, floor: float = FLOOR, seed: int = 0
) -> float:
    """Seconds to wait before the next look at a batch.

    A twentieth of its age, from `floor` to a minute, so that waiting adds at most 5 %; after `failures` in a row
    doubled for each, less up to a quarter (fixed by `seed`, so that batches do not ask in step), to
    two minutes at most. `retry_after` is the least, however long: the server has said so.
    """
    regular = min(max(floor, age_seconds * SHARE), max(floor, CEILING))
    doubled = floor * 2.0 ** min(failures, MOST_DOUBLINGS) if failures else 0.0
    patient = max(regular, min(doubled, FAILURE_CEILING) * (1 - JITTER * _fraction(seed)))
    return max(patient, retry_after or 0.0)


@dataclass(frozen=True, slots=True)
class Backoff:
    """The failures in a row of one batch's polling, and the last wait its server asked for."""

    seed: int = 0
    floor: float = FLOOR
    failures: int = 0
    retry_after: float | None = None

    def failed(self, retry_after: float | None = None) -> "Backoff":
        return replace(self, failures=self.failures + 1, retry_after=retry_after)

    def answered(self) -> "Backoff":
        return replace(self, failures=0, retry_after=None)

    def delay(self, age_seconds: float) -> float:
        return next_delay(age_seconds, self.failures, self.retry_after, floor=self.floor, seed=self.seed)


def _fraction(number: int) -> float:
    """Evenly spread over [0, 1) for successive numbers, and the same on every machine."""
    return (number * GOLDEN) % 1.0
