"""What scorers and screens see of a sample: its conversation read back as a trajectory."""

from collections.abc import Sequence

from evaltui.domain.conversation import Turn, Unreadable, trajectory_of
from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.score import Unscored
from evaltui.domain.trajectory import Trajectory
from evaltui.store.conversations import Followup, Held, turns

UNJUDGED = ("interrupted", "unreadable")
"""Endings that say nothing about the agent."""


def seen(outcome: Outcome, held: Sequence[Held] = ()) -> Trajectory | Unscored:
    """The trajectory of a conversation that ends with `outcome`; without `held`, that of one reply.

    Unscored where there is no reply, or where the end is nobody's that is tested.
    """
    if not isinstance(outcome, Succeeded):
        return Unscored(no_reply(outcome))
    last = held[-1].followup if held else None
    if last is not None and last.ending in UNJUDGED:
        return Unscored(last.reason)
    return _read(turns(tuple(held)) if held else (Turn(outcome),), last)


def so_far(held: Sequence[Held]) -> Trajectory | Unscored:
    """The trajectory of the replies that came, wherever the conversation stands."""
    return _read(turns(tuple(held)), held[-1].followup if held else None)


def _read(replies: Sequence[Turn], last: Followup | None) -> Trajectory | Unscored:
    found = trajectory_of(replies, last.reason if last and last.ending == "cut" else "")
    return Unscored(found.reason) if isinstance(found, Unreadable) else found


def no_reply(outcome: Outcome) -> str:
    """Why there is no reply."""
    match outcome:
        case Errored(kind=kind, message=message):
            return f"no reply: {kind}: {message}"
        case Expired():
            return "no reply: expired before it was processed"
        case Canceled():
            return "no reply: canceled before it was processed"
        case _:
            return "no reply"
