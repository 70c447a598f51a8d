"""A case's recorded tool calls belong to what reaches the agent."""

import pytest
from pydantic import ValidationError

from evaltui.domain.base import digest_as_written
from evaltui.domain.case import Case

CALL = {"name": "lookup", "arguments": {"id": 1}, "result": "found"}


def case(**more: object) -> Case:
    return Case.model_validate({"id": "c", "input": "x", **more})


def test_recorded_calls_change_what_reaches_the_agent_and_not_the_gold() -> None:
    plain, recorded = case(), case(tools=[CALL])
    assert recorded.input_digest != plain.input_digest and recorded.digest != plain.digest
    assert recorded.gold_digest == plain.gold_digest
    assert case(tools=[CALL | {"result": "lost"}]).input_digest != recorded.input_digest


def test_a_case_without_recorded_calls_keeps_the_digest_under_which_it_was_stored() -> None:
    assert case().input_digest == digest_as_written(["x", None, {}]) == case(tools=[]).input_digest


def test_a_written_default_changes_nothing() -> None:
    assert case(tools=[CALL | {"error": False}]).input_digest == case(tools=[CALL]).input_digest


@pytest.mark.parametrize("wrong", [{"name": "lookup"}, {"result": 1}, CALL | {"name": ""}, CALL | {"args": {}}])
def test_a_recorded_call_has_a_name_and_a_result_and_nothing_unknown(wrong: object) -> None:
    with pytest.raises(ValidationError):
        case(tools=[wrong])
