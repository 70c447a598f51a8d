"""`evaltui run`: plan → submit → collect → score → decide."""

from pathlib import Path

import click

from evaltui.batches.engine import Engine
from evaltui.cli.accept import accept
from evaltui.cli.driving import engine_for, finish
from evaltui.cli.options import base_url_option, db_option, json_option, max_cost_option, opened
from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.loop.durations import predicted
from evaltui.loop.estimate import Forecast
from evaltui.loop.load import Loaded, load, selection
from evaltui.loop.priming import pays
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.settings import settings, use_prices
from evaltui.loop.start import Chosen, Wanted, choose, start
from evaltui.store.database import open_store


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
    loaded = load(evalset_path(evalset, Path.cwd()), Path(agent) if agent else None)
    cases = choose(loaded, selection(only))
    loaded.refuse_problems()
    database = database_path(Path.cwd(), db)
    chosen = settings(base_url, database)
    use_prices(database)
    engine = engine_for(str(chosen.base_url.value), "live" if live else "claude", database)
    cost = _forecast(cases, trials, engine)
    if told := _predicted(database, engine, cost):
        note(f"Time: {told}.")
    accept(cost, engine.endpoint, max_cost, yes=yes)
    with opened(db, create=True) as store:
        primed = _primed(loaded, cases, trials, engine)
        wanted = Wanted(trials, only, engine.name, engine.endpoint, primed, max_cost)
        made = start(store, loaded, cases.positions if only else None, wanted)
        note(f"Run {made.id} of {made.evalset} with {made.agent} ({made.model}) at {made.endpoint}")
        return finish(store, made, engine, chosen.pace, detach=detach, json_=json_)


def _predicted(database: Path, engine: Engine, cost: Forecast) -> str:
    """How long it takes, from the runs of this project; empty before the first, and where no batch is waited for."""
    if engine.name == "live" or not database.exists():
        return ""
    with open_store(database) as store:
        return predicted(store, engine.endpoint, cost.model, cost.rounds)


def _primed(loaded: Loaded, cases: Chosen, trials: int, engine: Engine) -> bool:
    """Whether one request goes ahead; a live engine sends one after the other anyway."""
    first = loaded.agent is not None and engine.name == "claude" and pays(loaded.agent, len(cases.positions) * trials)
    if first:
        note("One request goes first, in a batch of its own, and fills the prompt cache for all others.")
    return first


def _forecast(cases: Chosen, trials: int, engine: Engine) -> Forecast:
    if cases.scale is None or not cases.positions:
        raise Refused("no case matches --only; nothing to run")
    ratio = cases.scale.ratio(getattr(engine, "count_tokens", None))
    return cases.scale.forecast(trials, ratio, live=engine.name == "live")
