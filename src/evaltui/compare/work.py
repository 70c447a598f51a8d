"""Owns how much one comparison may cost, and that it ends when nobody wants it any more."""

from collections.abc import Callable

CAP = 6_000_000
"""Pairs compared in one call: the library does not let other threads run meanwhile; this many take a few ms."""
_TOTAL = 40 * CAP
_LOOKS = 30_000  # pairs of lines held against each other to find the most alike


class Unwanted(Exception):  # noqa: N818 — named for what it says
    """Raised through a comparison that was cancelled; never leaves `compare`."""


class Work:
    """What one comparison may still spend, in pairs of items; asks between two steps whether to go on."""

    def __init__(self, cancelled: Callable[[], bool] | None = None) -> None:
        self._cancelled = cancelled
        self._left = _TOTAL
        self._looks = _LOOKS

    def pays(self, cost: int) -> bool:
        """Whether one call of that cost may be made."""
        self.go_on()
        if cost > min(CAP, self._left):
            return False
        self._left -= cost
        return True

    def looks(self, cost: int) -> bool:
        """Whether so many pairs of lines may be held against each other."""
        self.go_on()
        if cost > self._looks:
            return False
        self._looks -= cost
        return True

    def go_on(self) -> None:
        """Raises Unwanted once the comparison was cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise Unwanted
