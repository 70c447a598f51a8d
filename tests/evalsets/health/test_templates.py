"""Cases made from one template."""

from pathlib import Path

import pytest

from evaltui.domain.case import Case
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.health.templates import templates
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource


def test_cases_that_differ_in_values_only_are_one_template(cases) -> None:
    (found,) = templates(cases(
        "Where is my order FW-1001, placed on 2026-03-14?", "How do I pay?",
        "Where is my order FW-2002, placed on 2026-04-01?", "where is my order fw-3003 placed on 2026-05-05",
    ))  # fmt: skip
    assert found.cases == ("c0", "c2", "c3")
    assert found.pattern == "where is my order … placed on …"
    assert found.groups == ()


def test_names_are_slots_however_many_words_they_have(cases) -> None:
    (found,) = templates(cases(
        "Please send the parcel to Ann Smith today.", "Bob wants nothing.", "Please send the parcel to Bob today.",
    ))  # fmt: skip
    assert found.cases == ("c0", "c2")


def test_a_name_at_the_start_is_a_slot_and_a_word_that_the_set_writes_small_is_none(cases) -> None:
    found = templates(cases(
        "Alice wants to cancel her order", "Carol wants to cancel her order", "Never wants to cancel her order",
        "it never works",
    ))  # fmt: skip
    assert [template.cases for template in found] == [("c0", "c1")]


def test_copies_are_no_template_and_short_texts_are_none(cases) -> None:
    assert templates(cases("Where is my order FW-1?", "where is my order FW-1")) == ()
    assert templates(cases("order FW-1", "order FW-2")) == ()


def grouped(*groups: str | None) -> list[Case]:
    return [Case(id=f"c{n}", input=f"please cancel my order {n}", group=group) for n, group in enumerate(groups)]


def test_a_template_that_has_its_group_is_not_told_again() -> None:
    assert templates(grouped("cancel", "cancel")) == ()


@pytest.mark.parametrize("groups", [("cancel", None), ("a", "b"), (None, None)])
def test_a_template_without_one_group_names_those_it_has(groups: tuple[str | None, ...]) -> None:
    (found,) = templates(grouped(*groups))
    assert found.groups == tuple(group for group in groups if group)


@pytest.mark.parametrize("name", ["support-desk", "refund-agent"])
def test_the_shipped_sets_hold_no_template_without_a_group(root: Path, name: str) -> None:
    source = read_evalset(root / "evalsets" / name)
    assert isinstance(source, EvalsetSource)
    assert templates(entry.case for entry in read_cases(source, [])) == ()
