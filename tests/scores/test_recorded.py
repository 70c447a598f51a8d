"""The score that came with a result made elsewhere."""

from collections.abc import Mapping
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.plugins import build_scorers
from evaltui.scores.recorded import Recorded

CASE = Case(id="a", input="x")


def scored(recorded: Mapping[str, Any], **arguments: Any) -> Score | Unscored:
    built, wrong = build_scorers([ScorerSpec(kind="recorded", name="r", arguments=arguments)])
    assert wrong == []
    trajectory = Trajectory((Step(1, "assistant", text="Done."),), "end_turn", recorded=recorded)
    return built[0][1].score(Evidence(CASE, trajectory))


def test_it_passes_from_at_least_on() -> None:
    assert scored({"reward": 1.0}, value="reward") == Score(1.0, passed=True, reason="1 was recorded")
    assert scored({"reward": 0.5}, value="reward") == Score(0.5, passed=False, reason="0.5 was recorded, not 1")
    assert scored({"reward": 0.5}, of="reward", at_least=0.5) == Score(0.5, passed=True, reason="0.5 was recorded")


def test_a_result_without_the_score_is_missing_evidence_and_never_a_zero() -> None:
    assert scored({}, of="reward") == Unscored("the result came without a score reward: no score is recorded with it")
    found = scored({"style": 1.0, "tone": 0.0}, of="reward")
    assert found == Unscored("the result came without a score reward: recorded are style, tone")


@pytest.mark.parametrize("value", [2, -0.1, "1", True, None, float("nan")])
def test_what_is_no_share_is_missing_evidence(value: Any) -> None:
    found = scored({"reward": value}, of="reward")
    assert isinstance(found, Unscored)
    assert "a value lies in 0 to 1" in found.reason


@pytest.mark.parametrize("at_least", [0.0, 1.5, -1.0])
def test_a_bar_that_decides_nothing_is_refused(at_least: float) -> None:
    with pytest.raises(ValueError, match="at_least"):
        Recorded("reward", at_least)


def test_it_applies_to_every_case() -> None:
    assert Recorded("reward").applies(CASE)
