"""Each policy, on what it needs to see."""

import pytest


def aggregate(verdict):
    return verdict.checks[2]


def test_noninferior_passes_a_drop_that_is_certainly_within_the_margin(gate, many) -> None:
    pairs = many("+ +", 990, "a") + many("+ -", 6, "b") + many("- +", 4, "c")
    verdict = gate(pairs, policy="noninferior", margin=0.02)
    assert verdict.status == "pass" and verdict.label == "SHIP (within noise)"
    assert verdict.policy == "pass_rate: noninferior (margin 2.0 %), critical strict"


def test_noninferior_is_incomplete_where_a_larger_drop_cannot_be_ruled_out(gate, many) -> None:
    pairs = many("+ +", 160, "a") + many("+ -", 20, "b") + many("- +", 20, "c")
    verdict = gate(pairs, policy="noninferior", margin=0.02)
    assert verdict.status == "incomplete" and verdict.label == "INCOMPLETE"
    assert "cannot be ruled out, the limit is −2.0 points" in verdict.headline
    assert verdict.next_step == "about 3,092 cases would certify 2.0 % four times in five when nothing changed"


def test_noninferior_needs_enough_cases_whatever_they_show(gate, many) -> None:
    verdict = gate(many("- +", 149), policy="noninferior", margin=0.02)
    assert verdict.status == "incomplete" and "149 cases cannot certify a margin of 2.0 %" in verdict.headline
    assert gate(many("- +", 150), policy="noninferior", margin=0.02).status == "pass"


def test_noninferior_fails_a_drop_beyond_the_margin(gate, many) -> None:
    verdict = gate(many("+ +", 95, "a") + many("+ -", 5, "b"), policy="noninferior", margin=0.02)
    assert verdict.status == "fail" and "more than the 2.0 % allowed" in verdict.headline
    assert len(aggregate(verdict).cases) == 5


def test_a_margin_of_nothing_certifies_nothing(gate, many) -> None:
    verdict = gate(many("- +", 300), policy="noninferior", margin=0.0)
    assert verdict.status == "incomplete" and verdict.next_step == "add cases or allow a margin"


def test_no_confident_regression_blocks_only_what_is_certain(gate, many) -> None:
    policy = {"policy": "no_confident_regression"}
    assert gate(many("+ +", 98, "a") + many("+ -", 2, "b"), **policy).status == "pass"
    assert gate(many("+ +", 90, "a") + many("+ -", 10, "b"), **policy).status == "fail"


def test_confident_improvement_needs_certainty(gate, many) -> None:
    policy = {"policy": "confident_improvement"}
    assert gate(many("- +", 10, "a") + many("+ +", 90, "b"), **policy).status == "pass"
    unsure = gate(many("- +", 2, "a") + many("+ +", 98, "b"), **policy)
    assert unsure.status == "incomplete" and "not certain" in unsure.headline
    assert gate(many("+ -", 1, "a") + many("+ +", 98, "b"), **policy).status == "fail"


@pytest.mark.parametrize("policy", ["noninferior", "confident_improvement"])
def test_few_groups_certify_nothing(gate, many, policy) -> None:
    pairs = [pair for index in range(10) for pair in many("- +", 30, f"g{index}-", group=f"g{index}")]
    verdict = gate(pairs, policy=policy)
    assert verdict.status == "incomplete" and "10 groups are too few" in verdict.headline
    assert gate(pairs).status == "pass"


def test_the_cases_of_a_fallen_aggregate_come_worst_first_and_critical_before_all(gate, make_pair, many) -> None:
    pairs = [
        *many("+++ +++", 20), make_pair("slip", "+++", "++-"), make_pair("fall", "+++", "---"),
        make_pair("key", "+++", "+--", critical=True), make_pair("also", "+++", "---"),
    ]  # fmt: skip
    verdict = gate(pairs)
    assert [said.case_id for said in aggregate(verdict).cases] == ["key", "also", "fall", "slip"]
    assert aggregate(verdict).cases[1].reason == "reason ---"
