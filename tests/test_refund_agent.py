"""The story of evalsets/refund-agent: a candidate that answers better and loops, which only the trajectory shows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conversing import Held, held

from evaltui.loop.shipped import apply_fix, copy_shipped, read_story
from evaltui.sandbox.lexical import count_tokens

ANSWERS = ("reply_must", "reply_must_not")
CONDUCT = {"no_repeats", "turn_budget", "call_budget", "token_budget"}
Share = Callable[[dict[str, Held]], float]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_shipped(tmp_path_factory.mktemp("shipped"), "refund-agent")


@pytest.fixture(scope="module")
def good(folder: Path) -> dict[str, Held]:
    return held(folder, "agent.yaml")


@pytest.fixture(scope="module")
def looping(folder: Path) -> dict[str, Held]:
    return held(folder, "agent-v2.yaml")


@pytest.fixture(scope="module")
def mended(folder: Path, looping: dict[str, Held]) -> dict[str, Held]:
    """The candidate after the fix; `looping` must have been held before the file changes."""
    apply_fix(folder, read_story(folder).fix)
    return held(folder, "agent-v2.yaml")


def passing(conversations: dict[str, Held]) -> int:
    return sum(each.passed for each in conversations.values())


def answering(conversations: dict[str, Held]) -> int:
    return sum(each.passes(*ANSWERS) for each in conversations.values())


def calls(conversations: dict[str, Held]) -> int:
    return sum(len(each.calls) for each in conversations.values())


def test_the_agent_in_production_passes_nine_of_ten_and_every_critical_case(good: dict[str, Held]) -> None:
    assert 0.88 <= passing(good) / len(good) <= 0.95
    assert [each.case.id for each in good.values() if each.case.critical and not each.passed] == []
    assert max(each.trajectory.turns for each in good.values()) <= 9


def test_the_candidate_answers_better(good: dict[str, Held], looping: dict[str, Held]) -> None:
    assert answering(looping) > answering(good)
    assert {case for case, each in good.items() if each.passes(*ANSWERS)} <= {
        case for case, each in looping.items() if each.passes(*ANSWERS)
    }


def test_the_candidate_makes_twice_the_calls_and_fails_for_its_conduct_alone(
    good: dict[str, Held], looping: dict[str, Held]
) -> None:
    assert calls(looping) >= 1.8 * calls(good)
    broken = [looping[case] for case, each in good.items() if each.passed and not looping[case].passed]
    assert len(broken) > len(good) / 2
    assert sum(each.case.critical for each in broken) >= 10
    assert set.union(*(each.fails() for each in broken)) == CONDUCT
    assert "lookup_order" in broken[0].reason


def test_the_fix_makes_the_candidate_better_than_the_baseline(good: dict[str, Held], mended: dict[str, Held]) -> None:
    assert passing(mended) > passing(good)
    assert all(mended[case].passed for case, each in good.items() if each.passed)
    assert calls(mended) < 1.2 * calls(good)


def test_the_shared_beginning_is_long_enough_to_be_cached(good: dict[str, Held], folder: Path) -> None:
    first = good["damaged-vase-in-pieces"].trajectory.usages[0]
    assert first.input_tokens - count_tokens({"messages": []}) > 1024 + 200


def test_refunds_are_only_paid_after_the_order_and_the_policy_were_seen(
    good: dict[str, Held], looping: dict[str, Held], mended: dict[str, Held]
) -> None:
    for conversations in (good, looping, mended):
        assert all(each.passes("order", "forbidden_tools") for each in conversations.values())
        assert sum("issue_refund" in each.calls for each in conversations.values()) > 20
