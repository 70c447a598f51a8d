"""What the runs of a set say of it: which cases still tell, and whether the set is steady."""

from collections.abc import Iterator

import pytest
from tests.releases import Desk, RunDesk, desk

from evaltui.domain.case import Case
from evaltui.loop.load import load
from evaltui.loop.past_health import Past, past
from evaltui.loop.promote import promote
from evaltui.store.database import Store

World = tuple[Desk, Store, RunDesk]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three runs of one agent, the second promoted, the third far worse."""
    with desk(tmp_path_factory.mktemp("desk"), 40) as (made, store, run):
        run(wrong=(0, 1))
        promote(store, run(wrong=(0, 2)))
        run(wrong=range(30))
        run(wrong=(5,), only="id:c005")
        yield made, store, run


def told(world: World, cases: list[Case] | None = None) -> Past:
    made, store, _ = world
    found = past(store, "desk", cases or list(load(made.folder).cases()))
    assert found is not None
    return found[0]


def test_a_run_of_some_cases_says_nothing_of_the_set(world: World) -> None:
    assert told(world).runs == (1, 2, 3)


def test_cases_that_always_pass_and_fail_are_named_and_the_others_counted(world: World) -> None:
    seen = told(world)
    assert seen.always_fail == ("c000",)
    assert seen.always_pass == tuple(f"c{n:03}" for n in range(30, 40))
    assert seen.flips == 29


def test_a_case_that_was_rewritten_since_is_not_told_of(world: World) -> None:
    cases = [case.model_copy(update={"expected": "other"}) if case.id == "c000" else case
             for case in load(world[0].folder).cases()]  # fmt: skip
    assert told(world, cases).always_fail == ()


def test_one_agent_that_ran_twice_shows_how_steady_the_set_is(world: World) -> None:
    same = told(world).stability.same
    assert same is not None
    assert (same.run, same.against, same.cases, same.flipped) == (3, 2, 40, 28)
    assert told(world).stability.steady is False
    assert told(world).discordance == pytest.approx(28 / 40)


def test_the_last_run_that_was_found_worse_shows_that_the_set_tells(world: World) -> None:
    seen = told(world).stability
    assert seen.control is not None and (seen.control.run, seen.control.against) == (3, 2)
    assert seen.tells


def test_a_set_that_was_never_run_has_no_past(world: World) -> None:
    assert past(world[1], "other", []) is None
