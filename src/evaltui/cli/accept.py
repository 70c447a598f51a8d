"""Nothing paid is sent without its estimate shown and accepted: by a key, or by `--yes`."""

import sys

import click

from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.domain.text import visible
from evaltui.loop.estimate import Forecast


def accept(estimate: Forecast | None, endpoint: str, max_cost: float | None = None, *, yes: bool) -> None:
    """Raises Refused when the limit cannot be kept or nobody accepts the estimate."""
    note(estimate.words() if estimate else "what this costs cannot be estimated")
    if max_cost is not None:
        _within(estimate, max_cost)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Send it to {visible(endpoint)}?", err=True)):
        raise Refused("not accepted; nothing was sent. `--yes` accepts the estimate")


def _within(estimate: Forecast | None, max_cost: float) -> None:
    """One round must fit whole; several may begin, and each batch is held to the limit before it is sent."""
    low, high = (estimate.low, estimate.high) if estimate else (None, None)
    if estimate is None or low is None or high is None:
        raise Refused(f"--max-cost {max_cost:g} USD cannot be kept: the price is not known; nothing was sent")
    if low > max_cost:
        raise Refused(f"that cannot be done for --max-cost {max_cost:g} USD; nothing was sent")
    if high > max_cost and estimate.rounds == (1, 1):
        raise Refused(f"that could cost more than --max-cost {max_cost:g} USD; nothing was sent")
