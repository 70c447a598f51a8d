"""`evaltui score`: changed scorers, same replies, nothing paid."""

from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.driving import say_decided
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.progress import Progress
from evaltui.loop.project import evalset_path
from evaltui.loop.rescore import rescore, scorers_of


@click.command()
@click.argument("run", required=False)
@click.option("--evalset", metavar="DIR", help="Take the scorers from here instead of the run's own folder.")
@db_option
@json_option
def score(run: str | None, evalset: str | None, db: str | None, *, json_: bool) -> int:
    """Score the stored replies of RUN with the scorers as evalset.yaml has them now. Sends nothing."""
    with opened(db) as store:
        found = run_named(store, run)
        source = scorers_of(evalset_path(evalset or found.folder, Path.cwd()))
        with closing(Progress()) as shown:
            rescore(store, found, source, shown)
        return say_decided(store, found, json_=json_)
