"""Nothing paid is sent without its estimate shown and accepted: by a key, or by `--yes`."""

import sys

import click

from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.domain.text import visible
from evaltui.loop.estimate import Forecast


def accept(estimate: Forecast | None, endpoint: str, max_cost: float | None = None, *, yes: bool) -> None:
    """Raises Refused when the estimate is not surely within the limit or nobody accepts it."""
    note(estimate.words() if estimate else "what this costs cannot be estimated")
    high = estimate.high if estimate else None
    if max_cost is not None and not (high is not None and high <= max_cost):
        raise Refused(f"that could cost more than --max-cost {max_cost:g} USD; nothing was sent")
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Send it to {visible(endpoint)}?", err=True)):
        raise Refused("not accepted; nothing was sent. `--yes` accepts the estimate")
