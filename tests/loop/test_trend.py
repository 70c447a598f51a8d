"""The history of an evalset: its releases, which of them can be compared, and what they say together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.releases import Desk, RunDesk, desk

from evaltui.domain.errors import Unknown
from evaltui.loop.health import evalsets
from evaltui.loop.promote import promote
from evaltui.loop.trend import drawn, history_of, releases
from evaltui.store.database import Store
from evaltui.store.runs import latest_run

World = tuple[Desk, Store, RunDesk]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with desk(tmp_path) as made:
        yield made


def test_releases_come_oldest_first_with_score_interval_and_promotion(world: World) -> None:
    _, store, run = world
    first = run(wrong=(1, 2))
    promote(store, first, note="the first one")
    run(wrong=(1,))
    old, new = history_of(store, "desk").releases
    assert (old.run.id, old.score, new.score) == (1, 0.9, 0.95)
    assert old.low is not None and old.high is not None and old.low < 0.9 < old.high
    assert [promotion.note for promotion in old.promotions] == ["the first one"] and not new.promotions
    assert new.verdict == "pass"


def test_four_releases_make_a_trend_over_their_shared_cases(world: World) -> None:
    _, store, run = world
    for wrong in (range(10), range(7), range(3), range(0)):
        run(wrong=wrong)
    found = history_of(store, "desk").trend
    assert found is not None
    assert (found.direction, found.releases, found.cases) == ("rising", 4, 20)
    assert found.change == pytest.approx(0.51)


def test_three_releases_are_numbers_only(world: World) -> None:
    _, store, run = world
    for wrong in ((1,), (2,), (3,)):
        run(wrong=wrong)
    found = history_of(store, "desk").trend
    assert found is not None and found.words == "3 comparable releases: a trend needs 4"


def test_what_cannot_be_compared_says_why(world: World) -> None:
    made, store, run = world
    made.write(expected="yes!")
    run()
    made.write()
    run(only="id:c001")
    run(wrong=(1,))
    run(finish=False)
    gold, part, whole, begun = releases(store, "desk").releases
    assert [release.apart for release in (gold, part, whole, begun)] == [
        "only 0 of 20 cases are the same",
        "it asked only some of the cases",
        "",
        "it is not finished",
    ]
    assert (begun.score, whole.comparable, part.comparable) == (None, True, False)


def test_proofs_of_single_cases_are_no_releases_and_the_app_does_not_begin_at_one(world: World) -> None:
    _, store, run = world
    run(only="cases:c001")
    assert [release.run.id for release in releases(store, "desk").releases] == [1]
    whole = run()
    for _ in range(2):
        run(only="cases:c001")
    assert [release.run.id for release in releases(store, "desk", 2).releases] == [whole.id]
    assert latest_run(store, reruns=False) == whole
    assert evalsets(store) == [("desk", whole.id, 20)]


def test_a_case_that_was_added_leaves_older_releases_comparable(world: World) -> None:
    made, store, run = world
    run(wrong=(1,))
    made.write(count=21)
    for wrong in ((2,), (20,), (3,)):
        run(wrong=wrong)
    found = history_of(store, "desk")
    assert len(found.comparable) == 4
    assert found.trend is not None and found.trend.cases == 20


def test_a_case_without_a_score_in_one_release_is_left_out_of_the_trend(world: World) -> None:
    _, store, run = world
    run(broken=(4, 5))
    for wrong in ((2,), (1,), (3,)):
        run(wrong=wrong)
    found = history_of(store, "desk")
    assert found.releases[0].unresolved == 2
    assert found.trend is not None and found.trend.cases == 18


def test_the_mean_of_a_scorer_has_a_history_too(world: World) -> None:
    made, store, run = world
    made.write(gate="gate: {metric: exact.mean}")
    for wrong in ((1, 2), (1,), (), ()):
        run(wrong=wrong)
    found = history_of(store, "desk")
    assert [release.score for release in found.releases] == pytest.approx([0.9, 0.95, 1.0, 1.0])
    assert found.trend is not None and found.trend.cases == 20


def test_a_number_of_the_whole_set_has_scores_and_no_trend(world: World) -> None:
    made, store, run = world
    made.write(gate="gate: {metric: exact.pass_rate}")
    for wrong in ((1, 2), (1,), (), ()):
        run(wrong=wrong)
    found = history_of(store, "desk")
    assert [release.score for release in found.releases] == pytest.approx([0.9, 0.95, 1.0, 1.0])
    assert found.trend is not None and found.trend.words.startswith("cannot tell: exact.pass rate is a number of the")


def test_only_the_newest_are_looked_at_and_an_unknown_evalset_is_said(world: World) -> None:
    _, store, run = world
    for _ in range(3):
        run()
    assert [release.run.id for release in releases(store, "desk", limit=2).releases] == [2, 3]
    with pytest.raises(Unknown, match="no run of evalset 'desc'"):
        history_of(store, "desc")


def test_promotions_are_stars_and_what_cannot_be_compared_is_hollow(world: World) -> None:
    _, store, run = world
    promote(store, run(wrong=(1,)))
    run(only="id:c001")
    for wrong in ((1, 2), (3,), ()):
        run(wrong=wrong)
    found = history_of(store, "desk")
    points, line = drawn(found, found.releases)
    assert [point.glyph for point in points] == ["★", "○", "●", "●", "●"]
    assert [height is None for height in line] == [False, True, False, False, False]
    assert [point.role for point in points[2:]] == ["fail", "pass", "pass"]
