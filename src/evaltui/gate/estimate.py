"""Owns the choice of method: from the compared cases to one difference with its interval, p value and evidence."""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import fsum, sqrt

from evaltui.domain.verdict import Estimate, Evidence, Pair
from evaltui.gate.clusters import group_sums
from evaltui.gate.evidence import classify
from evaltui.gate.ledger import Ledger, read
from evaltui.gate.metric import is_total
from evaltui.gate.paired import (
    DECIMALS,
    PairedMean,
    Smoothed,
    differences,
    paired_cluster,
    paired_t,
    sign_flip_exact,
    smoothed_cluster,
    smoothed_paired,
    smoothed_variance,
)
from evaltui.gate.power import mde
from evaltui.gate.sound import share_flaw
from evaltui.gate.tango import Difference, mcnemar, tango_ci

FEW_GROUPS = 20  # below it even clustered bounds pass whole lost groups too often: the evidence is capped
FEW_CASES = 30  # below it a t test leans on a shape it cannot see

Totals = tuple[float | None, float | None]
"""The baseline's and the candidate's value of a whole-set metric."""


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Nothing can be compared, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Test:
    """`wide` is the two-sided 95 % interval, `narrow` the 90 % one whose ends decide."""

    method: str
    wide: Smoothed | Difference | None
    narrow: Smoothed | Difference | None
    p: float | None
    se: float | None


def estimate(
    metric: str, pairs: Iterable[Pair], *, margin: float = 0.02, totals: Totals | None = None
) -> Estimate | NoEstimate:
    """The candidate against the baseline on the pairs whose `change` is `same`; one pass, any order.

    `totals` are needed for a whole-set metric such as `route.macro_f1`, which then has no interval.
    """
    ledger = read(metric, pairs)
    if ledger.flaws:
        first = min(ledger.flaws, key=lambda said: said.case_id)
        return NoEstimate(f"{first.case_id}: {first.reason}")
    return measure(ledger, margin=margin, totals=totals)


def measure(ledger: Ledger, *, margin: float, totals: Totals | None = None) -> Estimate | NoEstimate:
    """`estimate` of cases that were already read and found sound."""
    if not ledger.judged:
        return NoEstimate(_nothing(ledger))
    return _of_totals(ledger, totals) if is_total(ledger.metric) else _of_cases(ledger, margin)


def _nothing(ledger: Ledger) -> str:
    if not ledger.changes["same"]:
        return "no case is shared with the baseline"
    if ledger.inapplicable:
        return f"no compared case has a value of {ledger.metric}"
    return f"no compared case has a value of {ledger.metric} in both runs"


def _of_totals(ledger: Ledger, totals: Totals | None) -> Estimate | NoEstimate:
    before, after = totals or (None, None)
    if before is None or after is None:
        return NoEstimate(f"{ledger.metric} is unknown or undefined in {_whose(before, after)}")
    if share_flaw(before) or share_flaw(after):
        return NoEstimate(f"{ledger.metric} is not a share in [0, 1]: {before} → {after}")
    if unresolved := ledger.bounds().n_unresolved:
        return NoEstimate(f"{ledger.metric} has no worst case that could stand in for {unresolved} unresolved cases")
    difference = round(after - before, DECIMALS)
    return Estimate(
        ledger.metric, len(ledger.after), before, after, difference, len(ledger.fixed), len(ledger.broke),
        method="no interval", trials=ledger.trials,
    )  # fmt: skip


def _of_cases(ledger: Ledger, margin: float) -> Estimate:
    before, after = ledger.before.high, ledger.after.low
    d, n = array("d", differences(before, after)), len(after)
    groups = len(set(ledger.groups))
    grouped = groups < n
    test = _choose(d, ledger.groups if grouped else None, binary=ledger.trials == 1 and set(d) <= {-1.0, 0.0, 1.0})
    low, high = _ends(test.wide)
    floor, ceiling = _ends(test.narrow)
    return Estimate(
        metric=ledger.metric, n=n, baseline=fsum(before) / n, candidate=fsum(after) / n, difference=fsum(d) / n,
        fixed=len(ledger.fixed), broke=len(ledger.broke), low=low, high=high, floor=floor, ceiling=ceiling, p=test.p,
        mde=None if test.se is None else min(1.0, mde(test.se)), method=test.method, groups=groups if grouped else None,
        trials=ledger.trials, unresolved=ledger.bounds().n_unresolved,
        evidence=_evidence(floor, ceiling, margin, few=grouped and groups < FEW_GROUPS),
    )  # fmt: skip


def _choose(d: Sequence[float], groups: Sequence[Hashable] | None, *, binary: bool) -> _Test:
    if groups is not None:
        return _clustered(d, groups)
    return _binary(d) if binary else _graded(d)


def _binary(d: Sequence[float]) -> _Test:
    broke, fixed = d.count(-1.0), d.count(1.0)
    interval = partial(tango_ci, broke, fixed, len(d))
    return _Test("Tango, McNemar mid-p", interval(0.95), interval(0.90), mcnemar(broke, fixed).p_mid, _se(d))


def _graded(d: Sequence[float]) -> _Test:
    flipped = sign_flip_exact(d) if len(d) < FEW_CASES else None
    name = "t test" if flipped is None else "sign flips"
    p = _p(paired_t(d)) if flipped is None else flipped
    return _Test(f"smoothed, {name}", smoothed_paired(d), smoothed_paired(d, 0.90), p, _se(d))


def _clustered(d: Sequence[float], groups: Sequence[Hashable]) -> _Test:
    few = len(set(groups)) < FEW_GROUPS
    flipped = sign_flip_exact(group_sums(d, groups)) if few else None
    tested, wide = paired_cluster(d, groups), smoothed_cluster(d, groups)
    name = "t test" if flipped is None else "sign flips of groups"
    p = _p(tested) if flipped is None else flipped
    se = None if tested is None or wide is None else tested.se or wide.se
    return _Test(f"smoothed over groups, {name}", wide, smoothed_cluster(d, groups, 0.90), p, se)


def _p(tested: PairedMean | None) -> float | None:
    return None if tested is None else tested.p


def _se(d: Sequence[float]) -> float | None:
    """The plain standard error; the smoothed one where the differences show no spread."""
    if len(d) < 2:
        return None
    mean = fsum(d) / len(d)
    spread = fsum((x - mean) ** 2 for x in d) / len(d) ** 2
    return sqrt(spread or smoothed_variance(d))


def _ends(found: Smoothed | Difference | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None else (max(-1.0, found.lo), min(1.0, found.hi))


def _evidence(floor: float | None, ceiling: float | None, margin: float, *, few: bool) -> Evidence:
    return "inconclusive" if few or floor is None or ceiling is None else classify(floor, ceiling, margin)


def _whose(before: float | None, after: float | None) -> str:
    return "both runs" if before is None and after is None else "the baseline" if before is None else "this run"
