"""Owns how thin an evalset is where: how sure the rate of each tag is, and how many cases it lacks to show a drop."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal

from evaltui.domain.case import Case

THIN = 30
"""Cases below which a rate is no more than a count."""
DISCORDANCE = 0.08
"""Cases that come out otherwise in another run, where nothing better is known: 8 of 11 real pairs lay at 4.7–9.7 %."""
FEWEST, ENOUGH = 100, 300
_DIVERSE = 0.9


@dataclass(frozen=True, slots=True)
class TagCoverage:
    """`failures` is None where no case has a result; shares are in [0, 1].

    `half_width`: of the 95 % Wilson interval, at the rate seen or, without results, the worst one. `more`: cases to
    add before a drop of `drop` shows four times in five.
    """

    tag: str
    cases: int
    judged: int
    failures: int | None
    half_width: float
    drop: float
    more: int

    @property
    def thin(self) -> bool:
        """Whether there are too few cases for a rate."""
        return self.cases < THIN

    @property
    def advice(self) -> str:
        """What to add; empty where nothing is missing."""
        return f"{self.more} more in `tag: {self.tag}` to see a {self.drop * 100:g}-point drop" if self.more else ""


@dataclass(frozen=True, slots=True)
class Size:
    """What the size of a set asks for next; `distinct` cases are no copies or variants of others."""

    cases: int
    distinct: int
    wants: Literal["diversity", "cases", "nothing"]
    advice: str


def coverage(
    cases: Iterable[Case], passed: Mapping[str, bool] | None = None, *, drop: float = 0.05,
    discordance: float | None = None,
) -> tuple[TagCoverage, ...]:  # fmt: skip
    """By tag, the thinnest first. `passed` is the result of a run by case id; a case that is absent was not judged.

    `discordance` is the share of cases that come out otherwise between two runs of this set, if that is known.
    """
    results: dict[str, list[bool | None]] = defaultdict(list)
    for case in cases:
        for tag in dict.fromkeys(case.tags):
            results[tag].append((passed or {}).get(case.id))
    needed = cases_needed(drop, DISCORDANCE if discordance is None else discordance)
    found = (_of(tag, seen, drop, needed) for tag, seen in results.items())
    return tuple(sorted(found, key=lambda each: (each.cases, each.tag)))


def cases_needed(drop: float, discordance: float = DISCORDANCE) -> int:
    """Cases that show `drop` in (0, 1] four times in five at two-sided 5 %, as McNemar's test would.

    A drop of 5 points cannot come with less than 5 % of the cases changed: a smaller `discordance` is taken as that.
    """
    normal = NormalDist()
    z = normal.inv_cdf(0.975) + normal.inv_cdf(0.8)
    return ceil(z * z * (max(discordance, drop) - drop * drop) / (drop * drop))


def half_width(passes: float, cases: int) -> float:
    """Of the 95 % Wilson interval of `passes` in `cases` > 0, a share."""
    z = NormalDist().inv_cdf(0.975)
    rate = passes / cases
    return z / (1 + z * z / cases) * sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases))


def size_advice(cases: int, distinct: int) -> Size:
    """Diversity comes before count: copies make intervals narrow that nothing else supports."""
    if cases and distinct < _DIVERSE * cases:
        spare = cases - distinct
        said = f"{spare} of {cases} cases are copies or variants of others: replace them by different ones first"
        return Size(cases, distinct, "diversity", said)
    if cases < FEWEST:
        said = f"{cases} cases: {FEWEST}–{ENOUGH} are a good start, each unlike the others"
        return Size(cases, distinct, "cases", said)
    said = f"{cases} cases: enough to start with; add what fails in production, where a tag is thin"
    return Size(cases, distinct, "nothing", said)


def _of(tag: str, seen: list[bool | None], drop: float, needed: int) -> TagCoverage:
    judged = [result for result in seen if result is not None]
    passes, n = (sum(judged), len(judged)) if judged else (len(seen) / 2, len(seen))
    failures = judged.count(False) if judged else None
    return TagCoverage(tag, len(seen), len(judged), failures, half_width(passes, n), drop, max(0, needed - len(seen)))
