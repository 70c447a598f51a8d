"""How thin a set is where."""

import pytest

from evaltui.domain.case import Case
from evaltui.evalsets.health.coverage import cases_needed, coverage, half_width, size_advice
from evaltui.gate.intervals import wilson_ci
from evaltui.gate.power import n_required_discordance

CASES = [Case(id=f"c{n}", input="x", tags=["invoice"] + (["refund"] if n < 40 else [])) for n in range(240)]


def test_tags_are_counted_the_thinnest_first_with_failures_and_width() -> None:
    refund, invoice = coverage(CASES, {f"c{n}": n % 4 != 0 for n in range(100)})
    assert (refund.tag, refund.cases, refund.judged, refund.failures, refund.thin) == ("refund", 40, 40, 10, False)
    assert (invoice.tag, invoice.cases, invoice.judged, invoice.failures) == ("invoice", 240, 100, 25)
    interval = wilson_ci(30, 40)
    assert refund.half_width == pytest.approx((interval.hi - interval.lo) / 2)


def test_without_results_the_width_is_that_of_the_worst_rate() -> None:
    refund = coverage(CASES)[0]
    interval = wilson_ci(20, 40)
    assert refund.failures is None
    assert refund.half_width == pytest.approx((interval.hi - interval.lo) / 2)


def test_a_tag_below_thirty_cases_is_thin() -> None:
    assert [each.thin for each in coverage(CASES[:29])] == [True, True]
    assert [each.thin for each in coverage(CASES[:30])] == [False, False]


def test_what_a_tag_lacks_is_said_in_cases() -> None:
    refund, invoice = coverage(CASES)
    assert cases_needed(0.05) == 244
    assert (invoice.more, invoice.advice) == (4, "4 more in `tag: invoice` to see a 5-point drop")
    assert refund.more == 204
    assert coverage(CASES, drop=0.1)[1].advice == ""


def test_a_tag_written_twice_counts_once() -> None:
    assert coverage([Case(id="a", input="x", tags=["t", "t"])])[0].cases == 1


@pytest.mark.parametrize("passes", [0, 1, 7, 30])
def test_the_width_is_wilsons(passes: int) -> None:
    # At the ends the interval is cut off at 0 and 1 by rounding alone.
    interval = wilson_ci(passes, 30)
    assert half_width(passes, 30) == pytest.approx((interval.hi - interval.lo) / 2)


@pytest.mark.parametrize(("discordance", "drop"), [(0.08, 0.05), (0.29, 0.05), (0.08, 0.02), (0.1, 0.1)])
def test_the_cases_needed_are_those_of_the_gate(discordance: float, drop: float) -> None:
    assert cases_needed(drop, discordance) == n_required_discordance(discordance, drop)


def test_a_drop_changes_as_many_cases_as_it_is_large() -> None:
    assert cases_needed(0.2, 0.08) == cases_needed(0.2, 0.2) == 32


def test_diversity_comes_before_count() -> None:
    assert size_advice(500, 300).wants == "diversity"
    assert "200 of 500" in size_advice(500, 300).advice
    assert size_advice(40, 40).wants == "cases"
    assert "100–300" in size_advice(40, 40).advice
    assert size_advice(150, 148).wants == "nothing"
    assert size_advice(0, 0).wants == "cases"
