"""Owns the correction for asking many questions of one run, such as one per tag."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum
from typing import Literal

Method = Literal["holm", "bh", "by"]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """In the order of the p values that were given."""

    adjusted: tuple[float, ...]
    reject: tuple[bool, ...]


def adjust_pvalues(p: Sequence[float], method: Method = "holm", alpha: float = 0.05) -> Adjusted:
    """Holm where a rejection blocks; Benjamini-Hochberg or -Yekutieli for tables that are only looked at."""
    order = sorted(range(len(p)), key=p.__getitem__)
    ranked = [p[index] for index in order]
    steps = _holm(ranked) if method == "holm" else _step_up(ranked, method)
    by_index = dict(zip(order, steps, strict=True))
    adjusted = tuple(min(1.0, by_index[index]) for index in range(len(p)))
    return Adjusted(adjusted, tuple(value <= alpha for value in adjusted))


def _holm(ranked: list[float]) -> list[float]:
    return list(accumulate(((len(ranked) - rank) * value for rank, value in enumerate(ranked)), max))


def _step_up(ranked: list[float], method: Method) -> list[float]:
    n = len(ranked)
    penalty = fsum(1 / rank for rank in range(1, n + 1)) if method == "by" else 1.0
    scaled = [value * n / rank * penalty for rank, value in enumerate(ranked, 1)]
    return list(accumulate(reversed(scaled), min))[::-1]
