"""Owns how many requests are under way at once: one more while all goes well, half as many when the server objects.

It does not grow back to where the server objected until `PROBE` seconds later.
"""

import secrets
import threading
import time

from evaltui.batches.polling import next_delay

SEEDS = 1 << 16
PROBE = 10.0


class Throttle:
    """At most `most` at a time; `floor` is the least wait in seconds after a refusal. Shared by all threads."""

    def __init__(self, most: int, floor: float) -> None:
        self._most, self._floor = most, floor
        self._limit, self._busy, self._refused = float(most), 0, 0
        self._ceiling, self._probe_at = float(most), 0.0
        self._until = 0.0
        self._changed = threading.Condition()
        self._closed = False

    @property
    def refused(self) -> int:
        """Refusals since the last answer."""
        return self._refused

    @property
    def pause(self) -> float:
        """Seconds for which nobody may enter."""
        return max(0.0, self._until - time.monotonic())

    def enter(self) -> bool:
        """Wait for a place; False when there will be none any more."""
        with self._changed:
            while not self._closed and (wait := self._wait()) != 0:
                self._changed.wait(wait)
            self._busy += not self._closed
            return not self._closed

    def leave(self) -> None:
        """Give the place back."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def answered(self, pause: float = 0.0) -> None:
        """The server took one: additive increase, once `pause` seconds are over."""
        with self._changed:
            now = time.monotonic()
            if now >= self._probe_at:
                self._ceiling, self._probe_at = min(self._most, self._ceiling + 1), now + PROBE
            self._refused = 0
            self._limit = min(self._ceiling, self._limit + 1 / self._limit)
            self._until = max(self._until, now + pause)

    def later(self, seconds: float | None) -> None:
        """The server refused one: multiplicative decrease, and a pause for all.

        Refusals within a pause belong to the one that began it; only a longer wait that the server names counts.
        """
        with self._changed:
            now = time.monotonic()
            if now >= self._until:
                self._refused += 1
                self._limit, self._probe_at = max(1.0, self._limit / 2), now + PROBE
                self._ceiling = max(self._limit, self._busy - 1.0)
                seed = secrets.randbelow(SEEDS)
                self._until = now + next_delay(0.0, self._refused, seconds, floor=self._floor, seed=seed)
            self._until = max(self._until, now + (seconds or 0.0))

    def close(self) -> None:
        """Nobody enters any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def emptied(self, seconds: float) -> bool:
        """Wait so long for those under way; whether all have left."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, seconds)

    def _wait(self) -> float | None:
        """Seconds until a place may be free: 0 now, None when someone leaves."""
        left = self._until - time.monotonic()
        if left > 0:
            return left
        return 0 if self._busy < int(self._limit) else None
