"""Sandbox time: wall time that can be sped up, moved forward, and resumed after a restart."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

DAY = 86_400.0


class Anchor(msgspec.Struct, frozen=True):
    """One known pair of times (seconds since the epoch) and the speed from there on."""

    wall: float
    sandbox: float
    speed: float

    def at(self, wall: float) -> float:
        return self.sandbox + (wall - self.wall) * self.speed


class Clock:
    """`speed` is sandbox seconds per real second; a batch takes `batch_seconds` sandbox seconds.

    A cancellation takes effect `cancel_seconds` sandbox seconds after it was asked for.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        batch_seconds: float = 3.0,
        cancel_seconds: float = 0.0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if speed <= 0 or batch_seconds < 0 or cancel_seconds < 0:
            raise ValueError("speed must be above 0; batch_seconds and cancel_seconds must not be below 0")
        self.speed, self.batch_seconds, self.cancel_seconds = speed, batch_seconds, cancel_seconds
        self._wall = wall
        self._anchor = Anchor(wall(), wall(), speed)

    def now(self) -> float:
        """Sandbox seconds since the epoch."""
        return self._anchor.at(self._wall())

    def advance(self, seconds: float) -> float:
        """Jump forward; returns the new time. Sandbox time never runs backwards."""
        if not seconds >= 0:
            raise ValueError("advance: seconds must be a number of at least 0")
        self._anchor = Anchor(self._wall(), self.now() + seconds, self.speed)
        return self.now()

    def anchor(self) -> Anchor:
        """What to keep so that a later clock can go on from here."""
        return self._anchor

    def resume(self, anchor: Anchor) -> None:
        """Go on from an earlier clock's anchor, at this clock's speed."""
        wall = self._wall()
        self._anchor = Anchor(wall, anchor.at(wall), self.speed)


def timestamp(seconds: float) -> str:
    """RFC 3339 with microseconds and `+00:00`, as the recorded batches have it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
