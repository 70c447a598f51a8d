"""Views of stored runs, ready to be printed by the command line or shown on a screen."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.compare.failures import Group, groups
from evaltui.compare.pairing import Counts, Kind, counted, kind, ordered
from evaltui.compare.textdiff import LIMIT, Diff, diff
from evaltui.domain.run import Progress, Run
from evaltui.domain.trajectory import Trajectory
from evaltui.domain.verdict import Deciding, Estimate, Pair
from evaltui.gate.estimate import estimate
from evaltui.loop.costs import AgentCost, Cost, cost_of_agent, cost_of_run
from evaltui.loop.decide import all_metrics, list_pairs, metric_input
from evaltui.loop.evidence import seen
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.scores.metrics import confusion
from evaltui.store.batches import TrackedBatch, batches
from evaltui.store.cases import CaseRow, SampleDetail, case_rows, sample
from evaltui.store.database import Store
from evaltui.store.outcomes import ModelUsage, usage
from evaltui.store.promotions import baseline
from evaltui.store.runs import RunRow, runs, standing
from evaltui.store.verdicts import latest_verdict

MOST = 1_000  # failing cases or differences held in memory for one view


@dataclass(frozen=True, slots=True)
class RunView:
    """`metrics` maps `SCORER.METRIC` to its value; `failing` and `unresolved` hold at most MOST cases each.

    `groups` and `unresolved_groups` put together what fails, or lacks a score, for the same reason.
    """

    run: Run
    progress: Progress
    metrics: dict[str, float | None]
    batches: tuple[TrackedBatch, ...]
    usage: tuple[ModelUsage, ...]
    cost: float | None
    costs: Cost
    agent_cost: AgentCost
    failing: tuple[CaseRow, ...]
    groups: tuple[Group, ...]
    unresolved: tuple[CaseRow, ...]
    unresolved_groups: tuple[Group, ...]
    verdict: dict[str, Any] | None
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One case that differs between two runs: `kind` is fixed, broke, changed, new, gone or unresolved."""

    kind: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a` is held as the baseline of `b`; `differences` are critical first."""

    a: Run
    b: Run
    counts: Counts
    estimate: Estimate | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """One case in two runs; `diff` of the answers, None where one run has none."""

    a: Run
    b: Run
    before: SampleDetail
    after: SampleDetail
    diff: Diff | None


def case_comparison(store: Store, a: Run, b: Run, case_id: str, trial: int = 1) -> CaseComparison | None:
    """None when one of the runs lacks the case."""
    before, after = (sample(store, run.id, case_id, trial) for run in (a, b))
    if before is None or after is None:
        return None
    left, right = _answer(before), _answer(after)
    return CaseComparison(
        a, b, before, after, None if left is None or right is None else diff(left, right, limit=LIMIT)
    )


def _answer(detail: SampleDetail) -> str | None:
    """The text of the last reply, and all tool calls as JSON lines."""
    found = None if detail.last is None else seen(detail.last, detail.held)
    if not isinstance(found, Trajectory):
        return None
    calls = (json.dumps({"tool": step.tool, "arguments": step.arguments}, ensure_ascii=False) for step in found.calls())
    return "\n".join(filter(None, (found.answer, *calls)))


def confusions(store: Store, run: Run) -> dict[str, dict[str, dict[str, int]]]:
    """For each label scorer: expected label → given label → samples."""
    return confusion(metric_input(store, scoring_of(store, run)))


def runs_view(store: Store, evalset: str | None, limit: int) -> list[RunRow]:
    """The newest runs first."""
    return runs(store, limit=limit, evalset=evalset)


def current_baselines(store: Store, rows: list[RunRow]) -> frozenset[int]:
    """Which runs are the promoted baseline of one of the listed evalsets."""
    promoted = (baseline(store, name) for name in {row.run.evalset for row in rows})
    return frozenset(promotion.run_id for promotion in promoted if promotion)


def run_view(store: Store, run: Run) -> RunView:
    """All that `evaltui show RUN` says."""
    scoring = scoring_of(store, run)
    failing = tuple(case_rows(store, scoring.id, limit=MOST, only="failing"))
    where = standing(store, run.id)
    unresolved = tuple(case_rows(store, scoring.id, limit=MOST, only="unresolved")) if where.unresolved else ()
    totals, costs = usage(store, run.id).models, cost_of_run(store, run)
    stored = latest_verdict(store, run.id)
    promoted = baseline(store, run.evalset)
    return RunView(
        run,
        where.progress,
        json.loads(where.metrics) if where.metrics else all_metrics(store, run, scoring),
        tuple(batches(store, run.id)),
        totals,
        costs.total,
        costs,
        cost_of_agent(store, run.agent_digest),
        failing,
        _grouped(failing),
        unresolved,
        _grouped(unresolved),
        json.loads(stored.body) if stored else None,
        promoted is not None and promoted.run_id == run.id,
    )


def _grouped(rows: tuple[CaseRow, ...]) -> tuple[Group, ...]:
    return groups(Deciding(row.case_id, row.graded.reason or "no score yet") for row in rows)


def case_view(store: Store, run: Run, case_id: str, trial: int) -> SampleDetail | None:
    """One case of a run: what was sent, what came back, what each scorer said."""
    return sample(store, run.id, case_id, trial)


def case_ids(store: Store, run: Run) -> list[str]:
    """The cases of a run by name, the first MOST of them."""
    return [row.case_id for row in case_rows(store, scoring_of(store, run).id, limit=MOST)]


def comparison(store: Store, a: Run, b: Run, *, all_: bool = False) -> Comparison:
    """What changed from `a` to `b`."""
    policy = stored_gate(scoring_of(store, b))
    metric = policy.metric if policy.metric.endswith(".mean") else "pass_rate"
    kinds: Counter[Kind] = Counter()
    listed: list[Pair] = []

    def noted() -> Iterator[Pair]:
        for pair in _pairs(store, a, b):
            found = kind(pair)
            kinds[found] += 1
            if all_ or found != "same":
                listed.append(pair)
            yield pair

    found = estimate(metric, noted(), margin=policy.margin)
    differences = tuple(Difference(kind(pair), pair) for pair in ordered(listed)[:MOST])
    return Comparison(a, b, counted(kinds), found if isinstance(found, Estimate) else None, differences)


def _pairs(store: Store, a: Run, b: Run) -> Iterator[Pair]:
    candidate = scoring_of(store, b)
    return list_pairs(store, scoring_of(store, a), candidate, stored_gate(candidate))
