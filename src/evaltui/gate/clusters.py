"""Owns the variance of a mean whose cases come in groups: one template, one user, one document."""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from math import fsum


def group_sums(values: Iterable[float], groups: Iterable[Hashable]) -> list[float]:
    """The sum of each group, exactly rounded, so that the order of the cases changes nothing."""
    return [fsum(members) for members in _members(values, groups)]


def cluster_variance(values: Sequence[float], groups: Iterable[Hashable]) -> float:
    """The variance of the mean of `values`, G/(G-1) corrected; needs at least two groups."""
    mean = fsum(values) / len(values)
    sums = [fsum(value - mean for value in members) for members in _members(values, groups)]
    return len(sums) / (len(sums) - 1) * fsum(total * total for total in sums) / len(values) ** 2


def _members(values: Iterable[float], groups: Iterable[Hashable]) -> "list[array[float]]":
    members: dict[Hashable, array[float]] = {}
    for value, group in zip(values, groups, strict=True):
        members.setdefault(group, array("d")).append(value)
    return list(members.values())
