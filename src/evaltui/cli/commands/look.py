"""`evaltui runs`, `show`, `compare`: looking without touching."""

import click

from evaltui.cli.exits import Exit
from evaltui.cli.lists import filter_option, say_matching
from evaltui.cli.options import db_option, json_option, opened, run_named
from evaltui.cli.render import as_json, note, plain
from evaltui.cli.shows import say_case_comparison, say_comparison, say_confusion, say_prompts, say_run, say_runs
from evaltui.cli.trace import say_case
from evaltui.domain.errors import Unknown
from evaltui.domain.run import Run
from evaltui.domain.text import did_you_mean
from evaltui.loop.costs import cost_of_sample
from evaltui.loop.look import (
    case_comparison,
    case_ids,
    case_view,
    comparison,
    confusions,
    current_baselines,
    run_view,
    runs_view,
)
from evaltui.loop.prompt_diff import prompt_diff
from evaltui.loop.state import state
from evaltui.loop.tracing import deciding
from evaltui.store.database import Store


@click.command()
@click.option("--evalset", metavar="NAME", help="Only runs of this evalset.")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), show_default=True, help="At most so many.")
@db_option
@json_option
def runs(evalset: str | None, limit: int, db: str | None, *, json_: bool) -> int:
    """List the runs, newest first."""
    with opened(db) as store:
        found = runs_view(store, evalset, limit)
        baselines = current_baselines(store, found)
    if json_:
        states = {row.run.id: state(row, baseline=row.run.id in baselines) for row in found}
        as_json({"runs": found, "baselines": sorted(baselines), "states": states})
    elif found:
        say_runs(found, baselines)
    else:
        note(f"No runs{f' of {evalset}' if evalset else ''} yet; start with `evaltui run EVALSET`.")
    return Exit.PASS


@click.command()
@click.argument("run", required=False)
@click.argument("case", required=False)
@click.option("--confusion", is_flag=True, help="What each label scorer took for what.")
@click.option("--turn", type=click.IntRange(min=1), help="Only this turn of the case.")
@click.option("--trial", default=1, type=click.IntRange(min=1), show_default=True, help="Which trial of the case.")
@filter_option
@db_option
@json_option
def show(
    run: str | None,
    case: str | None,
    turn: int | None,
    trial: int,
    filter_: str | None,
    db: str | None,
    *,
    confusion: bool,
    json_: bool,
) -> int:
    """One run: counts, metrics, failing cases. With CASE: what was asked, what came back, what each scorer said."""
    with opened(db) as store:
        found = run_named(store, run)
        if filter_ is not None:
            _whole_run_only(turn, case)
            say_matching(store, found, None, filter_, json_=json_)
            return Exit.PASS
        if confusion:
            tables = confusions(store, found)
            (as_json(tables) if json_ else say_confusion(tables))
            return Exit.PASS
        if case is None:
            _whole_run_only(turn)
            seen = run_view(store, found)
            (as_json(seen) if json_ else say_run(seen))
            return Exit.PASS
        detail = case_view(store, found, case, trial)
        if detail is None:
            raise Unknown(_no_case(store, found, case, trial))
        decided = deciding(store, found, detail)
        if json_:
            as_json({**plain(detail), "deciding": decided})
        else:
            say_case(detail, turn, cost_of_sample(store, found, detail.sample_id), decided)
    return Exit.PASS


def _whole_run_only(turn: int | None, filtered: str | None = None) -> None:
    if filtered is not None:
        raise click.UsageError("--filter lists cases; leave CASE out")
    if turn is not None:
        raise click.UsageError("--turn is of one case; name it: evaltui show RUN CASE --turn N")


def _no_case(store: Store, run: Run, case: str, trial: int) -> str:
    if case_view(store, run, case, 1) is not None:
        return f"run {run.id} has {run.trials} trial{'s' if run.trials > 1 else ''} of {case}, not {trial}"
    hint = did_you_mean(case, case_ids(store, run)) or f"`evaltui show {run.id}` lists the failing ones"
    return f"run {run.id} has no case {case!r}; {hint}"


@click.command()
@click.argument("a")
@click.argument("b")
@click.argument("case", required=False)
@click.option("--all", "all_", is_flag=True, help="Also list the unchanged cases.")
@click.option("--prompt", is_flag=True, help="What the two versions of the agent differ in: prompt, tools, params.")
@click.option("--trial", default=1, type=click.IntRange(min=1), show_default=True, help="Which trial of CASE.")
@filter_option
@db_option
@json_option
def compare(
    a: str,
    b: str,
    case: str | None,
    db: str | None,
    trial: int,
    filter_: str | None,
    *,
    all_: bool,
    prompt: bool,
    json_: bool,
) -> int:
    """Two runs, A before B: fixed, broke, changed; critical first. With CASE: its two replies, word by word."""
    if prompt and case is not None:
        raise click.UsageError("--prompt is of two runs; leave CASE out")
    if filter_ is not None:
        _whole_run_only(None, case)
    with opened(db) as store:
        before, after = run_named(store, a), run_named(store, b)
        if prompt:
            versions = prompt_diff(store, before, after)
            (as_json(versions) if json_ else say_prompts(versions))
            return Exit.PASS
        if filter_ is not None:
            say_matching(store, after, before, filter_, json_=json_, whole=all_)
            return Exit.PASS
        if case is not None:
            return _compare_case(store, before, after, case, trial, json_=json_)
        found = comparison(store, before, after, all_=all_)
    (as_json(found) if json_ else say_comparison(found, whole=all_))
    return Exit.PASS


def _compare_case(store: Store, a: Run, b: Run, case: str, trial: int, *, json_: bool) -> int:
    found = case_comparison(store, a, b, case, trial)
    if found is None:
        lacking = next(run for run in (a, b) if case_view(store, run, case, trial) is None)
        raise Unknown(_no_case(store, lacking, case, trial))
    (as_json(found) if json_ else say_case_comparison(found))
    return Exit.PASS
