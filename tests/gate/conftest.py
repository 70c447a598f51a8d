"""Cases and runs in few words, for every test of the gate."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Graded, Pair, RunFacts, Verdict
from evaltui.gate.decide import decide

Decide = Callable[..., Verdict]
More = Mapping[str, object] | None


def graded(marks: str | None, value: float | None = None) -> Graded | None:
    """One case in one run: a mark per trial, `+` passed, `-` failed, `?` without a score; None: not run."""
    if marks is None:
        return None
    resolved = marks.count("+") + marks.count("-")
    own = marks.count("+") / resolved if resolved else None
    return Graded(marks.count("+"), resolved, marks.count("?"), own if value is None else value, f"reason {marks}")


def facts(run_id: int, seen: Sequence[Graded | None], **more: object) -> RunFacts:
    """What a run says of itself when its cases show everything."""
    known = [one for one in seen if one is not None]
    samples, unscored = sum(one.trials for one in known), sum(one.unresolved for one in known)
    return RunFacts(**{"run_id": run_id, "samples": samples, "unfinished": 0, "unscored": unscored} | more)


@pytest.fixture(scope="session")
def make_pair() -> Callable[..., Pair]:
    """`make_pair("a", "+", "-")`: the case `a` passed in the baseline and fails now."""

    def make(case_id: str, before: str | None, after: str | None, change: str = "same", **more: object) -> Pair:
        return Pair(case_id, change, graded(before), graded(after), **more)

    return make


@pytest.fixture(scope="session")
def gate() -> Decide:
    """`gate(pairs, policy="seed")`: the verdict of run 7 against baseline run 3."""

    def verdict(
        pairs: Sequence[Pair], *, first: bool = False, candidate: More = None, baseline: More = None, **policy: object
    ) -> Verdict:
        before = None if first else facts(3, [pair.baseline for pair in pairs], **baseline or {})
        after = facts(7, [pair.candidate for pair in pairs], **candidate or {})
        return decide(GatePolicy(**policy), after, before, iter(pairs))

    return verdict


@pytest.fixture(scope="session")
def many(make_pair: Callable[..., Pair]) -> Callable[..., list[Pair]]:
    """`many("+ -", 3)`: cases whose baseline and candidate have these marks, named apart by `prefix`."""

    def make(marks: str, count: int, prefix: str = "", **more: object) -> list[Pair]:
        before, after = marks.split()
        return [make_pair(f"{prefix}{index:04}", before, after, **more) for index in range(count)]

    return make
