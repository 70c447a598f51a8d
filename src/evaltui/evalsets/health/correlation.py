"""Owns which cases pass where the others fail, more than chance would have it in a set of so many cases."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import atanh, comb, sqrt
from statistics import NormalDist

FEWEST_RUNS = 10
CHANCE = 0.05
"""How often a set in which all is noise may have any such case."""
Results = Sequence[bool | None]


def against_the_rest(results: Mapping[str, Results]) -> dict[str, tuple[float, int]]:
    """Case → its correlation with the rate of all others over the runs, and in how many runs it was judged.

    Held to the bound of Benjamini and Hochberg over all cases that were judged often enough and both passed and failed.
    """
    totals, known = _totals(results), {}
    for case, runs in results.items():
        judged = [result for result in runs if result is not None]
        likeness = _item_rest(runs, totals) if len(judged) >= FEWEST_RUNS else None
        if likeness is not None:
            known[case] = likeness, len(judged), _chance(likeness, len(judged), sum(judged))
    ordered = sorted(known, key=lambda case: known[case][2])
    bound = max((at for at, case in enumerate(ordered, 1) if known[case][2] <= CHANCE * at / len(ordered)), default=0)
    taken = set(ordered[:bound])
    return {case: (likeness, judged) for case, (likeness, judged, _) in known.items() if case in taken}


def _chance(likeness: float, runs: int, passes: int) -> float:
    """How often noise correlates as badly, by Fisher's z; never rarer than one order of its passes among all."""
    z = atanh(max(likeness, -1 + 1e-12)) * sqrt(runs - 3) if likeness < 1 else float("inf")
    return max(NormalDist().cdf(z), 1 / comb(runs, passes))


def _totals(results: Mapping[str, Results]) -> list[tuple[int, int]]:
    """Passes and results of every run, the newest first."""
    runs = zip_longest(*(reversed(each) for each in results.values()))
    return [(sum(map(bool, run)), sum(each is not None for each in run)) for run in runs]


def _item_rest(runs: Results, totals: list[tuple[int, int]]) -> float | None:
    """How a case goes with the rate of all others over the runs; None where either never changes."""
    pairs = [
        (float(result), (passes - result) / (count - 1))
        for result, (passes, count) in zip(reversed(runs), totals, strict=False)
        if result is not None and count > 1
    ]
    if not pairs:
        return None
    middle = [sum(side) / len(pairs) for side in zip(*pairs, strict=True)]
    moved = [(x - middle[0], y - middle[1]) for x, y in pairs]
    spread = sqrt(sum(x * x for x, _ in moved) * sum(y * y for _, y in moved))
    return sum(x * y for x, y in moved) / spread if spread > 1e-12 else None
