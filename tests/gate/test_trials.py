"""What repeats say: pass^k and pass@k over cases."""

import pytest

from evaltui.gate.trials import Repeats


def test_pass_hat_and_pass_at_are_means_over_cases_of_the_exact_shares() -> None:
    repeats = Repeats(2)
    for passed in (2, 1, 0):
        repeats.add(2, passed)
    assert repeats.metrics() == {
        "trials.pass^1": pytest.approx(0.5),
        "trials.pass^2": pytest.approx(1 / 3),
        "trials.pass@1": pytest.approx(0.5),
        "trials.pass@2": pytest.approx(2 / 3),
    }


def test_a_case_with_too_few_resolved_trials_is_left_out_and_one_trial_says_nothing() -> None:
    repeats = Repeats(2)
    repeats.add(1, 1)
    assert repeats.metrics()["trials.pass^2"] is None
    assert repeats.metrics()["trials.pass^1"] == 1.0
    assert Repeats(1).metrics() == {}
