"""Conversations in either style become turns; what cannot be placed is told with its place, nothing is dropped."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.logs.conftest import Read, message

from evaltui.domain.conversation import calls_of, trajectory_of
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Trajectory, Usage
from evaltui.logs.messages import Told, read_conversation

USER = {"role": "user", "content": "Where is my parcel?"}
DONE = {"role": "assistant", "content": "On its way."}


def calling(*calls: tuple[str | None, str, Any], content: Any = None) -> dict[str, Any]:
    """An OpenAI-style message that calls `(id, name, arguments)`."""
    made = [
        {"type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        | ({"id": call_id} if call_id else {})
        for call_id, name, given in calls
    ]
    return {"role": "assistant", "content": content, "tool_calls": made}


def result(call_id: str | None, text: str, **more: Any) -> dict[str, Any]:
    return {"role": "tool", "content": text, **({"tool_call_id": call_id} if call_id else {}), **more}


def test_a_chat_completion_conversation_becomes_turns(read: Read) -> None:
    system = {"role": "system", "content": "Be brief."}
    thanks = {"role": "user", "content": "Thanks!"}
    conversation, problems = read(
        system, USER, calling(("c1", "track", {"id": 7}), content="Let me look."), result("c1", "sent"), DONE, thanks
    )
    assert problems == []
    assert conversation.opening == (system, USER)
    first, last = conversation.turns
    assert message(first)["content"] == [
        {"type": "text", "text": "Let me look."},
        {"type": "tool_use", "id": "c1", "name": "track", "input": {"id": 7}},
    ]
    assert (first.reply.stop_reason, first.results, first.said) == ("tool_use", (ToolResult("sent"),), None)
    assert (last.reply.stop_reason, last.results, last.said) == ("end_turn", (), "Thanks!")


def test_a_messages_api_conversation_keeps_every_block_as_it_was(read: Read) -> None:
    content = [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "x"}},
        {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []},
        {"type": "text", "text": "I look.", "citations": None},
        {"type": "tool_use", "id": "t1", "name": "track", "input": {}},
    ]
    answers = [
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "no"}], "is_error": True},
        {"type": "text", "text": "Hurry."},
    ]
    reply = {"id": "msg_1", "type": "message", "role": "assistant", "content": content, "model": "m",
             "stop_reason": "tool_use", "stop_sequence": None}  # fmt: skip
    conversation, problems = read(USER, reply, {"role": "user", "content": answers}, DONE)
    first = conversation.turns[0]
    assert problems == []
    assert message(first)["content"] == content
    assert (message(first)["id"], first.reply.model, first.reply.stop_reason) == ("msg_1", "m", "tool_use")
    assert first.results == (ToolResult([{"type": "text", "text": "no"}], is_error=True),)
    assert first.said == [{"type": "text", "text": "Hurry."}]
    assert [call.name for call in calls_of(message(first))] == ["track"]


def test_parallel_calls_find_their_results_in_any_order(read: Read) -> None:
    calls = calling(("a", "one", {}), ("b", "two", {}), ("c", "three", {}))
    conversation, problems = read(USER, calls, result("c", "3"), result("a", "1"), result("b", "2"), DONE)
    assert problems == []
    assert [each and each.content for each in conversation.turns[0].results] == ["1", "2", "3"]


def test_an_id_used_again_means_the_newest_call(read: Read) -> None:
    once, again = calling(("a", "one", {})), calling(("a", "one", {"n": 2}))
    conversation, problems = read(USER, once, result("a", "first"), again, result("a", "second"), DONE)
    assert problems == []
    assert [turn.results for turn in conversation.turns] == [(ToolResult("first"),), (ToolResult("second"),), ()]


def test_calls_and_results_without_ids_meet_in_order_and_by_name(read: Read) -> None:
    calls = calling((None, "one", {}), (None, "two", {}), (None, "one", {}))
    answers = [result(None, "2", name="two"), result("x", "1"), result(None, "3")]
    conversation, problems = read(USER, calls, *answers, DONE)
    assert problems == []
    assert [each and each.content for each in conversation.turns[0].results] == ["1", "2", "3"]


def test_the_older_function_call_is_one_call(read: Read) -> None:
    call = {"role": "assistant", "content": None, "function_call": {"name": "track", "arguments": '{"id": 1}'}}
    conversation, problems = read(USER, call, {"role": "function", "name": "track", "content": "sent"}, DONE)
    assert problems == []
    (made,) = calls_of(message(conversation.turns[0]))
    assert (made.name, made.arguments, conversation.turns[0].results) == ("track", {"id": 1}, (ToolResult("sent"),))


def test_replies_in_a_row_are_turns_of_their_own_and_late_results_find_them(read: Read) -> None:
    paused = {"role": "assistant", "content": "Still looking.", "stop_reason": "pause_turn"}
    first, second = calling(("a", "one", {})), calling(("b", "two", {}))
    conversation, problems = read(USER, paused, first, second, result("a", "1"), result("b", "2"), DONE)
    assert problems == []
    assert [turn.reply.stop_reason for turn in conversation.turns] == ["pause_turn", "tool_use", "tool_use", "end_turn"]
    assert [turn.results for turn in conversation.turns] == [(), (ToolResult("1"),), (ToolResult("2"),), ()]


def test_words_said_in_a_row_are_kept_together(read: Read) -> None:
    conversation, problems = read(USER, DONE, USER, {"role": "user", "content": [{"type": "text", "text": "Hello?"}]})
    words = [{"type": "text", "text": "Where is my parcel?"}, {"type": "text", "text": "Hello?"}]
    assert (conversation.turns[0].said, problems) == (words, [])


def test_arguments_that_are_not_json_are_kept_as_text_and_told(read: Read) -> None:
    call = calling(("a", "track", {}))
    call["tool_calls"][0]["function"]["arguments"] = '{"id": '
    conversation, problems = read(USER, call)
    (made,) = calls_of(message(conversation.turns[0]))
    assert made.arguments == '{"id": '
    assert len(problems) == 1
    assert problems[0].startswith("warning: messages[1].tool_calls[0].arguments: the arguments are kept as text: not")


@pytest.mark.parametrize("written", ["", "  ", None])
def test_no_arguments_are_an_empty_mapping(read: Read, written: str | None) -> None:
    call = calling(("a", "track", {}))
    call["tool_calls"][0]["function"]["arguments"] = written
    conversation, problems = read(USER, call)
    assert (calls_of(message(conversation.turns[0]))[0].arguments, problems) == ({}, [])


def test_a_call_that_never_got_its_result_is_told_unless_the_conversation_ends_there(read: Read) -> None:
    calls = calling(("a", "one", {}), ("b", "two", {}))
    conversation, problems = read(USER, calls, result("b", "2"), DONE)
    assert conversation.turns[0].results == (None, ToolResult("2"))
    assert problems == ['warning: messages[1]: the conversation goes on without the result of a call; found "one"']
    ended, problems = read(USER, calls)
    assert (ended.turns[0].results, problems) == ((), [])


def test_a_result_without_a_call_is_an_error(read: Read) -> None:
    for stray in (result("x", "1"), {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "x"}]}):
        _, problems = read(USER, calling(("a", "one", {})), result("a", "1"), stray, DONE)
        assert len(problems) == 1
        assert problems[0].startswith("error: messages[3]")
        assert problems[0].endswith('is a tool\'s result that answers no call before it; found "x"')


def test_a_role_that_nobody_knows_is_an_error_with_the_nearest_one(read: Read) -> None:
    _, problems = read(USER, {"role": "asistant", "content": "x"}, "hello", DONE)
    assert problems[0].endswith('did you mean "assistant"?')
    assert "messages[1].role: names no role that is known" in problems[0]
    assert problems[1].startswith("error: messages[2]: must be a message")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (5, "messages[1].content: must be text or a list of content blocks; found 5"),
        ([5], "messages[1].content[0]: must be text or a content block with a type; found 5"),
        ([{"text": "x"}], "messages[1].content[0]: must be text or a content block with a type"),
        ([{"type": "text"}], "messages[1].content[0].text: must be text"),
        ([{"type": "tool_use", "input": {}}], "messages[1]: a tool call must name its tool"),
    ],
)
def test_content_that_is_none_is_an_error(read: Read, content: Any, words: str) -> None:
    _, problems = read(USER, {"role": "assistant", "content": content})
    assert len(problems) == 1
    assert problems[0].startswith(f"error: {words}")


def test_a_block_of_another_kind_is_kept_and_told(read: Read) -> None:
    block = {"type": "tool-call", "toolName": "track"}
    conversation, problems = read(USER, {"role": "assistant", "content": [block]})
    assert message(conversation.turns[0])["content"] == [block]
    assert problems == [
        'warning: messages[1].content[0].type: a block of this type is kept, and no scorer reads it; found "tool-call"'
    ]


@pytest.mark.parametrize("content", [None, "", []])
def test_an_empty_reply_is_a_reply(read: Read, content: Any) -> None:
    conversation, problems = read(USER, {"role": "assistant", "content": content})
    assert (message(conversation.turns[0])["content"], problems) == ([], [])
    trajectory = trajectory_of(conversation.turns)
    assert isinstance(trajectory, Trajectory)
    assert trajectory.answer == ""


def test_refusals_and_cut_offs_keep_their_meaning(read: Read) -> None:
    refusals: list[dict[str, Any]] = [
        {"content": None, "refusal": "I cannot."},
        {"content": [{"type": "refusal", "refusal": "I cannot."}]},
    ]
    for refusal in refusals:
        conversation, _ = read(USER, {"role": "assistant", **refusal})
        trajectory = trajectory_of(conversation.turns)
        assert isinstance(trajectory, Trajectory)
        assert (trajectory.stop_reason, trajectory.answer) == ("refusal", "I cannot.")
    cut, _ = read(USER, {**DONE, "finish_reason": "length"})
    assert cut.turns[0].reply.stop_reason == "max_tokens"


def test_a_tool_message_that_begins_with_error_is_a_failed_call(read: Read) -> None:
    calls = calling(("a", "one", {}), ("b", "two", {}), ("c", "three", {}))
    answers = [result("a", "Error: gone"), result("b", "no error"), result("c", "bad", status="error")]
    conversation, _ = read(USER, calls, *answers, DONE)
    assert [each and each.is_error for each in conversation.turns[0].results] == [True, False, True]


def test_a_system_message_amid_the_conversation_is_kept_and_told(read: Read) -> None:
    conversation, problems = read(USER, DONE, {"role": "developer", "content": "Now in French."}, DONE)
    assert conversation.turns[0].said == "Now in French."
    assert problems == ["warning: messages[2]: a developer message amid the conversation is kept as the user's words"]


@pytest.mark.parametrize(
    ("written", "usage"),
    [
        ({"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": 3}, Usage(5, 2, 0, 3)),
        (
            {"input_tokens": 5, "output_tokens": 2, "cache_creation_input_tokens": 9,
             "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 7}},
            Usage(5, 2, 9, 0, 7),
        ),
        ({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}, Usage(10, 2)),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
            Usage(6, 2, 0, 4),
        ),
        ({"input_tokens": 10, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}, Usage(6, 2, 0, 4)),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4},
             "cache_read_input_tokens": 4, "cache_creation_input_tokens": 1},
            Usage(5, 2, 1, 4),
        ),
        ({"prompt_tokens": 10, "completion_tokens": None, "prompt_tokens_details": None}, Usage(10, 0)),
    ],
)  # fmt: skip
def test_usage_is_read_in_either_style(read: Read, written: dict[str, Any], usage: Usage) -> None:
    conversation, problems = read(USER, {**DONE, "usage": written})
    assert (conversation.turns[0].reply.usage, problems) == (usage, [])
    again, _ = read(USER, message(conversation.turns[0]))
    assert again.turns[0].reply.usage == usage


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("many", 'error: messages[1].usage: must be a mapping of token counts; found "many"'),
        ({"prompt_tokens": -1}, "error: messages[1].usage.prompt_tokens: must be a whole number of tokens, 0 or more"),
        ({"prompt_tokens": 1, "prompt_tokens_details": 4}, "error: messages[1].usage.prompt_tokens_details: must be"),
        ({"total": 9}, "warning: messages[1].usage: holds no token count that is known"),
    ],
)
def test_usage_that_is_none_is_told(read: Read, written: Any, words: str) -> None:
    _, problems = read(USER, {**DONE, "usage": written})
    assert len(problems) == 1
    assert problems[0].startswith(words)


def test_what_is_told_beside_a_conversation_goes_to_its_last_reply(read: Read) -> None:
    told = Told("m", "length", Usage(9, 1), {"reward": 0.5})
    conversation, _ = read(USER, calling(("a", "one", {})), result("a", "1"), DONE, told=told)
    first, last = conversation.turns
    assert (first.reply.model, first.reply.stop_reason, first.reply.usage) == ("m", "tool_use", Usage())
    assert (last.reply.model, last.reply.stop_reason, last.reply.usage) == ("m", "max_tokens", Usage(9, 1))
    trajectory = trajectory_of(conversation.turns)
    assert isinstance(trajectory, Trajectory)
    assert (trajectory.recorded, trajectory.usage) == ({"reward": 0.5}, Usage(9, 1))


def test_what_a_reply_says_itself_goes_before(read: Read) -> None:
    own = {**DONE, "model": "own", "stop_reason": "refusal", "usage": {"input_tokens": 1, "output_tokens": 1}}
    conversation, _ = read(USER, own, told=Told("m", "length", Usage(9, 1)))
    reply = conversation.turns[0].reply
    assert (reply.model, reply.stop_reason, reply.usage) == ("own", "refusal", Usage(1, 1))


def test_scores_that_a_message_claims_for_itself_are_not_taken(read: Read) -> None:
    conversation, _ = read(USER, {**DONE, "recorded_scores": {"reward": 1}})
    trajectory = trajectory_of(conversation.turns)
    assert isinstance(trajectory, Trajectory)
    assert trajectory.recorded == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "text", "tool_use", "tool_result", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "id", "name", "input", "content", "function"]), inner)
    ),
    max_leaves=6,
)
KEYS = ("tool_calls", "function_call", "refusal", "usage", "model", "stop_reason", "tool_call_id", "name")
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "tool", "system", "function", "nobody"]), "content": JSON},
        optional=dict.fromkeys(KEYS, JSON),
    ),
    max_size=5,
)


@given(MESSAGES)
def test_no_conversation_whatever_it_holds_ends_in_a_traceback(messages: list[Any]) -> None:
    problems: list[Any] = []
    turns = read_conversation(messages, problems.append).turns
    assert len(turns) == sum(each["role"] == "assistant" for each in messages)
    for turn in turns:
        assert len(turn.results) in (0, len(calls_of(message(turn))))
    assert not turns or isinstance(trajectory_of(turns), Trajectory)
