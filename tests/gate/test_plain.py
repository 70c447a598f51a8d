"""The evidence in one sentence."""

from typing import Any

import pytest

from evaltui.domain.verdict import Estimate
from evaltui.gate.plain import sureness


def seen(**more: Any) -> Estimate:
    known = {"low": -0.031, "high": 0.012, "floor": -0.028, "ceiling": 0.009, "mde": 0.035}
    return Estimate("pass_rate", 300, 0.8, 0.79, -0.01, 1, 4, **{**known, **more})


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (
            seen(evidence="improvement", floor=0.02),
            "Better, and hardly by chance: the true difference is at least +2.0",
        ),
        (
            seen(evidence="regression", ceiling=-0.02),
            "Worse, and hardly by chance: the true difference is at most −2.0",
        ),
        (
            seen(evidence="no_worse_than_margin"),
            "Not worse than allowed: a drop of 3.0 points or more can be ruled out.",
        ),
        (
            seen(),
            "Cannot tell better from worse: anything from −3.1 points to +1.2 points is possible; a drop below 3.5",
        ),
        (seen(groups=7), "Cannot tell better from worse: 7 groups of cases are too few"),
        (seen(floor=None), "This metric has no interval"),
    ],
)
def test_it_says_what_the_difference_proves_or_what_is_missing(estimate: Estimate, words: str) -> None:
    assert sureness(estimate, 0.03).startswith(words)
