"""What follows a reply: every way a conversation goes on or ends."""

import json
from typing import Any

import pytest

from evaltui.agents.follow import MOST_PAUSES, Again, Answer, End, Say, next_move, replies
from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import ToolCall, ToolResult
from evaltui.domain.trajectory import Usage

CALL = {"type": "tool_use", "id": "t1", "name": "look", "input": {"n": 1}}
OTHER = {"type": "tool_use", "id": "t2", "name": "act", "input": {}}
TEXT = {"type": "text", "text": "well"}
CALLS = (ToolCall("t1", "look", {"n": 1}), ToolCall("t2", "act", {}))
DONE = (ToolResult("seen"),)


def reply(stop: str | None, *content: Any, body: bytes | None = None) -> Succeeded:
    written = json.dumps({"content": list(content), "stop_reason": stop}).encode() if body is None else body
    return Succeeded(written, stop, "m", Usage())


def turn(stop: str | None, *content: Any, said: str | None = None) -> Turn:
    return Turn(reply(stop, *content), DONE if stop == "tool_use" else (), said)


def case(*turns: str) -> Case:
    return Case(id="c", input="x", turns=list(turns))


def move(*turns: Turn, most: int = 10, tools: bool = True, later: tuple[str, ...] = ()) -> Any:
    return next_move(turns, case(*later), most, tools=tools)


def test_calls_are_answered_in_their_order_where_somebody_answers() -> None:
    assert move(turn("tool_use", TEXT, CALL, OTHER)) == Answer(CALLS)


def test_without_anybody_who_answers_the_first_call_ends_the_conversation_as_a_choice() -> None:
    assert move(turn("tool_use", CALL), tools=False) == End("choice")


def test_only_calls_that_we_must_answer_are_answered() -> None:
    server = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    assert move(turn("tool_use", server, CALL)) == Answer(CALLS[:1])


def test_a_stop_for_a_call_without_one_leaves_nothing_to_go_on_with() -> None:
    assert move(turn("tool_use", TEXT)) == End("unreadable", "the reply stopped for a tool call and holds none")
    assert move(turn("tool_use"), tools=False).ending == "unreadable"


@pytest.mark.parametrize("stop", ["max_tokens", "refusal", "model_context_window_exceeded", "something_new", None])
def test_a_call_in_a_reply_that_was_cut_off_is_never_executed(stop: str | None) -> None:
    assert move(turn("tool_use", CALL), turn(stop, TEXT, CALL)) == End("answered")
    assert move(turn(stop, CALL), later=("more",)) == End("answered")


@pytest.mark.parametrize("stop", ["end_turn", "stop_sequence"])
def test_the_user_says_each_of_his_turns_when_the_agent_yields(stop: str) -> None:
    later = ("and then", "thanks")
    assert move(turn(stop, TEXT), later=later) == Say("and then")
    assert move(turn(stop, TEXT, said="and then"), turn("tool_use", CALL), later=later) == Answer(CALLS[:1])
    told = (turn(stop, TEXT, said="and then"), turn("tool_use", CALL), turn(stop))
    assert move(*told, later=later) == Say("thanks")
    assert move(*told[:2], turn(stop, TEXT, said="thanks"), turn(stop, TEXT), later=later) == End("answered")


def test_an_empty_reply_that_ends_its_turn_is_an_answer_or_a_yield_like_any_other() -> None:
    assert move(turn("end_turn")) == End("answered")
    assert move(turn("end_turn"), later=("still there?",)) == Say("still there?")


def test_the_last_permitted_reply_may_answer_and_may_not_call_or_be_replied_to() -> None:
    before = turn("tool_use", CALL)
    assert move(before, turn("end_turn", TEXT), most=2) == End("answered")
    assert move(before, turn("tool_use", CALL), most=3) == Answer(CALLS[:1])
    assert move(before, turn("tool_use", CALL), most=2) == End(
        "cut", "stopped at max_turns (2) while it still called tools"
    )
    assert move(before, turn("end_turn", TEXT), most=2, later=("a", "b")) == End(
        "cut", "stopped at max_turns (2) with 2 of the user's turns unsaid"
    )


def test_a_pause_is_sent_again_whatever_the_agent_and_counts_as_no_reply() -> None:
    pause = turn("pause_turn", TEXT)
    assert move(pause, most=1, tools=False) == Again()
    assert move(pause, pause, most=1, tools=False) == Again()
    assert move(pause, pause, turn("end_turn", TEXT), most=1) == End("answered")
    assert replies([pause, turn("tool_use", CALL), pause, pause, turn("end_turn")]) == 2
    assert move(pause, turn("tool_use", CALL), pause, turn("tool_use", CALL), most=3) == Answer(CALLS[:1])


def test_a_turn_that_never_stops_pausing_ends_by_itself() -> None:
    pause = turn("pause_turn", TEXT)
    assert move(*[pause] * (MOST_PAUSES - 1)) == Again()
    found = move(*[pause] * MOST_PAUSES)
    assert (found.ending, "paused 20 times" in found.reason) == ("unreadable", True)
    assert move(*[pause] * (MOST_PAUSES - 1), turn("tool_use", CALL), pause) == Again()


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b"{}", b'{"content": "text"}', b'{"content": null}', b"[" * 100_000, b"\xff"]
)
def test_a_reply_that_is_no_message_ends_the_conversation_without_a_judgement(body: bytes) -> None:
    for stop in ("end_turn", "tool_use", "pause_turn"):
        found = move(Turn(reply(stop, body=body)))
        assert found.ending == "unreadable"
        assert "cannot be read" in found.reason


@pytest.mark.parametrize("block", [None, 1, "text", [], {}, {"type": "tool_use"}, {"type": ["tool_use"]}])
def test_blocks_of_any_shape_never_raise(block: Any) -> None:
    assert isinstance(move(turn("tool_use", CALL, block)), Answer)
    assert move(turn("end_turn", block)) == End("answered")
