"""Owns what many releases say together: whether the score moves, by the slope of each case over them.

A test of the release means alone would be wrong: they share their cases, so they are not independent.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum, sqrt
from statistics import median
from typing import Literal

from evaltui.gate.clusters import cluster_variance
from evaltui.gate.distributions import two_sided_t
from evaltui.gate.paired import differences, smoothed_variance
from evaltui.gate.power import mde
from evaltui.gate.words import count, percent, points

Direction = Literal["rising", "falling", "plateau", "small change", "cannot tell", "saturated", "too few"]

FEWEST = 4  # releases below which numbers are shown and nothing is concluded
INFORMATIVE = 0.2  # share of cases that must tell releases apart before standing still means something
CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Slope:
    """The mean change of a case from one release to the next, with its interval."""

    slope: float
    se: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class TheilSen:
    """A line through points one apart, the first at 0, that single outliers do not bend."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Trend:
    """`change` is that from the first release to the last, with its 90 % interval; None where there is no interval."""

    direction: Direction
    words: str
    releases: int
    cases: int
    change: float | None = None
    low: float | None = None
    high: float | None = None
    line: TheilSen | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    """What was measured, on its way into words."""

    low: float
    high: float
    margin: float
    change: float

    @property
    def real(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def small(self) -> bool:
        return -self.margin < self.low and self.high < self.margin


def per_case_slope(
    scores_cases_by_releases: Sequence[Sequence[float]],
    conf: float = CONFIDENCE,
    groups: Sequence[Hashable] | None = None,
) -> Slope | None:
    """The least-squares slope of each case over its releases, averaged; None below two cases, releases or groups."""
    rows = scores_cases_by_releases
    clusters = list(range(len(rows))) if groups is None else list(groups)
    df = len(set(clusters)) - 1
    if df < 1 or len(rows[0]) < 2:
        return None
    slopes = list(map(_slope, rows))
    mean, se = fsum(slopes) / len(slopes), sqrt(cluster_variance(slopes, clusters))
    half = two_sided_t(conf, df) * se if se else 0.0
    return Slope(mean, se, mean - half, mean + half)


def _slope(scores: Sequence[float]) -> float:
    middle = (len(scores) - 1) / 2
    spread = fsum((at - middle) ** 2 for at in range(len(scores)))
    return fsum((at - middle) * score for at, score in enumerate(scores)) / spread


def theil_sen(y: Sequence[float]) -> TheilSen | None:
    """The median of the slopes of all pairs of points; None below two points."""
    slopes = [(y[b] - y[a]) / (b - a) for a, b in combinations(range(len(y)), 2)]
    if not slopes:
        return None
    slope = median(slopes)
    return TheilSen(slope, median(y) - slope * median(range(len(y))))


def trend(
    scores: Sequence[Sequence[float]], margin: float, groups: Sequence[Hashable] | None = None, releases: int = 0
) -> Trend:
    """`scores` hold, for each case, one number a release, oldest first; `margin` is the change that matters."""
    many = len(scores[0]) if scores else releases
    if many < FEWEST or not scores:
        return Trend("too few", _too_few(many, len(scores)), many, len(scores))
    means = [fsum(case[at] for case in scores) / len(scores) for at in range(many)]
    line, found = theil_sen(means), per_case_slope(scores, groups=groups)
    if found is None:
        return Trend("cannot tell", "cannot tell: one case shows no trend", many, len(scores), line=line)
    low, high, change = (round((many - 1) * end, 12) for end in (found.lo, found.hi, found.slope))
    moved = _Moved(low, high, margin, change)
    direction = _direction(moved, scores, means[-1])
    return Trend(
        direction, f"{direction}: {_words(direction, moved, scores)}", many, len(scores), change, low, high, line
    )


def _too_few(releases: int, cases: int) -> str:
    if releases >= FEWEST and not cases:
        return "no case has a score in every one of these releases"
    return f"{count(releases, 'comparable release')}: a trend needs {FEWEST}"


def _direction(moved: _Moved, scores: Sequence[Sequence[float]], now: float) -> Direction:
    if moved.real:
        return "small change" if moved.small else "rising" if moved.low > 0 else "falling"
    if not moved.small:
        return "cannot tell"
    return "saturated" if _saturated(scores, now) else "plateau"


def _saturated(scores: Sequence[Sequence[float]], now: float) -> bool:
    """Whether the set could hardly show a change: no room above, or too few cases that ever differ."""
    return 1 - now < _smallest_visible(scores) or _informative(scores) < INFORMATIVE


def _informative(scores: Sequence[Sequence[float]]) -> float:
    return sum(min(case) != max(case) for case in scores) / len(scores)


def _smallest_visible(scores: Sequence[Sequence[float]]) -> float:
    """The change between the last two releases that this set would show with 80 % power."""
    d = differences([case[-2] for case in scores], [case[-1] for case in scores])
    return mde(sqrt(smoothed_variance(d)))


def _words(direction: Direction, moved: _Moved, scores: Sequence[Sequence[float]]) -> str:
    over = f"over {count(len(scores[0]), 'release')}"
    low, high = (points(end).partition(" ")[0] for end in (moved.low, moved.high))
    span = f"{low} to {high} points"
    if direction in {"rising", "falling", "small change"}:
        return f"{points(moved.change)} {over} (90 % interval {low} to {high})"
    if direction == "plateau":
        return f"no change of {points(moved.margin).lstrip('+')} or more {over} ({span})"
    if direction == "saturated":
        return f"only {percent(_informative(scores))} of the cases ever differ {over}, so standing still says little"
    return f"anything from {span} is possible {over}"
