"""`evaltui prefer`: a judge says which of two runs answers better, each pair asked in both orders."""

from pathlib import Path

import click

from evaltui.cli.accept import accept
from evaltui.cli.driving import working
from evaltui.cli.exits import Exit
from evaltui.cli.options import db_option, json_option, max_cost_option, opened, run_named
from evaltui.cli.render import as_json, note, out, table
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.rubric import Rubric
from evaltui.domain.run import Run
from evaltui.evalsets.rubrics import RubricSource, read_rubric
from evaltui.gate.words import count
from evaltui.loop.engines import engine_for
from evaltui.loop.estimate import known
from evaltui.loop.open import open_session
from evaltui.loop.prefer import Preferences, ask, contests, preferences, unasked
from evaltui.loop.settings import settings
from evaltui.store.database import Store

MOST = 30  # cases listed


@click.command()
@click.argument("a")
@click.argument("b")
@click.argument("rubric", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Accept the estimate without being asked.")
@max_cost_option
@db_option
@json_option
def prefer(a: str, b: str, rubric: Path, db: str | None, max_cost: float | None, *, yes: bool, json_: bool) -> int:
    """Ask the judge of RUBRIC which of the runs A and B answers each case better; inconsistent answers are a tie."""
    judge = _rubric(rubric)
    with opened(db) as store:
        before, after = run_named(store, a), run_named(store, b)
        if before.id == after.id:
            raise Refused(f"run {before.id} cannot be held against itself")
        _ask(store, before, after, judge, max_cost, yes=yes)
        found = preferences(store, before, after, judge)
    (as_json(found) if json_ else _say(found))
    return Exit.PASS if not found.total.unreadable else Exit.INCOMPLETE


def _rubric(path: Path) -> Rubric:
    read = read_rubric(path)
    if isinstance(read, RubricSource):
        return read.rubric
    raise BadInput(read)


def _ask(store: Store, a: Run, b: Run, rubric: Rubric, max_cost: float | None, *, yes: bool) -> None:
    wishes = [len(wish.params) for wish in unasked(store, b, contests(store, a, b, rubric))]
    if not wishes:
        note("Nothing is left to ask.")
        return
    engine, pace = engine_for(b.endpoint), settings(b.endpoint, store.path).pace
    cost = known(rubric.model, rubric.max_tokens, len(wishes), sum(wishes), caches=True, longest=max(wishes))
    accept(cost, engine.endpoint, max_cost, yes=yes)
    with working(engine) as (shown, stop):
        ask(open_session(store, b, engine, shown, pace, stop=stop), a, rubric)


def _say(found: Preferences) -> None:
    total = found.total
    out(f"{found.rubric} ({found.judge}), each pair asked in both orders:")
    out(f"  run {found.a} is preferred {count(total.a, 'time')}, run {found.b} {count(total.b, 'time')}")
    ties = f"{count(total.ties, 'tie')}, {total.inconsistent:,} of them because the answers contradict each other"
    out(f"  {ties}; {count(found.same, 'pair')} with the same reply")
    if total.p is not None:
        out(f"  sign test p={total.p:.3f}")
    if total.unreadable:
        out(f"  ! {count(total.unreadable, 'pair')} without a readable answer")
    if found.left_out:
        first = found.left_out[0]
        out(f"  left out: {count(len(found.left_out), 'sample')}, such as {first.case_id}: {first.reason}")
    won = [
        (one.case_id, one.trial, f"run {found.a if one.preferred == 'a' else found.b}")
        for one in found.cases
        if one.preferred in ("a", "b")
    ]
    if won:
        table(("case", "trial", "preferred"), won[:MOST])
    if len(won) > MOST:
        out(f"and {len(won) - MOST:,} more; --json lists them")
