"""`evaltui run`: plan → submit → collect → score → decide."""

from dataclasses import replace
from pathlib import Path

import click

from evaltui.batches.engine import Engine, TokenCounter
from evaltui.cli.accept import accept
from evaltui.cli.driving import engine_for, finish
from evaltui.cli.options import base_url_option, db_option, json_option, max_cost_option, opened
from evaltui.cli.render import note
from evaltui.domain.errors import Refused
from evaltui.loop.durations import predicted
from evaltui.loop.estimate import Forecast, Usual
from evaltui.loop.history import usual
from evaltui.loop.load import Loaded, load, selection
from evaltui.loop.priming import pays
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.settings import settings, use_prices
from evaltui.loop.start import Chosen, Wanted, choose, start
from evaltui.store.database import open_store
from evaltui.store.history import Likeness


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
    likeness = Likeness(loaded.source.file.name, _name(loaded), cost.model, engine.name, engine.endpoint, only)
    expected, told = _history(database, likeness, len(cases.positions) * trials, cost.rounds)
    if told:
        note(f"Time: {told}.")
    accept(replace(cost, usual=expected), engine.endpoint, max_cost, yes=yes)
    with opened(db, create=True) as store:
        primed = _primed(loaded, cases, trials, engine)
        wanted = Wanted(trials, only, engine.name, engine.endpoint, primed, max_cost)
        made = start(store, loaded, cases.positions if only else None, wanted)
        note(f"Run {made.id} of {made.evalset} with {made.agent} ({made.model}) at {made.endpoint}")
        return finish(store, made, engine, chosen.pace, detach=detach, json_=json_)


def _name(loaded: Loaded) -> str:
    return loaded.agent.name if loaded.agent else ""


def _history(database: Path, like: Likeness, samples: int, rounds: tuple[int, int]) -> tuple[Usual | None, str]:
    """What it costs and how long it takes as earlier runs of this project tell; nothing before the first.

    A live run waits for no batch.
    """
    if not database.exists():
        return None, ""
    with open_store(database) as store:
        told = "" if like.engine == "live" else predicted(store, like.endpoint, like.model, rounds)
        return usual(store, like, samples), told


def _primed(loaded: Loaded, cases: Chosen, trials: int, engine: Engine) -> bool:
    """Whether one request goes ahead; a live engine sends one after the other anyway."""
    first = loaded.agent is not None and engine.name == "claude" and pays(loaded.agent, len(cases.positions) * trials)
    if first:
        note("One request goes first, in a batch of its own, and fills the prompt cache for all others.")
    return first


def _forecast(cases: Chosen, trials: int, engine: Engine) -> Forecast:
    if cases.scale is None or not cases.positions:
        raise Refused("no case matches --only; nothing to run")
    ratio = cases.scale.ratio(engine.count_tokens if isinstance(engine, TokenCounter) else None)
    return cases.scale.forecast(trials, ratio, live=engine.name == "live")
