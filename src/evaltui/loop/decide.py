"""Step 6: a run that is complete is summed up and held against the baseline."""

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache

from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.domain.errors import Refused
from evaltui.domain.evalset import GatePolicy
from evaltui.domain.run import Run
from evaltui.domain.verdict import Pair, RunFacts, Status, Verdict
from evaltui.gate.decide import decide as decided
from evaltui.gate.edits import edited, told
from evaltui.gate.intervals import mean_ci_neff
from evaltui.gate.metric import is_total
from evaltui.gate.trials import Repeats
from evaltui.loop.baselines import promoted_run
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.loop.session import Session
from evaltui.loop.unedited import Before, golds_before, promoted_scoring
from evaltui.scores.metrics import MetricRow, metrics
from evaltui.store.batches import uncollected
from evaltui.store.database import Store
from evaltui.store.leaks import leak_check
from evaltui.store.pairs import pairs
from evaltui.store.promotions import promotions
from evaltui.store.runs import grade_counts, progress, standing
from evaltui.store.scores import Scoring, metric_rows
from evaltui.store.verdicts import add_summary, add_verdict

ELSEWHERE = "its results were made elsewhere, by an agent whose files are not here"
EARLIER = "the run was made before evaltui looked for leaks; the next run is checked"
JUDGES = frozenset({"judge"})
WORST: tuple[Status, ...] = ("fail", "incomplete", "pass")


def decide(session: Session) -> bool:
    """Once all samples are graded: store the summary and the verdict. Nothing moves after it."""
    if session.verdict is None and (done := _done(session)):
        summarise(session.store, session.run)
        session.verdict = verdict(session.store, session.run)
        keep(session.store, session.verdict)
        session.phase("decided", done, done)
    return False


def _done(session: Session) -> int:
    """How many samples there are once all of them are graded; before it 0. Only a run without batches is counted."""
    if uncollected(session.store, session.run.id):
        return 0
    found = progress(session.store, session.run.id)
    return found.samples if found.settled else 0


def summarise(store: Store, run: Run) -> None:
    """Every scorer's metrics and the counts of a scoring, kept so that lists need not add them up."""
    scoring = scoring_of(store, run)
    add_summary(store, scoring.id, *grade_counts(store, run.id), json.dumps(all_metrics(store, run, scoring)))


def all_metrics(store: Store, run: Run, scoring: Scoring) -> dict[str, float | None]:
    """The pass rate with its interval, and every scorer's metrics."""
    return pass_rate(store, run, scoring) | run_metrics(store, scoring)


def pass_rate(store: Store, run: Run, scoring: Scoring) -> dict[str, float | None]:
    """The share of cases that pass with its 95 % interval, over resolved cases and with their groups.

    With several trials also `trials.pass^k` (all of k trials pass) and `trials.pass@k` (one of k does).
    """
    values, groups, repeats = array("d"), [], Repeats(run.trials)
    for number, pair in enumerate(pairs(store, None, scoring.id, None)):
        if pair.candidate and pair.candidate.resolved:
            values.append(pair.candidate.passed / pair.candidate.resolved)
            groups.append(pair.group or number)
            repeats.add(pair.candidate.resolved, pair.candidate.passed)
    grouped = groups if len(set(groups)) < len(groups) else None
    found = mean_ci_neff(values, groups=grouped, trials=run.trials)
    if found is None:
        return {}
    return {"pass_rate": found.mean, "pass_rate.low": found.lo, "pass_rate.high": found.hi} | repeats.metrics()


def keep(store: Store, found: Verdict) -> None:
    """Record a verdict beside the run it is about."""
    add_verdict(store, found.run_id, found.baseline_run_id, json.dumps(asdict(found)), found.status, datetime.now(UTC))


def verdict(store: Store, run: Run, against: Run | None = None) -> Verdict:
    """The gate's answer for a run now, against the baseline before it or a named run.

    A changed policy counts from the promotion that accepts it on: until then both the old one and the new one must
    pass, and the worse of the two answers stands.
    """
    base = against or promoted_run(store, run)
    if base is not None and base.id == run.id:
        raise Refused(f"run {run.id} cannot be held against itself")
    candidate = scoring_of(store, run)
    policies = [stored_gate(candidate), *([stored_gate(promoted_scoring(store, base))] if base else [])]
    answers = [_answer(store, run, base, policy) for policy in _different(policies)]
    worst = min(answers, key=lambda answer: WORST.index(answer.status))
    alone = base is None and worst.status != "fail" and promotions(store, run.evalset)
    return _only_baseline(worst) if alone else worst


def _different(policies: list[GatePolicy]) -> list[GatePolicy]:
    return [policy for at, policy in enumerate(policies) if policy not in policies[:at]]


def _only_baseline(found: Verdict) -> Verdict:
    """The words for the one run that was ever promoted: it has nothing to be held against."""
    words = f"run {found.run_id} is the baseline, and there was none before it to compare with"
    return replace(found, headline=f"INCOMPLETE: {words}", next_step="evaltui run EVALSET tries a candidate against it")


def _answer(store: Store, run: Run, base: Run | None, policy: GatePolicy) -> Verdict:
    """By the golds that stand and, where some were changed since the baseline was promoted, by those of before too."""
    candidate = scoring_of(store, run)
    other = scoring_of(store, base) if base else None
    known = (
        facts(store, run, candidate, other, policy),
        facts(store, base, other, candidate, policy) if base and other else None,
    )
    golds = golds_before(store, base) if base else {}
    found = decided(policy, *known, list_pairs(store, other, candidate, policy))
    if base is None or not golds:
        return found
    before = Before(store, base, run, golds, _gated(policy))
    was = {pair.case_id: pair for pair in before.pairs(_edited(store, other, candidate, policy, golds))}
    now = _edited(store, other, candidate, policy, golds)
    changed = tuple(edited(was[pair.case_id], pair) for pair in now if pair.change == "same")
    without = (
        None
        if is_total(policy.metric)
        else decided(policy, *known, before.pairs(list_pairs(store, other, candidate, policy)))
    )
    return told(found, changed, without) if changed else found


def _edited(
    store: Store, base: Scoring | None, candidate: Scoring, policy: GatePolicy, golds: Mapping[str, Case]
) -> Iterator[Pair]:
    return (pair for pair in list_pairs(store, base, candidate, policy) if pair.case_id in golds)


def facts(store: Store, run: Run, scoring: Scoring, other: Scoring | None, policy: GatePolicy) -> RunFacts:
    """What the gate must know of a run beside its cases; metrics over the cases that both runs share."""
    where = standing(store, run.id)
    values = run_metrics(store, scoring, other) if is_total(policy.metric) else {}
    return RunFacts(
        run.id,
        where.progress.samples,
        where.progress.pending,
        where.unresolved,
        values,
        {
            "evalset": run.evalset_digest,
            "agent": run.agent_digest,
            "scorers": _scorers_digest(scoring),
        },
        run.trials,
        run.engine,
        run.only,
        leak_check(store, run.id) or (ELSEWHERE if run.made_elsewhere else EARLIER),
    )


def _scorers_digest(scoring: Scoring) -> str:
    """Of the scorers and their code: scores of different ones are never compared."""
    body = json.loads(scoring.scorers)
    return digest([body["scorers"], body["versions"]])


def run_metrics(store: Store, scoring: Scoring, shared_with: Scoring | None = None) -> dict[str, float | None]:
    """`SCORER.METRIC` to its value, over all samples or those of cases that another scoring has unchanged."""
    specs = json.loads(scoring.scorers)["scorers"]
    labels = {spec["name"]: spec["arguments"].get("labels") or () for spec in specs}
    return metrics(metric_input(store, scoring, shared_with), labels)


def metric_input(store: Store, scoring: Scoring, shared_with: Scoring | None = None) -> Iterator[MetricRow]:
    """Every standing score that is one."""
    rows = metric_rows(store, scoring.id, shared_with.id if shared_with else None)
    read = lru_cache(1_000)(json.loads)  # most details are alike: the same labels, or nothing
    for scorer, kind, value, passed, detail in rows:
        if value is not None and passed is not None:  # an unscored sample is the gate's business, not a zero
            yield MetricRow(scorer, kind, value, passed, read(detail))


def list_pairs(store: Store, base: Scoring | None, candidate: Scoring, policy: GatePolicy) -> Iterator[Pair]:
    """Pairs as the gate wants them: with the gated metric's values, and cases marked that only a judge scores."""
    only_judges = _only_judges(candidate)
    for pair in pairs(store, base.id if base else None, candidate.id, _gated(policy)):
        yield replace(pair, judged_only=True) if only_judges else pair


def _gated(policy: GatePolicy) -> str | None:
    """The scorer whose values are compared, None where it is what passes."""
    return policy.metric.removesuffix(".mean") if policy.metric.endswith(".mean") else None


def _only_judges(scoring: Scoring) -> bool:
    kinds = {spec["kind"] for spec in json.loads(scoring.scorers)["scorers"] if not spec["advisory"]}
    return bool(kinds) and kinds <= JUDGES
