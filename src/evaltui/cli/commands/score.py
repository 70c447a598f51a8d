"""`evaltui score`: changed scorers, same replies, nothing paid."""

from pathlib import Path

import click

from evaltui.batches.scripted import ScriptedEngine
from evaltui.cli.driving import finish
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.domain.errors import BadInput
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.again import rescore
from evaltui.loop.project import evalset_path
from evaltui.loop.session import Pace


@click.command()
@click.argument("run", required=False)
@click.option("--evalset", metavar="DIR", help="Take the scorers from here instead of the run's own folder.")
@db_option
@json_option
def score(run: str | None, evalset: str | None, db: str | None, *, json_: bool) -> int:
    """Score the stored replies of RUN with the scorers as evalset.yaml has them now. Sends nothing."""
    with opened(db) as store:
        found = run_named(store, run)
        source = read_evalset(evalset_path(evalset or found.folder, Path.cwd()))
        if not isinstance(source, EvalsetSource):
            raise BadInput(source)
        rescore(store, found, source)
        return finish(store, found, ScriptedEngine(), Pace(), detach=False, json_=json_)
