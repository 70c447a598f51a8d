"""What many releases say together."""

from collections.abc import Sequence

import pytest

from evaltui.gate.history import per_case_slope, theil_sen, trend

R = 5


def cases(*kinds: tuple[int, Sequence[float]]) -> list[list[float]]:
    """So many cases with these scores each."""
    return [list(scores) for count, scores in kinds for _ in range(count)]


STILL = cases((300, (1, 1, 1, 1, 1)), (100, (0, 0, 0, 0, 0)))
CHURN = cases((150, (1, 1, 0, 0, 0)), (150, (0, 0, 1, 1, 1)), (300, (1,) * R), (200, (0,) * R))


@pytest.mark.parametrize(
    ("scores", "margin", "direction"),
    [
        (cases((40, (0, 0, 1, 1, 1)), (60, (1,) * R)), 0.02, "rising"),
        (cases((40, (1, 1, 0, 0, 0)), (60, (1,) * R)), 0.02, "falling"),
        (CHURN, 0.1, "plateau"),
        (CHURN, 0.02, "cannot tell"),
        (cases((60, (0, 0, 0, 0, 1)), (900, (1, 0, 1, 0, 1)), (940, (0, 1, 0, 1, 0))), 0.2, "small change"),
        (STILL, 0.02, "saturated"),
        (cases((97, (1,) * R), (3, (1, 0, 1, 0, 1))), 0.1, "saturated"),
        (cases((40, (0, 0, 1)), (60, (1, 1, 1))), 0.02, "too few"),
    ],
)
def test_the_direction_is_said_only_as_far_as_the_cases_show_it(
    scores: list[list[float]], margin: float, direction: str
) -> None:
    assert trend(scores, margin).direction == direction


def test_the_words_tell_the_change_its_interval_and_over_how_many_releases() -> None:
    found = trend(cases((40, (0, 0, 1, 1, 1)), (60, (1,) * R)), 0.02)
    assert found.words == "rising: +48.0 points over 5 releases (90 % interval +38.2 to +57.8)"
    assert (found.releases, found.cases) == (5, 100)


def test_a_saturated_set_never_claims_that_nothing_moved() -> None:
    words = "saturated: only 0.0 % of the cases ever differ over 5 releases, so standing still says little"
    assert trend(STILL, 0.02).words == words


def test_too_few_releases_are_shown_without_a_conclusion() -> None:
    assert trend(cases((9, (0, 1, 1))), 0.02).words == "3 comparable releases: a trend needs 4"
    assert trend([], 0.02, releases=1).words == "1 comparable release: a trend needs 4"
    assert trend([], 0.02, releases=6).words == "no case has a score in every one of these releases"


def test_cases_of_one_group_count_as_one_witness() -> None:
    scores = cases((8, (0, 0, 1, 1)), (8, (1, 1, 1, 1)))
    alone, together = per_case_slope(scores), per_case_slope(scores, groups=["a"] * 8 + ["b"] * 8)
    assert alone is not None and together is not None
    assert alone.slope == together.slope and together.hi - together.lo > 5 * (alone.hi - alone.lo)


def test_the_drawn_line_is_not_bent_by_one_bad_release() -> None:
    line = theil_sen([0.5, 0.6, 0.1, 0.8, 0.9])
    assert line is not None and line.slope == pytest.approx(0.1)
    assert theil_sen([0.5]) is None
