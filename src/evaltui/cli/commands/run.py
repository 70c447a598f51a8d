"""`evaltui run`: plan → submit → collect → score → decide."""

from pathlib import Path

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import engine_for, finish
from evaltui.cli.options import base_url_option, db_option, json_option, opened
from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.loop.estimate import Forecast, forecast
from evaltui.loop.load import Loaded, load, selection
from evaltui.loop.project import evalset_path
from evaltui.loop.settings import settings
from evaltui.loop.start import Wanted, choose, start


@click.command()
@click.argument("evalset")
@click.option("--agent", metavar="FILE", help="Test this agent instead of the evalset's own.")
@click.option("--only", default="", metavar="FILTER", help="Only these cases, such as `tag:refund critical !id:slow*`.")
@click.option("--trials", default=1, type=click.IntRange(1, 100), help="How often each case is asked.")
@click.option("--detach", is_flag=True, help="Return when all is submitted; `evaltui resume` collects.")
@click.option("--yes", is_flag=True, help="Accept the estimate without being asked.")
@click.option(
    "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Refuse when the estimate's high end is above this."
)
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
    detach: bool,
    yes: bool,
    json_: bool,
) -> int:
    """Send an evalset to the Message Batches API, score the replies and hold them against the baseline."""
    loaded = load(evalset_path(evalset, Path.cwd()), Path(agent) if agent else None)
    positions = choose(loaded, selection(only))
    loaded.refuse_problems()
    with opened(db, create=True) as store:
        chosen = settings(base_url, store.path)
        engine = engine_for(str(chosen.base_url.value))
        accept(_forecast(loaded, positions, trials), max_cost, yes=yes)
        made = start(store, loaded, positions if only else None, Wanted(trials, only, engine.name, engine.endpoint))
        note(f"Run {made.id} of {made.evalset} with {made.agent} ({made.model}) at {made.endpoint}")
        return finish(store, made, engine, chosen.pace, detach=detach, json_=json_)


def _forecast(loaded: Loaded, positions: list[int], trials: int) -> Forecast:
    if loaded.agent is None or not positions:
        raise Refused("no case matches --only; nothing to run")
    wanted = frozenset(positions)
    return forecast(loaded.agent, (case for position, case in enumerate(loaded.cases()) if position in wanted), trials)
