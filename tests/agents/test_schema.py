"""The published schema accepts what the reader accepts."""

import pytest
from jsonschema import Draft202012Validator

from evaltui.agents.schema import json_schema

AGENT = {"model": "m", "max_tokens": 9}


def test_the_schema_is_a_schema_and_says_what_it_is() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$id"] == "urn:evaltui:agent"


FILE = {"file": "p.md"}


@pytest.mark.parametrize("more", [{}, {"system": FILE}, {"tools": "{{tools}}"}, {"few_shot": FILE}])
def test_an_agent_is_valid(more: dict[str, object]) -> None:
    assert Draft202012Validator(json_schema()).is_valid(AGENT | more)


@pytest.mark.parametrize("more", [{"sytem": "x"}, {"max_tokens": "9"}, {"system": {"fil": "x"}}, {"messages": []}])
def test_an_agent_with_a_mistake_is_not(more: dict[str, object]) -> None:
    assert not Draft202012Validator(json_schema()).is_valid(AGENT | more)
