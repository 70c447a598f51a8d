"""Replay: which recording a call gets, and what happens without one."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.agents.tools.replay import Replay
from evaltui.domain.case import Case
from evaltui.domain.tool import CaseFailed, ToolCall, ToolResult

HERE = Path()
ORDER = {"name": "lookup", "arguments": {"order": {"id": 5, "tags": ["a", "b"]}, "full": True}, "result": "found"}


def case(*tools: dict[str, Any]) -> Case:
    return Case.model_validate({"id": "c", "input": "x", "tools": list(tools)})


def call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall("t", name, arguments)


def recorded(result: Any, **more: Any) -> dict[str, Any]:
    return {"name": "t", "result": result, **more}


def said(backend: Replay, of: Case, *calls: ToolCall) -> list[Any]:
    """The contents that calls of one conversation get."""
    results = [backend.answer(each, of, calls[:place]) for place, each in enumerate(calls)]
    return [result.content if isinstance(result, ToolResult) else result for result in results]


@pytest.mark.parametrize(
    "order", [{"id": 5, "tags": ["a", "b"]}, {"tags": ["a", "b"], "id": 5}, {"id": 5.0, "tags": ["a", "b"]}]
)
def test_the_order_of_keys_and_the_form_of_a_number_make_no_difference(order: dict[str, Any]) -> None:
    assert said(Replay(HERE), case(ORDER), call("lookup", full=True, order=order)) == ["found"]


@pytest.mark.parametrize(
    ("order", "full"),
    [
        ({"id": "5", "tags": ["a", "b"]}, True),
        ({"id": 5, "tags": ["b", "a"]}, True),
        ({"id": 5, "tags": ["a", "b"]}, 1),
    ],
)
def test_other_arguments_are_a_miss(order: dict[str, Any], full: Any) -> None:
    found = Replay(HERE).answer(call("lookup", order=order, full=full), case(ORDER), ())
    assert isinstance(found, ToolResult) and found.is_error


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_any_call_finds_its_own_recording_whatever_the_order_of_its_keys(arguments: dict[str, Any]) -> None:
    of = case(recorded("wrong", arguments={"other": 0}), recorded("right", arguments=arguments))
    backward = dict(reversed(arguments.items()))
    assert said(Replay(HERE), of, ToolCall("1", "t", backward)) == ["right"]


def test_a_call_recorded_several_times_is_answered_in_turn_and_the_last_repeats() -> None:
    of = case(recorded("one"), {"name": "other", "result": "else"}, recorded("two"))
    calls = [call("t"), call("other"), call("t"), call("t"), call("t")]
    assert said(Replay(HERE), of, *calls) == ["one", "else", "two", "two", "two"]


def test_another_conversation_of_the_same_case_starts_with_the_first_recording() -> None:
    backend, of = Replay(HERE), case(recorded("one"), recorded("two"))
    assert said(backend, of, call("t"), call("t")) == ["one", "two"]
    assert said(backend, of, call("t")) == ["one"]


def test_a_recorded_error_is_an_error() -> None:
    found = Replay(HERE).answer(call("t"), case(recorded("no such order", error=True)), ())
    assert found == ToolResult("no such order", is_error=True)


TEXT = [{"type": "text", "text": "seen"}]


@pytest.mark.parametrize(
    ("result", "content"),
    [("plain", "plain"), ("", ""), ({"a": [1, "é"]}, '{"a": [1, "é"]}'), (None, "null"), ([], "[]"), (TEXT, TEXT)],
)
def test_text_and_blocks_are_sent_as_they_are_and_anything_else_as_json(result: Any, content: Any) -> None:
    assert said(Replay(HERE), case(recorded(result)), call("t")) == [content]


def test_a_miss_tells_the_model_the_nearest_recorded_arguments() -> None:
    of = case(recorded("x", arguments={"id": "A1", "full": False}), recorded("y", arguments={"id": "B7", "full": True}))
    (words,) = said(Replay(HERE), of, call("t", id="B8", full=True))
    assert words == (
        'no result is recorded for t with {"id": "B8", "full": true}; '
        'the nearest recorded arguments are {"id": "B7", "full": true}'
    )


def test_a_tool_that_was_never_recorded_names_those_that_were() -> None:
    (words,) = said(Replay(HERE), case({"name": "lookup_order", "result": 1}), call("lookup_orders"))
    assert words == 'no result of lookup_orders is recorded; recorded tools: lookup_order; did you mean "lookup_order"?'
    assert said(Replay(HERE), case(), call("t")) == ["no result of t is recorded; the case records no tool call"]


def test_a_miss_may_fail_the_case() -> None:
    found = Replay(HERE, miss="fail").answer(call("t", id=2), case(recorded("x", arguments={"id": 1})), ())
    assert isinstance(found, CaseFailed) and found.reason.startswith('no result is recorded for t with {"id": 2}')


def test_matching_by_name_disregards_arguments_also_in_turn() -> None:
    of = case(recorded("one", arguments={"id": 1}), recorded("two", arguments={"id": 2}))
    assert said(Replay(HERE, match="name"), of, call("t", id=9), call("t", id=1)) == ["one", "two"]


def test_hostile_names_and_arguments_are_answered_in_visible_words() -> None:
    (words,) = said(Replay(HERE), case(recorded("x")), call("\x1b[2J"))
    assert "\x1b" not in str(words)
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert said(Replay(HERE), case(recorded("x")), call("t", deep=deep)) == ["the arguments are nested too deep"]


def test_it_offers_no_tools_and_has_nothing_to_close() -> None:
    backend = Replay(HERE)
    assert backend.tools() is None
    backend.close()
