"""Owns the comparison of two runs whose cases each pass or fail once: Tango's score interval and McNemar's test."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

from evaltui.gate.distributions import binom_cdf, two_sided_z

_HALVINGS = 60  # of an interval no wider than 2: the ends are then exact to the last bit


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares and its two-sided interval."""

    delta: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class McNemar:
    """Two-sided p values of "as many were fixed as broke"."""

    p_exact: float
    p_mid: float


def tango_ci(broke: int, fixed: int, n: int, conf: float = 0.95) -> Difference:
    """Tango's (1998) score interval of (fixed - broke) / n for `n` > 0 pairs; never [0, 0]."""
    z = two_sided_z(conf)
    delta = (fixed - broke) / n
    lo = _root(lambda at: _score(broke, fixed, n, at) - z, -1.0, delta)
    hi = _root(lambda at: _score(broke, fixed, n, at) + z, delta, 1.0)
    return Difference(delta, lo, hi)


def mcnemar(broke: int, fixed: int) -> McNemar:
    """The exact and the mid-p test of the discordant pairs (Fagerland 2013); equal counts give 1."""
    low, n = min(broke, fixed), broke + fixed
    if broke == fixed:
        return McNemar(1.0, 1.0)
    cdf, below = binom_cdf(low, n, 0.5), binom_cdf(low - 1, n, 0.5) if low else 0.0
    return McNemar(min(1.0, 2 * cdf), cdf + below)


def _score(broke: int, fixed: int, n: int, delta: float) -> float:
    """The standardised distance of what was seen from a true difference of `delta`; falls as `delta` rises."""
    b = -fixed - broke + (2 * n - fixed + broke) * delta
    c = -broke * delta * (1 - delta)
    q = (sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * q + delta * (1 - delta))
    distance = fixed - broke - n * delta
    if variance > 0:
        return distance / sqrt(variance)
    return inf if distance > 0 else -inf if distance < 0 else 0.0


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
