"""Chat completions in OpenAI's style become the same items as those of the Messages API."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.hostile import mangled, read_all

from evaltui.domain.item import Item, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Usage
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.logs.openai_chat import OpenAiChat

CALL = {"id": "c1", "type": "function", "function": {"name": "track", "arguments": '{"id": 7}'}}
HISTORY = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Where is it?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "Error: no such parcel"},
]
ASK = {"model": "gpt-x", "messages": HISTORY, "tools": [{"type": "function", "function": {"name": "track"}}]}
USAGE = {"prompt_tokens": 30, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 10}}
DONE = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "gpt-x-1", "usage": USAGE,
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Unknown."}}],
}  # fmt: skip


def only(tmp_path: Path, record: Any) -> Item:
    (item,) = read_all(OpenAiChat(), tmp_path / "log.jsonl", record)
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize(
    "record",
    [
        {"request": ASK, "response": DONE, "status": 200},
        {"custom_id": "x", "request": {"body": ASK}, "response": {"status_code": 200, "body": DONE}, "error": None},
    ],
)
def test_a_completion_is_an_item_with_all_that_it_tells(tmp_path: Path, record: Any) -> None:
    item = only(tmp_path, record)
    assert importer_for(tmp_path / "log.jsonl") == OpenAiChat()
    assert (item.system, item.model, item.status) == ("Be brief.", "gpt-x-1", 200)
    assert item.opening == ({"role": "user", "content": "Where is it?"},)
    assert (item.trajectory.turns, item.told, item.trajectory.answer) == (2, 1, "Unknown.")
    assert item.trajectory.usage == Usage(20, 4, 0, 10)
    (exchange,) = item.trajectory.exchanges()
    assert (exchange.call.arguments, exchange.failed) == ({"id": 7}, True)
    assert [(each.reason, each.turn) for each in failures_of(item)] == [("tool_error", 1)]


def test_a_completion_by_itself_and_a_conversation_by_itself_are_items(tmp_path: Path) -> None:
    assert only(tmp_path, DONE).trajectory.usage == Usage(20, 4, 0, 10)
    assert only(tmp_path, DONE).at == "2023-11-14T22:13:20.000Z"
    item = only(tmp_path, {"messages": [*HISTORY, {"role": "assistant", "content": "Unknown."}]})
    assert (item.trajectory.turns, item.told, item.trajectory.answer) == (2, 0, "Unknown.")


@pytest.mark.parametrize(("finish", "reason"), [("length", "truncated"), ("content_filter", "refusal")])
def test_a_reply_that_was_cut_or_filtered_is_a_failure(tmp_path: Path, finish: str, reason: str) -> None:
    choice = DONE["choices"][0] | {"finish_reason": finish}  # type: ignore[index]
    item = only(tmp_path, {"request": ASK | {"messages": HISTORY[:2]}, "response": DONE | {"choices": [choice]}})
    assert [each.reason for each in failures_of(item)] == [reason]


def test_an_error_is_an_item_with_its_kind(tmp_path: Path) -> None:
    fault = {"error": {"message": "Too fast", "type": None, "code": "rate_limit_exceeded"}}
    item = only(tmp_path, {"request": ASK, "response": fault, "status": 429, "request_id": "r1"})
    assert item.error == Errored("rate_limit_exceeded", "Too fast", "r1")
    html = {"request": ASK, "response": "<html>", "status": 502, "url": "https://x/v1/chat/completions"}
    assert only(tmp_path, html).error == Errored("http_502", "<html>")


def test_choices_beside_the_first_are_noted(tmp_path: Path) -> None:
    item = only(tmp_path, {"request": ASK, "response": DONE | {"choices": DONE["choices"] * 3}})  # type: ignore[operator]
    assert item.trajectory.answer == "Unknown."
    assert [note.message for note in item.notes] == ["2 choices beside the first are left out"]


@pytest.mark.parametrize("record", [{"a": 1}, {"messages": []}, {"messages": [{"role": "alien"}]}, {"response": "x"}])
def test_what_is_no_completion_is_skipped_as_sound(tmp_path: Path, record: Any) -> None:
    (skipped,) = read_all(OpenAiChat(), tmp_path / "log.jsonl", record)
    assert isinstance(skipped, Skipped)
    assert not skipped.damaged
    assert importer_for(tmp_path / "log.jsonl") is None


def test_wrong_types_anywhere_never_raise(tmp_path: Path) -> None:
    records = list(mangled({"request": ASK, "response": DONE, "status": 200, "feedback": "down"}))
    read = read_all(OpenAiChat(), tmp_path / "log.jsonl", *records)
    assert len(read) == len(records)
    assert sum(isinstance(each, Item) and bool(failures_of(each)) for each in read) > len(records) / 2


def test_conversations_of_the_real_airline_desk_are_counted_as_an_independent_walk_counts_them(
    shared_data: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (shared_data / "tau_airline_trials01.jsonl").read_text().splitlines()]
    conversations = [row["messages"] for row in rows]
    read = read_all(OpenAiChat(), tmp_path / "log.jsonl", *({"messages": each} for each in conversations))
    assert len(read) == len(rows) == 100
    for messages, item in zip(conversations, read, strict=True):
        assert isinstance(item, Item)
        trajectory = item.trajectory
        assert trajectory.turns == sum(message["role"] == "assistant" for message in messages)
        assert len(trajectory.calls()) == sum(len(message.get("tool_calls") or []) for message in messages)
        assert len(trajectory.results()) == sum(message["role"] == "tool" for message in messages)
