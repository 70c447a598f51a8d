"""The published schemas accept what the reader accepts."""

import pytest
from jsonschema import Draft202012Validator

from evaltui.evalsets.schema import json_schema

CASE = {"id": "a", "input": "x"}


def test_the_schemas_are_schemas() -> None:
    for kind in ("case", "evalset", "rubric"):
        Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("content", [[CASE], {"cases": [CASE]}, [CASE | {"tags": ["t"], "expected": {"a": None}}], []])
def test_a_file_of_cases_is_valid(content: object) -> None:
    assert Draft202012Validator(json_schema("case")).is_valid(content)


MISTAKES = [{"inptu": 1}, {"messages": []}, {"id": "a b"}]


@pytest.mark.parametrize("content", [CASE, [{"id": "a"}], {"caess": []}, *([CASE | mistake] for mistake in MISTAKES)])
def test_a_file_with_a_mistake_is_not(content: object) -> None:
    assert not Draft202012Validator(json_schema("case")).is_valid(content)


def test_an_evalset_is_checked_field_by_field() -> None:
    validator = Draft202012Validator(json_schema("evalset"))
    assert validator.is_valid({"name": "demo", "scorers": ["exact", {"normalized": "money"}]})
    assert not validator.is_valid({"name": "demo", "scorers": [], "gate": {"policy": "sed"}})
