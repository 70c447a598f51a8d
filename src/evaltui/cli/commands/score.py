"""`evaltui score`: changed scorers, same replies; only a judge that must be asked is paid."""

from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import finish, say_decided
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.progress import Progress
from evaltui.loop.engines import engine_of
from evaltui.loop.project import evalset_path
from evaltui.loop.rescore import built_of, judges_cost, rescore, scorers_of
from evaltui.loop.settings import settings


@click.command()
@click.argument("run", required=False)
@click.option("--evalset", metavar="DIR", help="Take the scorers from here instead of the run's own folder.")
@click.option("--yes", is_flag=True, help="Accept what judges cost without being asked.")
@db_option
@json_option
def score(run: str | None, evalset: str | None, db: str | None, *, yes: bool, json_: bool) -> int:
    """Score the stored replies of RUN with the scorers as evalset.yaml has them now.

    Sends nothing, unless a judge must be asked what it was never asked before.
    """
    with opened(db) as store:
        found = run_named(store, run)
        source = scorers_of(evalset_path(evalset or found.folder, Path.cwd()))
        cost = judges_cost(store, found, built_of(source))
        if cost:
            accept(cost, found.endpoint, yes=yes)
        engine = engine_of(store, found) if cost else None
        with closing(Progress()) as shown:
            rescore(store, found, source, shown)
        if engine is None:
            return say_decided(store, found, json_=json_)
        return finish(store, found, engine, settings(found.endpoint, store.path).pace, detach=False, json_=json_)
