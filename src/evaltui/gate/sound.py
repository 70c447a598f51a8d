"""Owns what evidence must look like before anything is concluded from it."""

from math import isfinite

from evaltui.domain.verdict import Graded, Pair, RunFacts


def flaw(pair: Pair) -> str:
    """Why a pair cannot be used; empty when it can."""
    return next(filter(None, (_flaw(seen) for seen in (pair.baseline, pair.candidate))), "")


def facts_flaw(facts: RunFacts, trials: int) -> str:
    """Why a run's counts contradict themselves, or the `trials` that its cases show; empty when they agree."""
    if min(facts.samples, facts.unfinished, facts.unscored) < 0:
        return f"run {facts.run_id} reports a negative count of samples"
    if max(facts.unfinished, facts.unscored) > facts.samples:
        return f"run {facts.run_id} misses more samples than its {facts.samples}"
    if trials > facts.samples:
        return f"the cases show {trials} trials of run {facts.run_id}, which has {facts.samples} samples"
    return ""


def share_flaw(value: float) -> bool:
    """Whether a number is no share in [0, 1]; NaN is none."""
    return not isfinite(value) or not 0 <= value <= 1


def _flaw(seen: Graded | None) -> str:
    if seen is None:
        return ""
    if min(seen.passed, seen.resolved, seen.unresolved) < 0 or seen.passed > seen.resolved:
        return f"its counts contradict each other: {seen.passed} passed of {seen.resolved}"
    if seen.value is not None and share_flaw(seen.value):
        return f"its value {seen.value} is not in [0, 1]"
    return ""
