"""`evaltui run`: plan → submit → collect → score → decide."""

from pathlib import Path

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import finish
from evaltui.cli.options import base_url_option, db_option, json_option, max_cost_option, opened
from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.propose import Wish, propose


@click.command()
@click.argument("evalset")
@click.option("--agent", metavar="FILE", help="Test this agent instead of the evalset's own.")
@click.option("--only", default="", metavar="FILTER", help="Only these cases, such as `tag:refund critical !id:slow*`.")
@click.option("--trials", default=1, type=click.IntRange(1, 100), help="How often each case is asked.")
@click.option("--live", is_flag=True, help="Send each request at once, at full price, instead of batches.")
@click.option("--detach", is_flag=True, help="Return when all is submitted; `evaltui resume` collects.")
@click.option("--yes", is_flag=True, help="Accept the estimate without being asked.")
@max_cost_option
@base_url_option
@db_option
@json_option
def run(
    evalset: str,
    agent: str | None,
    only: str,
    trials: int,
    max_cost: float | None,
    base_url: str | None,
    db: str | None,
    *,
    live: bool,
    detach: bool,
    yes: bool,
    json_: bool,
) -> int:
    """Send an evalset to the Message Batches API (or live), score the replies and hold them against the baseline."""
    if live and detach:
        raise Refused("a live run is sent by this process, so it cannot be detached; leave out --live or --detach")
    home, file = evalset_path(evalset, Path.cwd()), Path(agent) if agent else None
    wish = Wish(home, file, only, trials=trials, live=live, base_url=base_url, limit=max_cost)
    proposal = propose(wish, database_path(Path.cwd(), db))
    if proposal.time:
        note(f"Time: {proposal.time}.")
    accept(proposal.forecast, proposal.endpoint, max_cost, yes=yes)
    with opened(db, create=True) as store:
        if proposal.primed:
            note("One request goes first, in a batch of its own, and fills the prompt cache for all others.")
        made = proposal.start(store)
        note(f"Run {made.id} of {made.evalset} with {made.agent} ({made.model}) at {made.endpoint}")
        return finish(store, made, proposal.engine, proposal.pace, detach=detach, json_=json_)
