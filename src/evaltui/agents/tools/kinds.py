"""Owns the kinds of tool backends, found through entry points so that a stranger's package can add one."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from evaltui.domain.text import did_you_mean, shown

TOOLS = "evaltui.tools"


@cache
def _kinds() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=TOOLS)}


def kinds() -> tuple[str, ...]:
    """The names a person may write under `answers:`."""
    return tuple(sorted(_kinds()))


def backend_class(kind: str) -> Any:
    """What makes a backend of this kind, called with the agent's folder and its options; KeyError for no such kind."""
    return _kinds()[kind].load()


def unknown(kind: str) -> str:
    """A sentence about a kind that there is not, empty for one that there is."""
    if kind in _kinds():
        return ""
    hint = did_you_mean(kind, kinds())
    words = f"nothing called {shown(kind)} answers tool calls; allowed: {', '.join(kinds())}"
    return f"{words}; {hint}" if hint else words
