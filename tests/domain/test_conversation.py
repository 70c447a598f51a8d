"""Conversations read back: what the model was told next, and the trajectory that scorers see."""

import json
from typing import Any

import pytest

from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of, next_message, trajectory_of
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Trajectory, Usage

CALLS = [
    {"type": "tool_use", "id": f"t{n}", "name": "look", "input": {"n": n}} for n in range(3)
]  # fmt: skip


def turn(*content: Any, stop: str = "tool_use", used: Usage = Usage(1, 2), **following: Any) -> Turn:  # noqa: B008
    body = json.dumps({"content": list(content), "stop_reason": stop}).encode()
    return Turn(Succeeded(body, stop, "m", used), **following)


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def following(of: Turn) -> Any:
    message = message_of(of.reply)
    assert isinstance(message, dict)
    return next_message(of, calls_of(message))


def read(*turns: Turn, cut: str = "") -> Trajectory:
    found = trajectory_of(turns, cut)
    assert isinstance(found, Trajectory)
    return found


def test_several_results_stand_in_one_message_in_the_order_of_their_calls() -> None:
    told = following(turn(text("let me"), *CALLS, results=tuple(ToolResult(f"r{n}") for n in range(3))))
    assert told["role"] == "user"
    assert [(block["tool_use_id"], block["content"]) for block in told["content"]] == [
        ("t0", "r0"), ("t1", "r1"), ("t2", "r2"),
    ]  # fmt: skip


def test_all_results_stand_before_what_the_user_says() -> None:
    answered = turn(CALLS[0], results=(ToolResult("r"),), said="also this")
    assert [block["type"] for block in following(answered)["content"]] == ["tool_result", "text"]
    blocks = [text("a"), {"type": "image", "source": {}}]
    answered = turn(CALLS[0], results=(ToolResult("r"),), said=blocks)
    assert [block["type"] for block in following(answered)["content"]] == ["tool_result", "text", "image"]


def test_what_the_user_says_alone_stands_as_it_is_written() -> None:
    assert following(turn(text("done"), stop="end_turn", said="more")) == {"role": "user", "content": "more"}
    assert following(turn(text("done"), stop="end_turn", said=[text("x")])) == {"role": "user", "content": [text("x")]}


def test_a_pause_and_a_last_reply_are_followed_by_nothing() -> None:
    assert following(turn(text("wait"), stop="pause_turn")) is None
    assert following(turn(text("done"), stop="end_turn")) is None


@pytest.mark.parametrize(
    ("result", "content"),
    [
        (ToolResult([text("a"), {"type": "image", "source": {}}]), [text("a"), {"type": "image", "source": {}}]),
        (ToolResult(""), ""),
        (ToolResult("x" * 1_000_000), "x" * 1_000_000),
        (ToolResult("not { json"), "not { json"),
    ],
)
def test_a_result_is_told_as_it_came(result: ToolResult, content: Any) -> None:
    assert following(turn(CALLS[0], results=(result,)))["content"] == [
        {"type": "tool_result", "tool_use_id": "t0", "content": content}
    ]


@pytest.mark.parametrize("content", ["", []])
def test_an_error_without_words_is_given_some_because_the_api_refuses_none(content: Any) -> None:
    (block,) = following(turn(CALLS[0], results=(ToolResult(content, is_error=True),)))["content"]
    assert block["is_error"] is True
    assert block["content"]


def test_a_trajectory_holds_calls_results_and_what_the_user_said_each_at_its_turn() -> None:
    seen = read(
        turn(text("let me"), *CALLS[:2], results=(ToolResult("r0"), ToolResult("no", is_error=True))),
        turn(text("there"), stop="end_turn", said="and?"),
        turn(text("that is all"), stop="end_turn"),
    )
    assert [(step.turn, step.role) for step in seen.steps] == [
        (1, "assistant"), (1, "assistant"), (1, "assistant"), (1, "tool"), (1, "tool"), (2, "assistant"), (2, "user"),
        (3, "assistant"),
    ]  # fmt: skip
    assert [(each.call.arguments, each.failed) for each in seen.exchanges()] == [({"n": 0}, False), ({"n": 1}, True)]
    assert (seen.turns, seen.answer, seen.stop_reason) == (3, "that is all", "end_turn")
    assert seen.usage == Usage(3, 6) and seen.usages == (Usage(1, 2),) * 3


def test_what_completes_a_paused_reply_is_of_the_same_turn() -> None:
    pause = turn(text("one "), stop="pause_turn")
    seen = read(pause, pause, turn(text("two"), stop="end_turn"))
    assert (seen.turns, seen.answer) == (1, "one one two")
    assert seen.usages == (Usage(3, 6),)


def test_a_call_without_a_result_has_an_exchange_without_one() -> None:
    seen = read(turn(*CALLS[:2], results=(ToolResult("r0"),)), cut="stopped")
    assert [each.result is None for each in seen.exchanges()] == [False, True]
    assert seen.cut == "stopped"


def test_a_last_reply_that_says_nothing_is_no_answer_whatever_was_said_before() -> None:
    seen = read(turn(text("42"), CALLS[0], results=(ToolResult("r"),)), turn(stop="end_turn"))
    assert (seen.answer, seen.turns, seen.turn_numbers) == ("", 2, (1, 2))
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    assert read(turn(text("42"), CALLS[0], results=(ToolResult("r"),)), turn(thinking, stop="end_turn")).answer == ""


def test_one_reply_that_cannot_be_read_makes_the_whole_unreadable() -> None:
    wrong = Turn(Succeeded(b"{}", "end_turn", "m", Usage()))
    assert isinstance(trajectory_of((turn(text("x")), wrong)), Unreadable)
    assert isinstance(trajectory_of(()), Unreadable)
