"""`evaltui score`: changed scorers, same replies; only a judge that must be asked is paid."""

from contextlib import closing
from pathlib import Path

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import finish, say_decided, working
from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.progress import Progress
from evaltui.cli.render import note
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.engines import engine_of, pace_of
from evaltui.loop.open import open_session
from evaltui.loop.project import evalset_path
from evaltui.loop.regolding import Due
from evaltui.loop.regrade import regrade_of
from evaltui.loop.rescore import rescore
from evaltui.loop.settings import settings
from evaltui.store.database import Store

MOST = 5  # cases named


@click.command()
@click.argument("run", required=False)
@click.option("--evalset", metavar="DIR", help="Take the scorers from here instead of the run's own folder.")
@click.option("--yes", is_flag=True, help="Accept what judges cost without being asked.")
@db_option
@json_option
def score(run: str | None, evalset: str | None, db: str | None, *, yes: bool, json_: bool) -> int:
    """Score the stored replies of RUN with the scorers and golds as the evalset has them now.

    Where golds changed, the baseline is scored again by them too, so that like is compared with like.

    Sends nothing, unless a judge must be asked what it was never asked before.
    """
    with opened(db) as store:
        found = run_named(store, run)
        wanted = regrade_of(store, found, evalset_path(evalset or found.folder, Path.cwd()))
        if wanted.cost:
            accept(wanted.cost, wanted.endpoints, yes=yes)
        for each in wanted.due:
            _say_changed(each)
            with closing(Progress()) as shown:
                rescore(store, each, wanted.source, shown)
        for asked in wanted.asking:
            if asked.id != found.id and not _judged(store, asked):
                return Exit.INCOMPLETE
        if found not in wanted.asking:
            return say_decided(store, found, json_=json_)
        pace = settings(found.endpoint, store.path).pace
        return finish(store, found, engine_of(store, found), pace, detach=False, json_=json_)


def _judged(store: Store, run: Run) -> bool:
    """Ask the baseline's judges; False where that was stopped before all had answered."""
    with working(engine := engine_of(store, run)) as (shown, stop):
        pace = pace_of(run, settings(run.endpoint, store.path).pace)
        drive(open_session(store, run, engine, shown, pace, stop=stop))
    if stop.is_set():
        note(f"Stopped; `evaltui resume {run.id}` takes it up, and `evaltui score` goes on after it.")
    return not stop.is_set()


def _say_changed(each: Due) -> None:
    if each.changed:
        many = f"the golds of {len(each.changed):,} cases" if len(each.changed) > 1 else "the gold of 1 case"
        more = f" and {len(each.changed) - MOST:,} more" if len(each.changed) > MOST else ""
        note(f"Run {each.run.id} is scored again by {many} as now: {', '.join(each.changed[:MOST])}{more}.")
