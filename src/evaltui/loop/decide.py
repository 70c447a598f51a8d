"""Step 5: a run that is complete is summed up and held against the baseline."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime

from evaltui.domain.base import digest
from evaltui.domain.errors import Unknown
from evaltui.domain.evalset import GatePolicy
from evaltui.domain.run import Run
from evaltui.domain.verdict import Pair, RunFacts, Verdict
from evaltui.gate.decide import decide as decided
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.loop.session import Session
from evaltui.scores.metrics import MetricRow, metrics
from evaltui.store.database import Store
from evaltui.store.pairs import pairs
from evaltui.store.promotions import baseline
from evaltui.store.runs import grade_counts, progress
from evaltui.store.runs import run as run_by_id
from evaltui.store.scores import Scoring, metric_rows
from evaltui.store.verdicts import add_summary, add_verdict

JUDGES = frozenset({"judge"})


def decide(session: Session) -> bool:
    """Once all samples are graded: store the summary and the verdict. Nothing moves after it."""
    if not session.decided and (done := progress(session.store, session.run.id)).complete:
        session.decided = True
        summarise(session.store, session.run)
        keep(session.store, verdict(session.store, session.run))
        session.phase("decided", done.samples, done.samples)
    return False


def summarise(store: Store, run: Run) -> None:
    """Every scorer's metrics and the counts of a scoring, kept so that lists need not add them up."""
    scoring = scoring_of(store, run)
    add_summary(store, scoring.id, *grade_counts(store, run.id), json.dumps(run_metrics(store, scoring)))


def keep(store: Store, found: Verdict) -> None:
    """Record a verdict beside the run it is about."""
    add_verdict(store, found.run_id, found.baseline_run_id, json.dumps(asdict(found)), found.status, datetime.now(UTC))


def verdict(store: Store, run: Run, against: Run | None = None) -> Verdict:
    """The gate's answer for a run now, against the promoted baseline or a named run."""
    base = against or promoted_run(store, run)
    candidate = scoring_of(store, run)
    other = scoring_of(store, base) if base else None
    policy = stored_gate(candidate)
    return decided(
        policy,
        facts(store, run, candidate, other),
        facts(store, base, other, candidate) if base and other else None,
        list_pairs(store, other, candidate, policy),
    )


def promoted_run(store: Store, run: Run) -> Run | None:
    """The current baseline of the run's evalset."""
    promotion = baseline(store, run.evalset)
    if promotion is None:
        return None
    found = run_by_id(store, promotion.run_id)
    if found is None:
        raise Unknown(f"the baseline, run {promotion.run_id}, is not in this database")
    return found


def facts(store: Store, run: Run, scoring: Scoring, other: Scoring | None) -> RunFacts:
    """What the gate must know of a run beside its cases; metrics over the cases that both runs share."""
    where = progress(store, run.id)
    policy = stored_gate(scoring)
    values = {} if policy.metric == "pass_rate" else run_metrics(store, scoring, other)
    unscored = grade_counts(store, run.id)[2]
    return RunFacts(
        run.id,
        where.samples,
        where.samples - where.scored,
        unscored,
        values,
        {
            "evalset": run.evalset_digest,
            "agent": run.agent_digest,
            "scorers": digest(json.loads(scoring.scorers)["scorers"]),
        },
    )


def run_metrics(store: Store, scoring: Scoring, shared_with: Scoring | None = None) -> dict[str, float | None]:
    """`SCORER.METRIC` to its value, over all samples or those of cases that another scoring has unchanged."""
    rows = metric_rows(store, scoring.id, shared_with.id if shared_with else None)
    return metrics(
        MetricRow(scorer, kind, value, passed, json.loads(detail))
        for scorer, kind, value, passed, detail in rows
        if value is not None and passed is not None  # an unscored sample is the gate's business, not a zero
    )


def list_pairs(store: Store, base: Scoring | None, candidate: Scoring, policy: GatePolicy) -> Iterator[Pair]:
    """Pairs as the gate wants them: with the gated metric's values, and cases marked that only a judge scores."""
    scorer = policy.metric.removesuffix(".mean") if policy.metric.endswith(".mean") else None
    only_judges = _only_judges(candidate)
    for pair in pairs(store, base.id if base else None, candidate.id, scorer):
        yield replace(pair, judged_only=True) if only_judges else pair


def _only_judges(scoring: Scoring) -> bool:
    kinds = {spec["kind"] for spec in json.loads(scoring.scorers)["scorers"] if not spec["advisory"]}
    return bool(kinds) and kinds <= JUDGES
