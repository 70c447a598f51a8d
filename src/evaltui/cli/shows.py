"""Runs, cases and comparisons as plain text."""

import json
from collections.abc import Iterable
from typing import Any

from evaltui.cli.render import GLYPHS, out, percent, table
from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.text import shown
from evaltui.domain.trajectory import Step
from evaltui.domain.verdict import Graded
from evaltui.gate.words import one_line
from evaltui.loop.look import Comparison, Difference, RunView
from evaltui.loop.score import trajectory
from evaltui.store.cases import SampleDetail
from evaltui.store.runs import RunRow

MOST = 30  # rows of a list that is not asked for whole


def say_runs(rows: list[RunRow], baselines: frozenset[int]) -> None:
    """One line a run."""
    table(
        ("run", "evalset", "agent", "model", "samples", "passed", "state", "started"),
        [_run_cells(row, baselines) for row in rows],
    )


def _run_cells(row: RunRow, baselines: frozenset[int]) -> tuple[object, ...]:
    run, done = row.run, row.progress
    state = _run_state(row) if run.id not in baselines else "★ baseline"
    passed = f"{row.passed}/{done.samples}"
    return run.id, run.evalset, run.agent, run.model, done.samples, passed, state, f"{run.created_at:%Y-%m-%d %H:%M}"


def _run_state(row: RunRow) -> str:
    done = row.progress
    return GLYPHS.get(row.verdict or "", "scored") if done.complete else f"… {done.scored}/{done.samples}"


def say_run(view: RunView) -> None:
    """Counts, metrics, cost, batches, then the failing cases grouped by how they fail."""
    run, done = view.run, view.progress
    out(f"Run {run.id}: {run.evalset} with {run.agent} ({run.model}){' — baseline' if view.is_baseline else ''}")
    out(
        f"  samples {done.samples:,}: {done.scored:,} scored, {done.waiting:,} waiting, {done.unplanned:,} not sent, "
        f"{done.failed:,} without a reply"
    )
    out(f"  {_usage(view)}")
    out(
        f"  agent {run.agent_digest[:12]} · evalset {run.evalset_digest[:12]} · "
        f"git {(run.git_revision or 'none')[:12]}{' (dirty)' if run.git_dirty else ''}"
    )
    for tracked in view.batches:
        out(
            f"  batch {tracked.remote.id}: {tracked.remote.status}, {tracked.intent.size:,} requests"
            f"{', adopted' if tracked.adopted else ''}"
        )
    _say_metrics(view.metrics)
    _say_failing(view)


def _usage(view: RunView) -> str:
    inputs = sum(total.usage.input_tokens for total in view.usage)
    outputs = sum(total.usage.output_tokens for total in view.usage)
    money = "cost unknown" if view.cost is None else f"${view.cost:.4f} at batch prices"
    return f"{inputs:,} input and {outputs:,} output tokens, {money}"


def _say_metrics(metrics: dict[str, float | None]) -> None:
    """One line a scorer; its per-label and per-field F1 stay in --json."""
    by_scorer: dict[str, list[str]] = {}
    for name, value in metrics.items():
        scorer, _, metric = name.partition(".")
        if not metric.startswith("f1."):
            said = "undefined" if value is None else percent(value)
            by_scorer.setdefault(scorer, []).append(f"{metric.replace('_', ' ')} {said}")
    for scorer, said_of_it in by_scorer.items():
        out(f"  {scorer}: {', '.join(said_of_it)}")


def _say_failing(view: RunView) -> None:
    if not view.failing:
        return
    out(f"Failing: {len(view.failing)} cases in {len(view.groups)} groups")
    for group in view.groups[:MOST]:
        out(f"  {len(group.cases)} × {shown(group.example, 100)}")
        out(f"      {', '.join(group.cases[:6])}{' …' if len(group.cases) > 6 else ''}")


def say_case(detail: SampleDetail, turn: int | None) -> None:
    """What was asked, what came back turn by turn, what each scorer said."""
    case = detail.case
    marks = " ".join([*("critical",) * case.critical, *case.tags])
    out(f"{case.id}  {GLYPHS[_state(detail.grade.passed if detail.grade else None)]}  {marks}")
    out(
        f"input: {_value(case.input if case.messages is None else [message.model_dump() for message in case.messages])}"
    )
    out(f"expected: {_value(case.expected)}")
    _say_outcome(detail.attempts[-1].outcome if detail.attempts else None, turn)
    for score in detail.scores:
        mark = "✓" if score.passed else "!" if score.passed is None else "✗"
        out(f"  {mark} {score.scorer}{' (advisory)' if score.advisory else ''}: {shown(score.reason, 200)}")


def _state(passed: bool | None) -> str:
    return "unresolved" if passed is None else "pass" if passed else "fail"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _say_outcome(outcome: Outcome | None, turn: int | None) -> None:
    match outcome:
        case Succeeded():
            seen = trajectory(outcome)
            _say_steps(step for step in seen.steps if turn in (None, step.turn))
            out(
                f"stopped: {seen.stop_reason} · {seen.usage.input_tokens} tokens in, {seen.usage.output_tokens} out · "
                f"{outcome.model}"
            )
        case Errored(kind=kind, message=message):
            out(f"no reply: {kind}: {message}")
        case Canceled() | Expired():
            out(f"no reply: {type(outcome).__name__.lower()}")
        case None:
            out("no reply yet")


def _say_steps(steps: Iterable[Step]) -> None:
    for step in steps:
        out(
            f"turn {step.turn} {step.role}: {step.text}"
            if step.tool is None
            else f"turn {step.turn} calls {step.tool}({_value(step.arguments)})"
        )


def say_comparison(found: Comparison) -> None:
    """The numbers, then each case that differs."""
    counts = found.counts
    out(
        f"Run {found.a.id} → run {found.b.id}: {counts.fixed} fixed, {counts.broke} broke, "
        f"{counts.changed} changed, {counts.same} same"
    )
    if found.estimate:
        out(f"  {one_line(found.estimate)}")
    for difference in found.differences[:MOST]:
        _say_difference(difference)
    if len(found.differences) > MOST:
        out(f"and {len(found.differences) - MOST} more; --json lists them")


def _say_difference(difference: Difference) -> None:
    pair = difference.pair
    out(f"  {GLYPHS.get(difference.kind, difference.kind):<13}{pair.case_id}{' (critical)' if pair.critical else ''}")
    was, now = _reason(pair.baseline), _reason(pair.candidate)
    if was or now:
        out(f"      {was or 'passed'} → {now or 'passed'}")


def _reason(graded: Graded | None) -> str:
    return shown(graded.reason, 80) if graded and graded.reason and not graded.all_passed else ""
