"""Owns the interval of one run's rate: how far the true rate may lie from the one that was seen."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from evaltui.gate.clusters import cluster_variance
from evaltui.gate.distributions import two_sided_t, two_sided_z


@dataclass(frozen=True, slots=True)
class Interval:
    """Two-sided; ends are shares."""

    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean of case scores in [0, 1] and its interval; `n_eff` is the number of independent cases it is worth."""

    mean: float
    n_eff: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class ClusterMean:
    """A mean over clusters of cases, its standard error and t interval (which may leave [0, 1])."""

    mean: float
    se: float
    df: int
    lo: float
    hi: float


def wilson_ci(k: float, n: float, conf: float = 0.95) -> Interval:
    """The Wilson score interval of `k` passes in `n` > 0 cases, clipped to [0, 1]."""
    return _wilson(k / n, n, two_sided_z(conf))


def mean_ci_neff(
    scores: Sequence[float], conf: float = 0.95, groups: Sequence[Hashable] | None = None, trials: int = 1
) -> MeanInterval | None:
    """Wilson's interval at the effective number of cases; None for no cases, or one where spread must be estimated.

    `scores` are case means in [0, 1] over `trials` repeats. Its coverage holds near 0 and 1, where the interval
    of Wald and the percentile bootstrap fail (Bowyer 2025, arXiv 2503.01747).
    """
    n = len(scores)
    clusters = list(range(n)) if groups is None else list(groups)
    simple = groups is None and trials == 1 and set(scores) <= {0, 1}
    df = len(set(clusters)) - 1
    if n == 0 or (df < 1 and not simple):
        return None
    mean = fsum(scores) / n
    variance = _spread(scores, mean) if groups is None else cluster_variance(scores, clusters)
    n_eff = min(max(mean * (1 - mean) / variance, 1.0), float(n * trials)) if variance > 0 else float(n)
    found = _wilson(mean, n_eff, two_sided_z(conf) if simple else two_sided_t(conf, df))
    return MeanInterval(mean, n_eff, found.lo, found.hi)


def cluster_se(scores: Sequence[float], groups: Sequence[Hashable], conf: float = 0.95) -> ClusterMean | None:
    """The clustered standard error with the G/(G-1) correction (Miller 2024 omits it); None below two groups."""
    df = len(set(groups)) - 1
    if df < 1:
        return None
    mean, se = fsum(scores) / len(scores), sqrt(cluster_variance(scores, groups))
    half = two_sided_t(conf, df) * se
    return ClusterMean(mean, se, df, mean - half, mean + half)


def zero_failures_upper(n: int, conf: float = 0.95) -> float:
    """The failure rate that `n` > 0 cases without a failure still allow, one-sided and exact."""
    return float(1 - (1 - conf) ** (1 / n))


def _spread(scores: Sequence[float], mean: float) -> float:
    return fsum((score - mean) ** 2 for score in scores) / len(scores) ** 2


def _wilson(p: float, n: float, z: float) -> Interval:
    scale = 1 + z * z / n
    center = (p + z * z / (2 * n)) / scale
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return Interval(max(0.0, center - half) if p > 0 else 0.0, min(1.0, center + half) if p < 1 else 1.0)
