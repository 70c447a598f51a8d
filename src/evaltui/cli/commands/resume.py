"""`evaltui resume`, `cancel`, `retry`: runs that live longer than a process."""

from contextlib import closing

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import finish, say_decided
from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, max_cost_option, opened, run_named
from evaltui.cli.render import as_json, note, out
from evaltui.domain.agent import Agent
from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.loop.again import again, ask_again, give_up
from evaltui.loop.again import cancel as cancel_run
from evaltui.loop.again import lost as lost_batches
from evaltui.loop.durations import predicted
from evaltui.loop.engines import engine_of
from evaltui.loop.estimate import Forecast, caches, known
from evaltui.loop.open import scoring_of, stored_scorers
from evaltui.loop.rescore import judges_cost
from evaltui.loop.session import Pace
from evaltui.loop.settings import settings
from evaltui.store.agents import agent
from evaltui.store.batches import TrackedBatch, uncollected
from evaltui.store.database import Store
from evaltui.store.intents import unsubmitted
from evaltui.store.limits import set_budget
from evaltui.store.locks import run_lock
from evaltui.store.runs import progress


@click.command()
@click.argument("run", required=False)
@click.option("--same-workspace", is_flag=True, help="The key is another one of the same workspace.")
@click.option("--yes", is_flag=True, help="Accept what the judges of a run that was made elsewhere cost.")
@max_cost_option
@db_option
@json_option
def resume(
    run: str | None, db: str | None, max_cost: float | None, *, same_workspace: bool, yes: bool, json_: bool
) -> int:
    """Take up RUN (a number; the latest when not named) where it stands: nothing is sent twice."""
    with opened(db) as store:
        found = run_named(store, run)
        _limit(store, found, max_cost)
        if found.made_elsewhere and (cost := judges_cost(store, found, stored_scorers(scoring_of(store, found)))):
            accept(cost, found.endpoint, yes=yes)
        _say_time(store, found)
        return _drive(store, found, same_workspace=same_workspace, json_=json_)


@click.command()
@click.argument("run")
@click.option("--yes", is_flag=True, help="Accept that new attempts are paid for.")
@click.option("--lost", is_flag=True, help="Also samples of batches that the provider does not know any more.")
@max_cost_option
@db_option
@json_option
def retry(run: str, db: str | None, max_cost: float | None, *, yes: bool, lost: bool, json_: bool) -> int:
    """Send errored, expired and canceled samples of RUN again, merged into it."""
    with opened(db) as store:
        found = run_named(store, run)
        if found.made_elsewhere:
            raise Refused(f"run {found.id} was made elsewhere: make what is missing there, then `evaltui import-run`")
        gone = _gone(store, found) if lost else []
        count, size = again(store, found)
        count, size = count + sum(batch.intent.size for batch in gone), size + sum(b.intent.body_bytes for b in gone)
        if not count:
            note(f"Run {found.id} has no sample that a new attempt could help.")
            return say_decided(store, found, json_=json_)
        tested = agent(store, found.agent_digest)
        accept(_forecast(tested, found, count, size) if tested else None, found.endpoint, yes=yes)
        _limit(store, found, max_cost)
        with run_lock(store.path, found.id):
            give_up(store, gone)
            ask_again(store, found)
        return _drive(store, found, json_=json_)


@click.command()
@click.argument("run")
@db_option
@json_option
def cancel(run: str, db: str | None, *, json_: bool) -> int:
    """Cancel the batches of RUN; what succeeded before is kept and scored by `evaltui resume`."""
    with opened(db) as store:
        found = run_named(store, run)
        with closing(engine_of(store, found)) as engine:
            said = cancel_run(store, found, engine)
        if json_:
            as_json({"run": found.id, "batches": said})
        else:
            for line in said or [f"Run {found.id} has no batch under way."]:
                out(line)
        return Exit.INCOMPLETE if _under_way(store, found) else Exit.PASS


def _say_time(store: Store, run: Run) -> None:
    """How long a batch usually takes, where one is waited for or may still be sent."""
    waiting = run.engine != "live" and not progress(store, run.id).settled
    if waiting and (told := predicted(store, run.endpoint, run.model, (1, 1))):
        note(f"Time: {told}.")


def _limit(store: Store, run: Run, max_cost: float | None) -> None:
    """The most the run may cost in all, from now on."""
    if max_cost is not None:
        set_budget(store, run.id, max_cost)


def _forecast(tested: Agent, run: Run, count: int, size: int) -> Forecast:
    asked = (tested.model, tested.max_tokens, count, size)
    return known(*asked, caches=caches(tested), live=run.engine == "live")


def _under_way(store: Store, run: Run) -> bool:
    """Whether something of the run may go on as if nobody had canceled it."""
    return bool(unsubmitted(store, run.id)) or any(
        batch.remote.status == "in_progress" for batch in uncollected(store, run.id)
    )


def _gone(store: Store, run: Run) -> list[TrackedBatch]:
    """Batches that this key does not find; only once the new attempts are accepted are they given up."""
    with closing(engine_of(store, run)) as engine:
        gone = lost_batches(store, run, engine, _pace(store, run).missing)
    for batch in gone:
        note(f"Batch {batch.remote.id} with {batch.intent.size:,} requests is not known to this key's workspace.")
    return gone


def _drive(store: Store, run: Run, *, same_workspace: bool = False, json_: bool) -> int:
    engine, pace = engine_of(store, run), _pace(store, run)
    return finish(store, run, engine, pace, detach=False, same_workspace=same_workspace, json_=json_)


def _pace(store: Store, run: Run) -> Pace:
    return settings(run.endpoint, store.path).pace
