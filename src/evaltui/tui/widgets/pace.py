"""Owns how often something is done that is asked for more often than anyone can see."""

from collections.abc import Callable
from time import monotonic

from textual.widget import Widget


class Pace:
    """Does `act` after the next paint, then at most every `gap` seconds, and always once after the last call."""

    def __init__(self, widget: Widget, gap: float, act: Callable[[], None]) -> None:
        self._widget, self._gap, self._act = widget, gap, act
        self._at = 0.0
        self._waiting = False

    def soon(self) -> None:
        """Asks for it."""
        if self._waiting or not self._widget.is_running:
            return
        self._waiting = True
        wait = self._at + self._gap - monotonic()
        if wait > 0:
            self._widget.set_timer(wait, self._now)
        else:
            self._widget.call_after_refresh(self._now)

    def _now(self) -> None:
        self._waiting, self._at = False, monotonic()
        self._act()
