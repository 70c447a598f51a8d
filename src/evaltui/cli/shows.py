"""Runs, cases and comparisons as plain text."""

from collections.abc import Sequence
from dataclasses import fields

from evaltui.cli.render import GLYPHS, out, percent, table
from evaltui.cli.trace import state
from evaltui.compare.failures import Group
from evaltui.compare.textdiff import Row
from evaltui.domain.text import shown
from evaltui.domain.verdict import Graded
from evaltui.gate.words import count, one_line
from evaltui.loop.costs import AgentCost, Cost
from evaltui.loop.estimate import dollars
from evaltui.loop.look import CaseComparison, Comparison, Difference, RunView
from evaltui.loop.prompt_diff import PromptDiff
from evaltui.loop.state import state as state_of
from evaltui.store.runs import RunRow

MOST = 30  # rows of a list that is not asked for whole
ALWAYS = ("fixed", "broke", "changed", "same")


def say_runs(rows: list[RunRow], baselines: frozenset[int]) -> None:
    """One line a run."""
    heads = ("run", "state", "passed", "started", "evalset", "agent", "model")
    table(heads, [_run_cells(row, baselines) for row in rows])


def _run_cells(row: RunRow, baselines: frozenset[int]) -> tuple[object, ...]:
    run, found = row.run, state_of(row, baseline=row.run.id in baselines)
    passed = f"{row.passed}/{row.progress.samples}"
    said = f"{GLYPHS[found.kind]} {found.detail}".rstrip()
    return run.id, said, passed, f"{run.created_at:%Y-%m-%d %H:%M}", run.evalset, run.agent, run.model


def say_run(view: RunView) -> None:
    """Counts, metrics, cost, batches, then the cases that fail or lack a score, grouped by the reason."""
    run, done = view.run, view.progress
    out(f"Run {run.id}: {run.evalset} with {run.agent} ({run.model}){' — baseline' if view.is_baseline else ''}")
    out(
        f"  samples {done.samples:,}: {done.scored:,} scored, {done.waiting:,} waiting, {done.unplanned:,} not sent, "
        f"{done.failed:,} without a reply"
    )
    out(f"  {_usage(view)}")
    out(
        f"  agent {run.agent_digest[:12]}{_in_all(view.agent_cost)} · evalset {run.evalset_digest[:12]} · "
        f"git {(run.git_revision or 'none')[:12]}{' (dirty)' if run.git_dirty else ''}"
    )
    for tracked in view.batches:
        out(
            f"  batch {tracked.remote.id}: {tracked.remote.status}, {tracked.intent.size:,} requests"
            f"{', adopted' if tracked.adopted else ''}"
        )
    _say_metrics(view.metrics)
    _say_groups("Failing", view.groups)
    _say_groups("Without a score", view.unresolved_groups)


def _in_all(cost: AgentCost) -> str:
    """What one version of an agent has cost over all its runs, where there are several."""
    return f" ({cost.runs:,} runs, {dollars(cost.usd)} in all)" if cost.runs > 1 else ""


def _usage(view: RunView) -> str:
    """Tokens and money, answers and judgements apart, and what the prompt cache made of it."""
    usages = [total.usage for total in view.usage]
    inputs = sum(u.input_tokens + u.cache_creation_input_tokens + u.cache_read_input_tokens for u in usages)
    outputs = sum(used.output_tokens for used in usages)
    return f"{inputs:,} input and {outputs:,} output tokens, {_money(view)}{_cached(view.costs)}"


def _money(view: RunView) -> str:
    costs = view.costs
    if costs.total is None:
        return "cost unknown"
    apart = f" (answers ${costs.answers:.4f}, judges ${costs.judgements:.4f})" if costs.judgements else ""
    return f"${costs.total:.4f}{apart} at {'batch' if view.run.engine == 'claude' else 'full'} prices"


def _cached(costs: Cost) -> str:
    if costs.hit_rate is None:
        return ""
    saved = "" if costs.saved is None else f", {'saved' if costs.saved >= 0 else 'cost'} ${abs(costs.saved):.4f} by it"
    return f"; {percent(costs.hit_rate)} of the input read from the cache{saved}"


def _say_metrics(metrics: dict[str, float | None]) -> None:
    """One line a scorer; its per-label and per-field F1 stay in --json."""
    by_scorer: dict[str, list[str]] = {}
    for name, value in metrics.items():
        scorer, _, metric = name.partition(".")
        if scorer != "pass_rate" and not metric.startswith("f1."):
            said = "undefined" if value is None else percent(value)
            by_scorer.setdefault(scorer, []).append(f"{metric.replace('_', ' ')} {said}")
    out(f"  {_pass_rate(metrics)}")
    for scorer, said_of_it in by_scorer.items():
        out(f"  {scorer}: {', '.join(said_of_it)}")


def _pass_rate(metrics: dict[str, float | None]) -> str:
    rate, low, high = (metrics.get(f"pass_rate{end}") for end in ("", ".low", ".high"))
    if rate is None or low is None or high is None:
        return "pass rate: not decided yet"
    return f"pass rate {percent(rate)}, 95 % interval {100 * low:.1f}–{100 * high:.1f} %"


def say_confusion(tables: dict[str, dict[str, dict[str, int]]]) -> None:
    """For each label scorer, what was taken for what, most often first."""
    for scorer, matrix in tables.items():
        wrong = [(n, gold, got) for gold, row in matrix.items() for got, n in row.items() if gold != got]
        out(f"{scorer}: {count(sum(n for n, _, _ in wrong), 'sample')} with another label than expected")
        table(("samples", "expected", "got"), sorted(wrong, key=lambda row: (-row[0], row[1], row[2]))[:MOST])


def say_case_comparison(found: CaseComparison) -> None:
    """One case in two runs: both verdicts, then the outputs with what changed marked as [-gone-] and {+new+}."""
    for run, detail in ((found.a, found.before), (found.b, found.after)):
        passed, reason = (detail.grade.passed, detail.grade.reason) if detail.grade else (None, "")
        out(f"run {run.id}  {GLYPHS[state(passed)]}  {shown(reason, 100)}")
    if found.diff is None:
        out("one of the runs has no reply to compare")
        return
    out("the replies are the same" if found.diff.same else "the replies differ:")
    for row in found.diff.rows:
        _say_row(row)
    if found.diff.truncated:
        out("and more; `evaltui show` has each reply whole")


def say_prompts(found: PromptDiff) -> None:
    """What two versions of an agent differ in, with the lines around each difference."""
    for run in (found.a, found.b):
        out(f"run {run.id}  {run.agent} {run.agent_digest[:12]}")
    if found.diff is None:
        out("one of the agents is not stored: its run was imported without one")
        return
    out("the agents are the same" if found.diff.same else "the agents differ:")
    for row in found.diff.folded() if not found.diff.same else ():
        _say_row(row) if isinstance(row, Row) else out(f"  │ … {count(row.count, 'line')} the same")


def _say_row(row: Row) -> None:
    if row.mark == "changed":
        out("  │ - " + "".join(f"[-{piece.text}-]" if piece.changed else piece.text for piece in row.left))
        out("  │ + " + "".join(f"{{+{piece.text}+}}" if piece.changed else piece.text for piece in row.right))
        return
    sign = {"same": " ", "removed": "-", "added": "+"}[row.mark]
    out(f"  │ {sign} {''.join(piece.text for piece in (row.left or row.right))}")


def _say_groups(title: str, groups: Sequence[Group]) -> None:
    if not groups:
        return
    out(f"{title}: {count(sum(group.count for group in groups), 'case')} in {count(len(groups), 'group')}")
    for group in groups[:MOST]:
        out(f"  {len(group.cases)} × {shown(group.example, 100)}")
        out(f"      {', '.join(group.cases[:6])}{' …' if len(group.cases) > 6 else ''}")
    if len(groups) > MOST:
        out(f"  and {len(groups) - MOST} more groups; --json lists them")


def say_comparison(found: Comparison, *, whole: bool) -> None:
    """The numbers, then each case that differs; `whole`: every case."""
    counts = found.counts
    numbers = {field.name: getattr(counts, field.name) for field in fields(counts)}
    said = [f"{number:,} {name}" for name, number in numbers.items() if number or name in ALWAYS]
    out(f"Run {found.a.id} → run {found.b.id}: {', '.join(said)}")
    if found.estimate:
        out(f"  {one_line(found.estimate)}")
    shown_of_them = found.differences if whole else found.differences[:MOST]
    for difference in shown_of_them:
        _say_difference(difference)
    if more := counts.total - (0 if whole else counts.same) - len(shown_of_them):
        out(f"and {more:,} more; --all and --json list them")


def _say_difference(difference: Difference) -> None:
    pair = difference.pair
    out(f"  {GLYPHS.get(difference.kind, difference.kind):<13}{pair.case_id}{' (critical)' if pair.critical else ''}")
    was, now = _result(pair.baseline), _result(pair.candidate)
    if difference.kind != "same":
        out(f"      {was} → {now}")


def _result(graded: Graded | None) -> str:
    """What a run made of a case, in a few words; never a pass where there is none."""
    if graded is None:
        return "not run"
    return "passed" if graded.all_passed else shown(graded.reason, 80) or "no score"
