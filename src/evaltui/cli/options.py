"""Options that many commands share, and how a person names a run."""

import os
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import click

from evaltui.domain.errors import Unknown
from evaltui.domain.run import Run
from evaltui.loop.project import database_path, shelter
from evaltui.loop.settings import use_prices
from evaltui.store.database import Store, open_store
from evaltui.store.promotions import baseline
from evaltui.store.runs import latest_run
from evaltui.store.runs import run as run_by_id

Command = Callable[..., Any]

DB_HELP = "The state file; else EVALTUI_DB, else .evaltui/evaltui.db of the project."


def db_option(command: Command) -> Command:
    return click.option("--db", metavar="FILE", help=DB_HELP)(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "json_", is_flag=True, help="Print one JSON object instead of words.")(command)


def max_cost_option(command: Command) -> Command:
    text = "The most the run may cost in all; a batch that could break it is not sent."
    return click.option("--max-cost", type=float, metavar="USD", callback=_amount, help=text)(command)


def _amount(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    if value is not None and not (isfinite(value) and value >= 0):
        raise click.BadParameter(
            f"{value} is no amount of money; nothing was sent. Write a number from 0, such as 2.50"
        )
    return value


def base_url_option(command: Command) -> Command:
    text = "The API's address; else EVALTUI_BASE_URL, ANTHROPIC_BASE_URL, the project's settings, the real API."
    return click.option("--base-url", metavar="URL", help=text)(command)


def opened(db: str | None, *, create: bool = False) -> Store:
    """The project's store; a command that only looks never makes a new one."""
    path = database_path(Path.cwd(), db or os.environ.get("EVALTUI_DB"))
    if not create and not path.exists():
        raise Unknown(f"no runs yet: {path} does not exist; start with `evaltui run EVALSET`")
    use_prices(path)
    store = open_store(path)
    if create:
        shelter(path)
    return store


def run_named(store: Store, named: str | None, evalset: str | None = None) -> Run:
    """A run by number, `latest` (also when nothing is named) or `baseline`."""
    if named in (None, "latest"):
        return _known(latest_run(store, evalset), "there is no run yet; start with `evaltui run EVALSET`")
    if named == "baseline":
        return _baseline(store, evalset)
    if not str(named).isdecimal():
        raise Unknown(f"no run {named!r}; allowed: a number from `evaltui runs`, `latest` or `baseline`")
    return _known(run_by_id(store, int(str(named))), f"there is no run {named}; `evaltui runs` lists them")


def _baseline(store: Store, evalset: str | None) -> Run:
    latest = _known(latest_run(store, evalset), "there is no run yet")
    promoted = baseline(store, latest.evalset)
    return _known(
        run_by_id(store, promoted.run_id) if promoted else None,
        f"no run of {latest.evalset} was promoted yet; `evaltui promote RUN`",
    )


def _known(run: Run | None, otherwise: str) -> Run:
    if run is None:
        raise Unknown(otherwise)
    return run
