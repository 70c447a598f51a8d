"""Owns the F1 formulas: 2·TP / (2·TP + FP + FN); micro pools the counts, macro averages the F1 of each class."""

from collections.abc import Iterable
from typing import NamedTuple


class Counts(NamedTuple):
    """True positives, false positives, false negatives; a wrong value is one `fp` and one `fn`."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: object) -> "Counts":
        return Counts(*map(sum, zip(self, other, strict=True))) if isinstance(other, Counts) else NotImplemented


def f1(counts: Counts) -> float | None:
    """F1 in [0, 1]; None where nothing was expected and nothing given."""
    whole = 2 * counts.tp + counts.fp + counts.fn
    return 2 * counts.tp / whole if whole else None


def micro(counts: Iterable[Counts]) -> float | None:
    """F1 of the pooled counts."""
    return f1(sum(counts, start=Counts()))


def macro(values: Iterable[float | None]) -> float | None:
    """The mean of those that are defined; None when none is."""
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else None
