"""Owns which number of a case the gate compares: its pass rate, a scorer's mean value, or none (a whole-set metric)."""

from evaltui.domain.verdict import Graded

BY_CASE = "pass_rate"


def is_mean(metric: str) -> bool:
    """`SCORER.mean`: every sample has a value of its own."""
    return metric.endswith(".mean")


def is_total(metric: str) -> bool:
    """Neither a pass rate nor a mean: a number of the whole set, such as `route.macro_f1`."""
    return metric != BY_CASE and not is_mean(metric)


def mean_of(seen: Graded | None, metric: str) -> float | None:
    """The case's number over its scored trials; for a whole-set metric its pass rate, which still says what broke."""
    if seen is None or seen.resolved == 0:
        return None
    return seen.value if is_mean(metric) else seen.passed / seen.resolved


def title(metric: str) -> str:
    """As people say it."""
    return metric.replace("_", " ")
