"""Failures that differ only in their values are one group."""

import pytest

from evaltui.compare.failures import groups, signature
from evaltui.domain.verdict import Deciding


@pytest.mark.parametrize(("one", "other"), [
    ('expected "Billing", got "Claims"', 'expected "Policy", got ""'),
    ("expected `a b`, got `c`", "expected `x`, got `y z`"),
    ("expected 'it is'", "expected 'other'"),
    ("3 of 12 fields differ", "11 of 12 fields differ"),
    ("took 1.5 s at 10:20", "took 22 s at 9:05"),
    ("order A-1234 not found", "order B-98 not found"),
    ("no case 3f9c1b2e-77aa-4d10-9b1c-2f6f0a9d0c11", "no case 00000000-aaaa-4bbb-8ccc-0123456789ab"),
    ("Tool   not\ncalled", "tool not called"),
])  # fmt: skip
def test_values_numbers_identifiers_and_spacing_do_not_tell_failures_apart(one, other) -> None:
    assert signature(one) == signature(other)


@pytest.mark.parametrize(("one", "other"), [
    ("expected a tool call", "expected no tool call"),
    ("field amount is missing", "field date is missing"),
    ("the label isn't known", "the label wasn't known"),
])  # fmt: skip
def test_words_tell_failures_apart(one, other) -> None:
    assert signature(one) != signature(other)


def test_the_largest_group_comes_first_with_an_example_in_its_own_words() -> None:
    found = groups([
        Deciding("c", "tool lookup was not called"), Deciding("b", "expected 4, got 5"),
        Deciding("a", "expected 1, got 2"), Deciding("a", "expected 1, got 2"),
    ])  # fmt: skip
    assert [(group.count, group.example, group.cases) for group in found] == [
        (2, "expected 1, got 2", ("a", "b")),
        (1, "tool lookup was not called", ("c",)),
    ]


def test_a_case_may_fail_in_two_ways() -> None:
    assert [group.cases for group in groups([Deciding("a", "too long"), Deciding("a", "no label")])] == [("a",), ("a",)]


def test_the_order_failures_come_in_does_not_matter() -> None:
    failures = [Deciding(f"c{i}", f"reason {'abc'[i % 3] * 3} {i}") for i in range(20)]
    assert groups(failures) == groups(failures[::-1])


def test_no_failures_make_no_groups() -> None:
    assert groups([]) == ()


def test_a_hostile_reason_costs_no_more_than_its_beginning() -> None:
    assert len(signature('"' * 100_000 + "-1" * 100_000)) < 10_000
