"""Owns the comparison of two runs by the differences of their cases: repeats, graded scores and groups."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from evaltui.gate.clusters import cluster_variance
from evaltui.gate.distributions import t_cdf, two_sided_t

DECIMALS = 12  # unrounded ties such as .3-.2 against .2-.1 would count as different
MOST_FLIPS = 15  # 2 to this power sign patterns are enumerated
_SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Smoothed:
    """`center` is shrunk towards 0; the interval is `center` ± t·`se`, and never [0, 0]."""

    delta: float
    center: float
    se: float
    df: int
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class PairedMean:
    """A mean difference with its t test."""

    delta: float
    se: float
    df: int
    p: float
    lo: float
    hi: float


def differences(base: Sequence[float], cand: Sequence[float]) -> list[float]:
    """Candidate minus baseline per case, rounded so that equal drops are equal numbers."""
    return [round(after - before, DECIMALS) for before, after in zip(base, cand, strict=True)]


def smoothed_paired(d: Sequence[float], conf: float = 0.95) -> Smoothed | None:
    """The interval of a mean difference with one imaginary win and one imaginary loss; None below two cases.

    For pass or fail it equals Bonett and Price (2012); it holds its coverage where a t interval has no spread to see.
    """
    n = len(d)
    return None if n < 2 else _smoothed(n, fsum(d), smoothed_variance(d), n - 1, conf)


def smoothed_variance(d: Sequence[float]) -> float:
    """Of the mean of `d` with one imaginary win and one imaginary loss; never 0."""
    n, total = len(d), fsum(d)
    return (fsum(x * x for x in d) + 2 - total * total / (n + 2)) / (n + 2) ** 2


def smoothed_cluster(d: Sequence[float], groups: Sequence[Hashable], conf: float = 0.95) -> Smoothed | None:
    """`smoothed_paired` for cases that come in groups; None below two groups."""
    n, df = len(d), len(set(groups)) - 1
    if df < 1:
        return None
    variance = (n * n * cluster_variance(d, groups) + 2) / (n + 2) ** 2
    return _smoothed(n, fsum(d), variance, df, conf)


def paired_t(d: Sequence[float], conf: float = 0.95) -> PairedMean | None:
    """The paired t test and interval; None below two cases. Its interval must not gate: it is blind without spread."""
    n = len(d)
    if n < 2:
        return None
    mean = fsum(d) / n
    return _tested(mean, sqrt(fsum((x - mean) ** 2 for x in d) / (n - 1) / n), n - 1, conf)


def paired_cluster(d: Sequence[float], groups: Sequence[Hashable], conf: float = 0.95) -> PairedMean | None:
    """`paired_t` for cases that come in groups; None below two groups."""
    df = len(set(groups)) - 1
    return None if df < 1 else _tested(fsum(d) / len(d), sqrt(cluster_variance(d, groups)), df, conf)


def sign_flip_exact(d: Sequence[float]) -> float | None:
    """The two-sided permutation p of the mean, over all sign patterns; None above `MOST_FLIPS` that differ."""
    nonzero = sorted(abs(x) for x in d if x != 0)
    if len(nonzero) > MOST_FLIPS:
        return None
    totals = [0.0]
    for size in nonzero:
        totals = [total + signed for total in totals for signed in (size, -size)]
    seen = abs(fsum(d)) - _SLACK
    return sum(abs(total) >= seen for total in totals) / len(totals)


def _smoothed(n: int, total: float, variance: float, df: int, conf: float) -> Smoothed:
    center, se = total / (n + 2), sqrt(variance)
    half = two_sided_t(conf, df) * se
    return Smoothed(total / n, center, se, df, center - half, center + half)


def _tested(mean: float, se: float, df: int, conf: float) -> PairedMean:
    half = two_sided_t(conf, df) * se if se else 0.0
    p = 2 * t_cdf(-abs(mean) / se, df) if se else float(mean == 0)
    return PairedMean(mean, se, df, p, mean - half, mean + half)
