"""Numbers as people read them."""

import pytest

from evaltui.gate.words import count, naming, p_value, percent, points


@pytest.mark.parametrize(("difference", "said"), [
    (0.072, "+7.2 points"), (-0.072, "−7.2 points"), (0.01, "+1.0 point"), (0.0, "0.0 points"),
    (-0.0003, "−0.03 points"), (0.00001, "+0.001 points"), (-1.0, "−100.0 points"),
])  # fmt: skip
def test_a_difference_is_said_in_points_and_never_rounds_to_nothing(difference: float, said: str) -> None:
    assert points(difference) == said


@pytest.mark.parametrize(("p", "said"), [
    (1.0, "=1.00"), (0.1338, "=.13"), (0.0342, "=.034"), (0.0999, "=.10"), (0.0005, "<.001"),
])  # fmt: skip
def test_a_p_value_keeps_the_digits_that_matter(p: float, said: str) -> None:
    assert p_value(p) == said


def test_shares_counts_and_names() -> None:
    assert percent(0.7413) == "74.1 %"
    assert (count(1, "case"), count(12_000, "case")) == ("1 case", "12,000 cases")
    assert naming(["a", "b", "c"]) == "a, b, c"
    assert naming([str(index) for index in range(5_003)]) == "0, 1, 2 and 5,000 more"
