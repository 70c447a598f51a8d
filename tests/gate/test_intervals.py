"""One run's interval at its edges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.gate.intervals import cluster_se, mean_ci_neff, wilson_ci
from evaltui.gate.power import n_required_noninferior
from evaltui.gate.trials import variance_components

scores = st.lists(st.sampled_from([0.0, 1 / 3, 0.5, 1.0]), min_size=2, max_size=40)


@settings(deadline=None)  # the first t quantile imports scipy
@given(scores, st.integers(1, 5))
def test_an_interval_of_a_mean_holds_it_and_stays_a_share(values: list[float], trials: int) -> None:
    found = mean_ci_neff(values, trials=trials)
    assert found is not None
    assert 0 <= found.lo <= found.mean + 1e-12 and found.mean - 1e-12 <= found.hi <= 1
    assert found.lo < found.hi and 1 <= found.n_eff <= max(1, len(values) * trials)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_rate(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    found = wilson_ci(k, n)
    assert 0 <= found.lo <= k / n <= found.hi <= 1 and found.lo < found.hi


def test_too_little_to_see_a_spread_gives_nothing() -> None:
    assert mean_ci_neff([]) is None
    assert mean_ci_neff([0.5]) is None
    assert mean_ci_neff([1.0, 0.0], groups=["a", "a"]) is None
    assert cluster_se([1.0, 0.0], ["a", "a"]) is None
    assert variance_components([[1.0, 0.0]]) is None and variance_components([[1.0], [0.0]]) is None


def test_one_pass_or_fail_case_still_has_wilsons_interval() -> None:
    found = mean_ci_neff([1.0])
    assert found is not None and (found.hi, found.n_eff) == (1.0, 1.0) and 0.2 < found.lo < 0.21


@pytest.mark.parametrize(("margin", "cases"), [(0.02, 1237), (0.05, 198)])
def test_the_cases_a_margin_needs_when_eight_of_a_hundred_differ(margin: float, cases: int) -> None:
    assert n_required_noninferior(0.08, margin) == cases
