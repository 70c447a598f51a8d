"""Owns what happened to a case between two runs, and in which order people look at cases."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

from evaltui.domain.verdict import Graded, Pair

Kind = Literal["broke", "unresolved", "changed", "fixed", "same", "new", "gone"]

_ORDER: tuple[Kind, ...] = ("broke", "unresolved", "changed", "fixed", "new", "gone", "same")


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of each kind; they add up to `total`."""

    fixed: int = 0
    broke: int = 0
    changed: int = 0
    same: int = 0
    new: int = 0
    gone: int = 0
    unresolved: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))


def kind(pair: Pair) -> Kind:
    """What happened to the case.

    fixed, broke: crossed between passing every trial and failing one. changed: scored differently without crossing.
    new: the baseline never saw the case as it is now. gone: the case is no longer in the evalset.
    unresolved: a score is missing and what is there does not settle it.
    """
    if pair.change != "same":
        return "gone" if pair.change == "removed" else "new"
    if pair.broke:
        return "broke"
    if not (_settled(pair.baseline) and _settled(pair.candidate)):
        return "unresolved"
    if pair.fixed:
        return "fixed"
    return "same" if _result(pair.baseline) == _result(pair.candidate) else "changed"


def summary(pairs: Iterable[Pair]) -> Counts:
    """How many cases of each kind; one pass."""
    return counted(Counter(map(kind, pairs)))


def counted(kinds: "Counter[Kind]") -> Counts:
    """`summary` of kinds that were counted already."""
    return Counts(**{name: kinds[name] for name in _ORDER})


def ordered(pairs: Iterable[Pair]) -> list[Pair]:
    """What differs before what is the same, critical cases first, then the deepest drop; ties by kind and name."""

    def place(pair: Pair) -> tuple[bool, bool, float, int, str]:
        what = kind(pair)
        return what == "same", not pair.critical, drop(pair), _ORDER.index(what), pair.case_id

    return sorted(pairs, key=place)


def drop(pair: Pair) -> float:
    """The change of the share of passed trials and, between equal shares, of the value; below 0 is worse.

    A case that cannot be compared stands at 0, with those that did not move.
    """
    before, after = pair.baseline, pair.candidate
    if pair.change != "same" or before is None or after is None or not before.resolved or not after.resolved:
        return 0.0
    moved = after.passed / after.resolved - before.passed / before.resolved
    return moved or (after.value or 0.0) - (before.value or 0.0)


def _settled(seen: Graded | None) -> bool:
    return seen is not None and seen.resolved > 0 and not seen.unresolved


def _result(seen: Graded | None) -> tuple[float, float | None]:
    return (seen.passed / seen.resolved, seen.value) if seen else (0.0, None)
