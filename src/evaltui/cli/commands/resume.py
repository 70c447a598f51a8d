"""`evaltui resume`, `cancel`, `retry`: runs that live longer than a process."""

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import engine_for, finish
from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.render import as_json, note, out
from evaltui.domain.run import Run
from evaltui.loop.again import cancel as cancel_run
from evaltui.loop.again import give_up
from evaltui.loop.estimate import estimate
from evaltui.loop.session import Pace
from evaltui.loop.settings import settings
from evaltui.store.agents import agent
from evaltui.store.database import Store
from evaltui.store.requests import ask_retry, retryable


@click.command()
@click.argument("run", required=False)
@db_option
@json_option
def resume(run: str | None, db: str | None, *, json_: bool) -> int:
    """Take up RUN (a number; the latest when not named) where it stands: nothing is sent twice."""
    with opened(db) as store:
        return _drive(store, run_named(store, run), json_=json_)


@click.command()
@click.argument("run")
@click.option("--yes", is_flag=True, help="Accept that new attempts are paid for.")
@click.option("--lost", is_flag=True, help="Also samples of batches that the provider does not know any more.")
@db_option
@json_option
def retry(run: str, db: str | None, *, yes: bool, lost: bool, json_: bool) -> int:
    """Send errored, expired and canceled samples of RUN again, merged into it."""
    with opened(db) as store:
        found = run_named(store, run)
        if lost:
            note(f"{give_up(store, found, engine_for(found.endpoint), _pace(store, found).missing)} batches are lost")
        count, size = retryable(store, found.id)
        if not count:
            note(f"run {found.id} has no sample that a new attempt could help")
            return Exit.PASS
        tested = agent(store, found.agent_digest)
        accept(estimate(tested, count, size) if tested else None, None, yes=yes)
        ask_retry(store, found.id)
        return _drive(store, found, json_=json_)


@click.command()
@click.argument("run")
@db_option
@json_option
def cancel(run: str, db: str | None, *, json_: bool) -> int:
    """Cancel the batches of RUN; what succeeded before is kept and scored by `evaltui resume`."""
    with opened(db) as store:
        found = run_named(store, run)
        said = cancel_run(store, found, engine_for(found.endpoint))
        if json_:
            as_json({"run": found.id, "batches": said})
        else:
            out("\n".join(said) or f"run {found.id} has no batch under way")
    return Exit.PASS


def _drive(store: Store, run: Run, *, json_: bool) -> int:
    return finish(store, run, engine_for(run.endpoint), _pace(store, run), detach=False, json_=json_)


def _pace(store: Store, run: Run) -> Pace:
    return settings(run.endpoint, store.path).pace
