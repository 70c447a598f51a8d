"""Owns what a difference proves: the words of a 90 % interval, the point rule, and the bounds under missing scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from evaltui.domain.verdict import Evidence
from evaltui.gate.tango import tango_ci

TOLERANCE = 1e-9  # of a mean: noise of floating point must never flip the point rule

Span = tuple[float, float]
"""The lowest and the highest that a case's mean may be; equal when every trial has a score."""


@dataclass(frozen=True, slots=True)
class GateEvidence:
    """`floor` and `ceiling` are one-sided 95 % bounds; `seed_ok` is the point rule, which the words only qualify."""

    floor: float
    ceiling: float
    evidence: Evidence
    seed_ok: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """The mean difference if every missing score went against the candidate, or for it (Manski)."""

    worst: float
    best: float
    n_unresolved: int


def gate_evidence(broke: int, fixed: int, n: int, margin: float) -> GateEvidence:
    """What `n` > 0 pass-or-fail pairs prove about a drop of `margin`."""
    found = tango_ci(broke, fixed, n, 0.90)
    return GateEvidence(found.lo, found.hi, classify(found.lo, found.hi, margin), seed_ok(found.delta))


def classify(floor: float, ceiling: float, margin: float) -> Evidence:
    """The strongest statement the one-sided 95 % bounds allow."""
    if ceiling < 0:
        return "regression"
    if floor > 0:
        return "improvement"
    return "no_worse_than_margin" if floor > -margin else "inconclusive"


def seed_ok(difference: float) -> bool:
    """At or above the baseline."""
    return difference >= -TOLERANCE


def aggregate_ge(base: Sequence[float], cand: Sequence[float]) -> bool:
    """Whether the candidate's mean over the same cases is at or above the baseline's."""
    return seed_ok((fsum(cand) - fsum(base)) / len(base))


def manski_bounds(base: Iterable[Span], cand: Iterable[Span]) -> Bounds:
    """How far the difference can move with the scores that are missing; needs at least one case."""
    pairs = list(zip(base, cand, strict=True))
    worst = fsum(after[0] - before[1] for before, after in pairs) / len(pairs)
    best = fsum(after[1] - before[0] for before, after in pairs) / len(pairs)
    return Bounds(worst, best, sum(before[0] < before[1] or after[0] < after[1] for before, after in pairs))
