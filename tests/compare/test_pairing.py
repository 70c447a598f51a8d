"""What happened to a case between two runs."""

import pytest

from evaltui.compare.pairing import Counts, drop, kind, ordered, summary
from evaltui.domain.verdict import Graded, Pair


def graded(marks: str | None, value: float | None = None) -> Graded | None:
    if marks is None:
        return None
    return Graded(marks.count("+"), marks.count("+") + marks.count("-"), marks.count("?"), value, "why")


def pair(before: str | None, after: str | None, change: str = "same", case_id: str = "c", **more: bool) -> Pair:
    return Pair(case_id, change, graded(before), graded(after), **more)


@pytest.mark.parametrize(("before", "after", "expected"), [
    ("-", "+", "fixed"), ("+", "-", "broke"), ("+", "+", "same"), ("-", "-", "same"),
    ("+++", "++-", "broke"), ("++-", "+++", "fixed"), ("++-", "+--", "changed"), ("+-", "-+", "same"),
    ("+", "?", "unresolved"), ("?", "+", "unresolved"), ("+", None, "unresolved"), (None, "+", "unresolved"),
    ("++", "-?", "broke"), ("--", "+?", "unresolved"), ("+?", "--", "unresolved"), ("-", "", "unresolved"),
])  # fmt: skip
def test_a_case_is_named_by_how_its_trials_moved(before, after, expected) -> None:
    assert kind(pair(before, after)) == expected


def test_more_trials_with_the_same_share_are_the_same() -> None:
    assert kind(pair("+", "+++")) == "same"


def test_a_value_that_moved_without_crossing_is_a_change() -> None:
    assert kind(Pair("c", "same", graded("+", 0.8), graded("+", 0.9))) == "changed"


@pytest.mark.parametrize(("change", "expected"), [
    ("added", "new"), ("input changed", "new"), ("gold changed", "new"), ("removed", "gone"),
])  # fmt: skip
def test_a_case_that_is_not_what_it_was_is_new_or_gone(change, expected) -> None:
    assert kind(pair("+", "-", change)) == expected


def test_the_summary_counts_every_case_once() -> None:
    pairs = [pair("-", "+"), pair("+", "-"), pair("+", "-"), pair("+", "?"), pair(None, "+", "added")]
    found = summary(iter(pairs))
    assert found == Counts(fixed=1, broke=2, unresolved=1, new=1) and found.total == len(pairs)
    assert summary([]).total == 0


def test_what_differs_comes_first_critical_cases_before_others_then_the_deepest_drop() -> None:
    pairs = [
        pair("+", "+", case_id="same"), pair("-", "+", case_id="fixed"), pair("+++", "++-", case_id="slipped"),
        pair("+", "-", case_id="broke"), pair("+", "-", case_id="also"), pair("+", "?", case_id="open"),
        pair("+", "+", case_id="steady", critical=True), pair("-", "+", case_id="mended", critical=True),
    ]  # fmt: skip
    expected = ["mended", "also", "broke", "slipped", "open", "fixed", "steady", "same"]
    assert [one.case_id for one in ordered(pairs)] == expected
    assert [one.case_id for one in ordered(reversed(pairs))] == expected


def test_between_equal_shares_the_value_decides_the_drop() -> None:
    assert drop(Pair("c", "same", graded("+", 0.9), graded("+", 0.6))) == pytest.approx(-0.3)
    assert drop(pair("+", "?")) == 0
