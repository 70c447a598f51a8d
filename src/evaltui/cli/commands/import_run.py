"""`evaltui import-run`: results made elsewhere, scored and gated like any other run."""

from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.driving import say_decided
from evaltui.cli.options import db_option, json_option, opened
from evaltui.cli.progress import Progress
from evaltui.cli.render import note
from evaltui.domain.run import Run
from evaltui.domain.text import shown
from evaltui.gate.words import count
from evaltui.loop.import_run import Import, judge, keep, read_import
from evaltui.loop.project import database_path, evalset_path
from evaltui.loop.settings import settings
from evaltui.store.runs import progress

UNREAD = 10  # keys named


@click.command("import-run")
@click.argument("evalset")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="What made the results; else the name of the file.")
@click.option("--model", default="", metavar="MODEL", help="The model of replies that do not name theirs.")
@db_option
@json_option
def import_run(evalset: str, results: Path, name: str | None, model: str, db: str | None, *, json_: bool) -> int:
    """Make a run of RESULTS: one JSON object a line, with a case's id and an output or a whole conversation."""
    found = read_import(evalset_path(evalset, Path.cwd()), results, name, model)
    endpoint = str(settings(None, database_path(Path.cwd(), db)).base_url.value)
    with opened(db, create=True) as store:
        run, new = keep(store, found, endpoint)
        _say(found, run, new=new)
        if new or not progress(store, run.id).settled:
            with closing(Progress()) as progressing:
                judge(store, run, progressing)
        if not progress(store, run.id).settled:
            note(f"Judges must be asked for the rest: `evaltui resume {run.id}` tells the cost first")
        return say_decided(store, run, json_=json_)


def _say(found: Import, run: Run, *, new: bool) -> None:
    if not new:
        note(f"Run {run.id} holds these results already; nothing was imported.")
        return
    for problem in found.results.problems:
        note(f"warning: {problem}")
    if found.results.unread:
        more = len(found.results.unread) - UNREAD
        names = ", ".join(map(shown, found.results.unread[:UNREAD]))
        note(f"Keys that were not read: {names}{f' and {more:,} more' if more > 0 else ''}")
    made = count(found.results.results, "result")
    note(f"Run {run.id} of {run.evalset}: {made} of {shown(run.agent)} ({shown(run.model)})")
    if found.absent:
        note(f"{count(found.absent, 'sample')} of {found.cases * found.results.trials:,} came without a result")
