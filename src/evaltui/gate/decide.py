"""Owns the verdict: its checks, one status, and the words that come first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Estimate, Pair, RunFacts, Verdict
from evaltui.gate.aggregate import aggregate, undecided
from evaltui.gate.comparable import comparable
from evaltui.gate.complete import accounted, complete, soundness
from evaltui.gate.critical import critical
from evaltui.gate.estimate import NoEstimate, measure
from evaltui.gate.evidence import Bounds
from evaltui.gate.finding import NOT_DECIDED, Finding, found
from evaltui.gate.headline import headline, label, next_step, status_of
from evaltui.gate.leakage import leakage, unchecked
from evaltui.gate.ledger import Ledger, by_name, read, worst_first
from evaltui.gate.metric import is_total, title
from evaltui.gate.words import count, percent


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is to be decided, and on what."""

    policy: GatePolicy
    candidate: RunFacts
    baseline: RunFacts | None
    ledger: Ledger


def decide(policy: GatePolicy, candidate: RunFacts, baseline: RunFacts | None, pairs: Iterable[Pair]) -> Verdict:
    """Whether the candidate may ship; `pairs` are read once, in any order, and cover every case of either run.

    Passes only if every check passes. A failure stays a failure on incomplete evidence; anything else missing,
    undefined or contradictory makes the verdict incomplete.
    """
    matter = _Matter(policy, candidate, baseline, read(policy.metric, pairs if baseline else map(_alone, pairs)))
    if unsound := soundness(matter.ledger, candidate, baseline):
        return _verdict(matter, _refused(unsound))
    if baseline is None:
        return _verdict(matter, _first(matter))
    totals = baseline.metrics.get(policy.metric), candidate.metrics.get(policy.metric)
    measured = measure(matter.ledger, margin=policy.margin, totals=totals)
    findings = _compared(matter, baseline, measured)
    return _verdict(matter, findings, None if isinstance(measured, NoEstimate) else measured)


def _alone(pair: Pair) -> Pair:
    return replace(pair, change="same", baseline=None)


def _refused(unsound: Finding) -> list[Finding]:
    rest = [found(name, "incomplete", NOT_DECIDED) for name in ("comparable", "aggregate", "critical")]
    return [unsound, *rest]


def _first(matter: _Matter) -> list[Finding]:
    policy, candidate, ledger = matter.policy, matter.candidate, matter.ledger
    return [
        complete(ledger, candidate, None, policy.max_unresolved),
        comparable(ledger, candidate, None, policy),
        found("aggregate", "incomplete", _own(matter)),
        critical(ledger.critical, policy.critical, candidate.run_id, first=True),
    ]


def _own(matter: _Matter) -> str:
    """The candidate's number by itself, missing scores counting as failures."""
    metric, low = matter.policy.metric, matter.ledger.after.low
    alone = fsum(low) / len(low) if low else None
    value = matter.candidate.metrics.get(metric) if is_total(metric) else alone
    return f"{title(metric)} {'is unknown' if value is None else percent(value)} over {count(len(low), 'case')}"


def _compared(matter: _Matter, baseline: RunFacts, measured: Estimate | NoEstimate) -> list[Finding]:
    policy, candidate, ledger = matter.policy, matter.candidate, matter.ledger
    whole = complete(ledger, candidate, baseline, policy.max_unresolved)
    alike = comparable(ledger, candidate, baseline, policy)
    dropped = worst_first(ledger.dropped)
    if whole.status == alike.status == "pass":
        ruled = aggregate(policy, measured, candidate.run_id, dropped)
    else:
        bounds = _bounds(matter, baseline) if alike.status == "pass" else None
        ruled = undecided(policy, measured, bounds, candidate.run_id, dropped)
    return [whole, alike, ruled, critical(ledger.critical, policy.critical, candidate.run_id, first=False)]


def _bounds(matter: _Matter, baseline: RunFacts) -> Bounds | None:
    """How far the difference is open; None where samples are missing from cases nobody gave."""
    ledger = matter.ledger
    known = accounted(matter.candidate, ledger.candidate) and accounted(baseline, ledger.baseline)
    return ledger.bounds() if known and len(ledger.after) else None


def _verdict(matter: _Matter, findings: Sequence[Finding], measured: Estimate | None = None) -> Verdict:
    ledger, run, before = matter.ledger, matter.candidate.run_id, matter.baseline
    told = leakage(matter.policy, matter.candidate)
    findings = [*findings, told] if told else findings
    broke = worst_first(ledger.broke)
    return Verdict(
        status=status_of(findings), headline=headline(findings, broke), label=label(findings, measured),
        policy=_said(matter.policy), run_id=run, baseline_run_id=before.run_id if before else None,
        checks=tuple(finding.check for finding in findings), estimate=measured, fixed=worst_first(ledger.fixed),
        broke=broke, excluded=by_name(ledger.excluded), next_step=next_step(findings, run),
        notes=tuple(filter(None, (unchecked(matter.candidate),))),
    )  # fmt: skip


def _said(policy: GatePolicy) -> str:
    margin = f" (margin {percent(policy.margin)})" if policy.policy == "noninferior" else ""
    return f"{policy.metric}: {policy.policy}{margin}, critical {policy.critical}"
