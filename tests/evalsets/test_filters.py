"""The language of --only."""

import pytest

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.evalsets.filters import Filter, parse_filter

CASES = [
    Case(id="refund-1", input="x", tags=["refund", "money"], critical=True, group="double charge"),
    Case(id="refund-2", input="x", tags=["refund"]),
    Case(id="ship-1", input="x", tags=["shipping"], group="late"),
]


def taken(text: str) -> list[str]:
    wanted = parse_filter(text)
    assert isinstance(wanted, Filter), wanted
    return [case.id for case in CASES if wanted.matches(case)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ["refund-1", "refund-2", "ship-1"]),
        ("tag:refund", ["refund-1", "refund-2"]),
        ("tag:ship*", ["ship-1"]),
        ("tag:refund !critical", ["refund-2"]),
        ("critical", ["refund-1"]),
        ("id:refund-*", ["refund-1", "refund-2"]),
        ("id:refund", []),
        ("und-1", ["refund-1"]),
        ("!tag:refund", ["ship-1"]),
        ("group:late", ["ship-1"]),
        ('group:"double charge"', ["refund-1"]),
        ("!group:late", ["refund-1", "refund-2"]),
        ("cases:ship-1,refund-2", ["refund-2", "ship-1"]),
        ("!cases:ship-1 -1", ["refund-1"]),
    ],
)
def test_every_word_must_hold(text: str, ids: list[str]) -> None:
    assert taken(text) == ids


@pytest.mark.parametrize(
    ("text", "found", "says"),
    [
        ("tga:refund", '"tga:refund"', 'did you mean "tag"?'),
        ("critical tag:", '"tag:"', "a value is missing after tag:"),
        ("!", '"!"', "a word is empty"),
        ('group:"x', '"group:\\"x"', "never closed"),
    ],
)
def test_a_word_that_is_none_is_explained(text: str, found: str, says: str) -> None:
    problem = parse_filter(text)
    assert isinstance(problem, Problem)
    assert says in str(problem) and "tag:TAG" in problem.allowed
