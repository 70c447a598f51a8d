"""Live and batches are two ways to make a run, and not compared unless the policy says so."""

from collections.abc import Iterator

import pytest

from evaltui.domain.evalset import GatePolicy
from evaltui.domain.verdict import Graded, Pair, RunFacts
from evaltui.gate.decide import decide

PASSED = Graded(1, 1, 0, 1.0, "passed")


def pairs() -> Iterator[Pair]:
    return (Pair(f"case-{n}", "same", PASSED, PASSED) for n in range(40))


def verdict(candidate: str, baseline: str, **policy: str) -> tuple[str, str]:
    runs = [RunFacts(number, 40, 0, 0, engine=engine) for number, engine in ((2, candidate), (1, baseline))]
    found = decide(GatePolicy.model_validate(policy), *runs, pairs())
    return found.status, found.headline


@pytest.mark.parametrize("engines", [("live", "claude"), ("claude", "live")])
def test_a_run_made_live_and_one_made_by_batches_are_not_compared_unasked(engines: tuple[str, str]) -> None:
    status, words = verdict(*engines)
    assert status == "incomplete"
    assert "made live" in words or "run 1 live" in words
    assert verdict(*engines, engines="any")[0] == "pass"


@pytest.mark.parametrize(
    "engines", [("claude", "claude"), ("live", "live"), ("imported", "claude"), ("live", "imported")]
)
def test_all_others_are(engines: tuple[str, str]) -> None:
    assert verdict(*engines)[0] == "pass"
