"""The story of evalsets/refund-agent: a candidate that answers better and loops, which only its conduct shows."""

from dataclasses import dataclass

import pytest
from tests.workbench import bench, run_evalset

from evaltui.domain.case import Case
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Trajectory
from evaltui.domain.verdict import Verdict
from evaltui.loop.decide import verdict
from evaltui.loop.evidence import so_far
from evaltui.loop.look import case_ids, case_view
from evaltui.loop.promote import promote
from evaltui.loop.shipped import apply_fix, copy_shipped, read_story
from evaltui.sandbox.lexical import Lexical
from evaltui.store.batches import batches
from evaltui.store.database import Store

ANSWERS = {"reply_must", "reply_must_not"}
DANGERS = {"effects", "order", "forbidden_tools", "final_state"}
CONDUCT = {"no_repeats", "turn_budget", "call_budget", "token_budget"}


@dataclass(frozen=True)
class Held:
    """One case of a run."""

    case: Case
    trajectory: Trajectory
    passed: bool
    reason: str
    failing: frozenset[str]

    @property
    def calls(self) -> list[str]:
        return [str(call.tool) for call in self.trajectory.calls()]


@dataclass(frozen=True)
class Told:
    """One run of the story: its verdict, its conversations by the id of their case, its number of batches."""

    verdict: Verdict
    held: dict[str, Held]
    batches: int

    @property
    def passing(self) -> set[str]:
        return {name for name, each in self.held.items() if each.passed}

    @property
    def answering(self) -> set[str]:
        """The cases whose answer is right, whatever was done on the way."""
        return {name for name, each in self.held.items() if not each.failing & ANSWERS}

    @property
    def calls(self) -> int:
        return sum(len(each.calls) for each in self.held.values())

    @property
    def longest(self) -> int:
        return max(each.trajectory.turns for each in self.held.values())


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told, Told]:
    """(the agent in production, the candidate, the candidate after the fix)."""
    folder = copy_shipped(tmp_path_factory.mktemp("shipped"), "refund-agent")
    told = read_story(folder)
    with bench(folder, Lexical()) as (store, engine, _):
        baseline = run_evalset(store, engine, folder)
        first = _told(store, baseline)
        promote(store, baseline)
        looping = _told(store, run_evalset(store, engine, folder, folder / told.candidate))
        apply_fix(folder, told.fix)
        return first, looping, _told(store, run_evalset(store, engine, folder, folder / told.candidate))


def _told(store: Store, run: Run) -> Told:
    found = {name: _held(store, run, name) for name in case_ids(store, run)}
    return Told(verdict(store, run), found, len(batches(store, run.id)))


def _held(store: Store, run: Run, name: str) -> Held:
    detail = case_view(store, run, name, 1)
    assert detail is not None and detail.grade is not None
    trajectory = so_far(detail.held)
    assert isinstance(trajectory, Trajectory)
    failing = frozenset(score.scorer for score in detail.scores if not score.passed and not score.advisory)
    return Held(detail.case, trajectory, detail.grade.passed is True, detail.grade.reason, failing)


def test_the_agent_in_production_passes_nine_of_ten_and_every_critical_case(story: tuple[Told, Told, Told]) -> None:
    good = story[0]
    assert 0.88 <= len(good.passing) / len(good.held) <= 0.95
    assert [name for name, each in good.held.items() if each.case.critical and not each.passed] == []


def test_the_candidate_answers_better(story: tuple[Told, Told, Told]) -> None:
    good, looping, _ = story
    assert good.answering < looping.answering
    assert all(not each.failing & DANGERS for name, each in looping.held.items() if name in looping.answering)


def test_the_candidate_is_blocked_for_its_conduct_alone(story: tuple[Told, Told, Told]) -> None:
    good, looping, _ = story
    broken = [looping.held[name] for name in good.passing - looping.passing]
    assert looping.verdict.status == "fail"
    assert {check.name for check in looping.verdict.checks if check.status == "fail"} == {"aggregate", "critical"}
    assert len(broken) > len(good.held) / 2
    assert sum(each.case.critical for each in broken) >= 10
    assert set.union(*(set(each.failing) for each in broken)) == CONDUCT
    assert all("again with the arguments of turn" in each.reason for each in broken)


def test_the_candidate_makes_about_twice_the_calls(story: tuple[Told, Told, Told]) -> None:
    good, looping, mended = story
    assert looping.calls >= 1.8 * good.calls
    assert mended.calls < 1.2 * good.calls


def test_one_line_taken_out_makes_the_candidate_better_than_the_baseline(story: tuple[Told, Told, Told]) -> None:
    good, _, mended = story
    assert mended.verdict.status == "pass"
    assert good.passing < mended.passing


def test_money_is_paid_only_after_the_order_and_the_policy_were_seen(story: tuple[Told, Told, Told]) -> None:
    for run in story:
        paying = [each for each in run.held.values() if "issue_refund" in each.calls]
        assert len(paying) > 20
        assert all(not each.failing & {"order", "forbidden_tools"} for each in run.held.values())


def test_a_run_needs_no_more_batches_than_its_longest_conversation(story: tuple[Told, Told, Told]) -> None:
    """And one more for the judge of what ended last; the judge's other questions go with the rounds."""
    for run in story:
        assert run.batches <= run.longest + 1


def test_the_shared_beginning_is_long_enough_to_be_cached(story: tuple[Told, Told, Told]) -> None:
    firsts = [each.trajectory.usages[0] for each in story[0].held.values()]
    shortest = min(one.input_tokens + one.cache_creation_input_tokens + one.cache_read_input_tokens for one in firsts)
    assert shortest > 1024 + 500
