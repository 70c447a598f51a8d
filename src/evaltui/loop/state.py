"""The state of a run in one word and its numbers, the same in every list."""

from dataclasses import dataclass
from typing import Literal

from evaltui.store.runs import RunRow

StateKind = Literal[
    "baseline", "pass", "fail", "incomplete", "scored", "unsent", "waiting", "canceling", "canceled", "failed"
]


@dataclass(frozen=True, slots=True)
class State:
    """`detail` is how many of how many, empty where that goes without saying."""

    kind: StateKind
    detail: str = ""


def state(row: RunRow, *, baseline: bool = False) -> State:
    """Where a run stands: what it waits for, else how it ended, else what the gate said.

    failed: nothing more comes by itself, and samples have no reply; `evaltui retry` may help.
    """
    at = row.progress
    if not at.settled:
        return _under_way(row)
    if not at.complete:
        kind: StateKind = "canceled" if row.canceled else "failed"
        return State(kind, f"{at.failed:,} of {at.samples:,}")
    if baseline:
        return State("baseline")
    match row.verdict:
        case "pass" | "fail" | "incomplete":
            return State(row.verdict)
        case _:
            return State("scored")


def _under_way(row: RunRow) -> State:
    at = row.progress
    if row.canceled:
        return State("canceling", f"{at.scored:,}/{at.samples:,}")
    if at.unplanned == at.samples:
        return State("unsent", f"{at.samples:,}")
    return State("waiting", f"{at.scored:,}/{at.samples:,}")
