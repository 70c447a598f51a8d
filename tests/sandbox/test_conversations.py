"""Conversations over many turns on the wire: echoed as they came, and faults that strike in the middle."""

import json
from pathlib import Path
from typing import Any

import anthropic
import pytest

from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.rules.blocks import SERVER_BLOCKS
from evaltui.sandbox.rules.params import Setting, refusal

FIND = {
    "name": "find_order",
    "input_schema": {
        "type": "object",
        "properties": {"order_id": {"type": "string", "description": "such as QX-9999"}},
        "required": ["order_id"],
    },
}
TELL = {"name": "tell_boss", "input_schema": {"type": "object", "properties": {}}}


def params(*turns: Any) -> dict[str, Any]:
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 200,
        "system": "Call `find_order`, then `tell_boss`.",
        "tools": [FIND, TELL],
        "messages": [{"role": "user", "content": "where is QX-1234, please?"}, *turns],
    }


def echoed(message: Any) -> dict[str, Any]:
    """The turn of the assistant as it came."""
    return {"role": "assistant", "content": message.to_dict()["content"]}


def answered(message: Any) -> dict[str, Any]:
    uses = [block for block in message.content if block.type == "tool_use"]
    blocks = [{"type": "tool_result", "tool_use_id": use.id, "content": "on its way"} for use in uses]
    return {"role": "user", "content": blocks}


@pytest.fixture
def second(start) -> dict[str, Any]:
    """The second request of a conversation."""
    first = start(Lexical()).sdk.messages.create(**params())
    assert first.stop_reason == "tool_use"
    return params(echoed(first), answered(first))


def test_an_echoed_turn_is_accepted_and_gone_on_with(start, second):
    message = start(Lexical()).sdk.messages.create(**second)
    assert (message.stop_reason, message.content[0].name) == ("tool_use", "tell_boss")


@pytest.mark.parametrize(
    ("fault", "stop_reason"),
    [
        ("refusal", "refusal"),
        ("max-tokens", "max_tokens"),
        ("context-exceeded", "model_context_window_exceeded"),
        ("pause-turn", "pause_turn"),
    ],
)
def test_a_fault_may_strike_in_the_middle_of_a_conversation(start, second, fault, stop_reason):
    message = start(Lexical(), faults=fault).sdk.messages.create(**second)
    assert message.stop_reason == stop_reason


def test_a_call_that_was_cut_off_has_lost_its_arguments(start):
    cut = start(Lexical(), faults="max-tokens").sdk.messages.create(**params())
    assert [(block.name, block.input) for block in cut.content] == [("find_order", {})]


def test_a_paused_turn_is_sent_back_as_it_is_and_goes_on(start, second):
    desk = start(Lexical(), faults="pause-turn:1")
    paused = desk.sdk.messages.create(**second)
    assert [block.type for block in paused.content] == ["server_tool_use"]
    again = {**second, "messages": [*second["messages"], echoed(paused)]}
    gone_on = desk.sdk.messages.create(**again)
    assert (gone_on.stop_reason, gone_on.content[0].name) == ("tool_use", "tell_boss")
    last = {**again, "messages": [*again["messages"], echoed(gone_on), answered(gone_on)]}
    assert desk.sdk.messages.create(**last).stop_reason == "end_turn"


def test_a_call_without_a_result_and_a_result_without_a_call_are_refused_in_the_words_of_the_api(start, second):
    desk = start(Lexical())
    opening, call, result = second["messages"]
    told = {"role": "user", "content": "and now?"}
    after_text = {"role": "user", "content": [{"type": "text", "text": "here:"}, *result["content"]]}
    for turns, words in (
        ([opening, call, told], "`tool_use` ids were found without `tool_result` blocks immediately after"),
        ([opening, call, after_text], "`tool_use` ids were found without `tool_result` blocks immediately after"),
        ([opening, result], "unexpected `tool_use_id` found in `tool_result` blocks"),
        ([opening, call], "The conversation must end with a user message"),
    ):
        with pytest.raises(anthropic.BadRequestError) as caught:
            desk.sdk.messages.create(**{**second, "messages": turns})
        assert words in caught.value.api_message


def _recorded(shared_data: Path) -> list[dict[str, Any]]:
    """Every recorded reply that is a whole message."""
    lines = map(json.loads, (shared_data / "messages_http.jsonl").read_text("utf-8").splitlines())
    replies = [line["response"] for line in lines if isinstance(line["response"], dict)]
    return [reply for reply in replies if reply.get("type") == "message" and reply["content"]]


def test_every_recorded_reply_may_be_echoed_as_it_came(shared_data: Path):
    replies = _recorded(shared_data)
    assert {block["type"] for reply in replies for block in reply["content"]} >= {"thinking", "tool_use", "text"}
    for reply in replies:
        known = all(block["type"] in ("text", "thinking", "tool_use", *SERVER_BLOCKS) for block in reply["content"])
        uses = [block["id"] for block in reply["content"] if block["type"] == "tool_use"]
        results = [{"type": "tool_result", "tool_use_id": name, "content": "ok"} for name in uses]
        following = {"role": "user", "content": results or "go on"}
        request = params({"role": "assistant", "content": reply["content"]}, following)
        assert not known or refusal(request, Setting("2026-10-21"), 1) is None, reply["content"]
