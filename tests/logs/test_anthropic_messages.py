"""Logs of the Messages API become items, however a proxy wrapped the exchange; hostile ones become Skipped."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.logs.hostile import mangled, read_all

from evaltui.domain.conversation import message_of
from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Usage
from evaltui.logs.anthropic_messages import AnthropicMessages
from evaltui.logs.importers import Report, importer_for
from evaltui.logs.records import first_records

ASK = {"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": "Where is it?"}]}
REPLY = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x-1", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "Here."}], "usage": {"input_tokens": 5, "output_tokens": 2},
}  # fmt: skip


def written(tmp_path: Path, *records: Any) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def only(tmp_path: Path, record: Any) -> Item:
    (item,) = AnthropicMessages().read(written(tmp_path, record))
    assert isinstance(item, Item)
    return item


def stream(*events: dict[str, Any]) -> str:
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


def start(**more: Any) -> dict[str, Any]:
    begun = REPLY | {"content": [], "stop_reason": None, "usage": {"input_tokens": 5, "output_tokens": 1}} | more
    return {"type": "message_start", "message": begun}


def delta(index: int, kind: str, **more: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **more}}


TEXT = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
CALL = {
    "type": "content_block_start", "index": 1,
    "content_block": {"type": "tool_use", "id": "t1", "name": "track", "input": {}},
}  # fmt: skip
ENDED = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 30}}
STOP = {"type": "message_stop"}


def test_an_exchange_is_an_item_with_all_that_it_tells(tmp_path: Path) -> None:
    ask = ASK | {"system": "Be brief.", "tools": [{"name": "track"}]}
    item = only(tmp_path, {"request": ask, "response": REPLY, "status": 200, "timestamp": "2026-01-02T03:04:05+01:00"})
    assert (item.kind, item.source, item.model) == ("anthropic-messages", "msg_1", "claude-x-1")
    assert (item.at, item.status, item.system, item.tools) == (
        "2026-01-02T02:04:05.000Z", 200, "Be brief.", ({"name": "track"},),
    )  # fmt: skip
    assert item.opening == ({"role": "user", "content": "Where is it?"},)
    assert item.trajectory.answer == "Here."
    assert item.trajectory.usage == Usage(5, 2)
    assert (item.stop_reason, item.told, item.error, item.notes) == ("end_turn", 0, None, ())


@pytest.mark.parametrize(
    "record",
    [
        {"request": ASK, "response": REPLY},
        {"request_body": ASK, "response_body": REPLY, "status_code": "200"},
        {"request": {"method": "POST", "body": ASK}, "response": {"status_code": 200, "body": REPLY}},
        {"req": {"body": json.dumps(ASK)}, "res": {"body": json.dumps(REPLY)}},
        {"request": json.dumps(ASK), "response": json.dumps(REPLY), "url": "https://api.example.com/v1/messages?a=b"},
    ],
)
def test_however_the_envelope_is_written_the_conversation_is_the_same(tmp_path: Path, record: Any) -> None:
    path = written(tmp_path, record)
    assert importer_for(path) == AnthropicMessages()
    item = only(tmp_path, record)
    assert (item.opening, item.trajectory.answer, item.model) == (tuple(ASK["messages"]), "Here.", "claude-x-1")


def test_a_bare_request_and_a_bare_reply_are_items_too(tmp_path: Path) -> None:
    assert only(tmp_path, ASK).opening == tuple(ASK["messages"])
    assert only(tmp_path, REPLY).trajectory.usage == Usage(5, 2)


def test_history_is_part_of_the_conversation_and_its_tokens_are_not(tmp_path: Path) -> None:
    called = {"type": "tool_use", "id": "t1", "name": "track", "input": {"id": 7}}
    failed = {"type": "tool_result", "tool_use_id": "t1", "content": "no such parcel", "is_error": True}
    history = [
        *ASK["messages"],
        {"role": "assistant", "content": [called], "usage": {"input_tokens": 900, "output_tokens": 900}},
        {"role": "user", "content": [failed]},
    ]
    item = only(tmp_path, {"request": ASK | {"messages": history}, "response": REPLY})
    assert (item.told, item.trajectory.turns, item.trajectory.usage) == (1, 2, Usage(5, 2))
    (exchange,) = item.trajectory.exchanges()
    assert (exchange.call.arguments, exchange.failed) == ({"id": 7}, True)


def test_a_prefilled_reply_and_its_completion_are_one_turn(tmp_path: Path) -> None:
    messages = [*ASK["messages"], {"role": "assistant", "content": "It is "}]
    item = only(tmp_path, {"request": ASK | {"messages": messages}, "response": REPLY})
    assert (item.trajectory.turns, item.trajectory.answer) == (1, "It is Here.")


def test_system_messages_before_the_first_word_are_the_system_prompt(tmp_path: Path) -> None:
    messages = [{"role": "system", "content": "Be brief."}, *ASK["messages"]]
    item = only(tmp_path, {"request": ASK | {"messages": messages}, "response": REPLY})
    assert (item.system, item.opening) == ("Be brief.", tuple(ASK["messages"]))


def test_a_stream_becomes_the_message_that_it_told(tmp_path: Path) -> None:
    told = stream(
        start(), TEXT, delta(0, "text_delta", text="Let me "), {"type": "ping"}, delta(0, "text_delta", text="look."),
        {"type": "content_block_stop", "index": 0}, CALL, delta(1, "input_json_delta", partial_json='{"id"'),
        delta(1, "input_json_delta", partial_json=": 7}"), ENDED, STOP,
    )  # fmt: skip
    item = only(tmp_path, {"request": ASK, "response": told})
    assert item.trajectory.answer == "Let me look."
    assert [(call.tool, call.arguments) for call in item.trajectory.calls()] == [("track", {"id": 7})]
    assert (item.trajectory.usage, item.stop_reason) == (Usage(5, 30), "tool_use")


def test_a_stream_kept_as_its_events_is_read_like_its_text(tmp_path: Path) -> None:
    events = [start(), TEXT, delta(0, "text_delta", text="Hi."), ENDED, STOP]
    as_events, as_text = (only(tmp_path, {"request": ASK, "response": said}) for said in (events, stream(*events)))
    assert as_events.turns == as_text.turns


def test_a_stream_that_breaks_off_keeps_what_was_said_and_is_an_error(tmp_path: Path) -> None:
    item = only(tmp_path, {"request": ASK, "response": stream(start(), TEXT, delta(0, "text_delta", text="It"))})
    assert item.trajectory.answer == "It"
    assert item.error
    assert (item.error.kind, item.stop_reason) == ("stream_cut", None)


def test_an_error_event_of_a_stream_is_the_error(tmp_path: Path) -> None:
    event = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    item = only(tmp_path, {"request": ASK, "response": stream(start(), event)})
    assert item.error == Errored("overloaded_error", "Overloaded")


def test_an_error_is_an_item_with_its_kind_and_its_request(tmp_path: Path) -> None:
    fault = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down"}, "request_id": "req_1"}
    item = only(tmp_path, {"request": ASK, "response": fault, "status": 429})
    assert (item.error, item.status, item.source) == (Errored("rate_limit_error", "Slow down", "req_1"), 429, "req_1")
    assert (item.model, item.turns) == ("claude-x", ())


def test_a_failure_of_the_proxy_itself_keeps_its_status(tmp_path: Path) -> None:
    item = only(tmp_path, {"request": ASK, "response": "<html>Bad gateway</html>", "status": 502})
    assert item.error == Errored("http_502", "<html>Bad gateway</html>")


@pytest.mark.parametrize(
    ("feedback", "marks"),
    [
        ("thumbs_down", [Mark(1, "rated", "", 0.0)]),
        (-1, [Mark(1, "rated", "", 0.0)]),
        ({"rating": "up"}, [Mark(1, "rated", "", 1.0)]),
        ({"thumbs": "down", "comment": "not mine"}, [Mark(1, "rated", "not mine", 0.0)]),
        ([{"comment": "wrong day"}, {"value": False}], [Mark(1, "comment", "wrong day"), Mark(1, "rated", "", 0.0)]),
        ("too long", [Mark(1, "comment", "too long")]),
        ({"odd": {}}, []),
    ],
)
def test_what_a_person_said_of_a_reply_is_marked(tmp_path: Path, feedback: Any, marks: list[Mark]) -> None:
    assert list(only(tmp_path, {"request": ASK, "response": REPLY, "feedback": feedback}).marks) == marks


def test_scores_of_a_record_are_those_of_the_item(tmp_path: Path) -> None:
    item = only(tmp_path, {"request": ASK, "response": REPLY, "scores": {"helpful": 0.5, "odd": 7}})
    assert item.scores == {"helpful": 0.5}
    assert [(note.line, note.field) for note in item.notes] == [(1, "scores.odd")]


@pytest.mark.parametrize(
    "record",
    [
        {"request": ASK, "response": {"input_tokens": 3}, "uri": "https://api.example.com/v1/messages/count_tokens"},
        {"request": ASK, "response": {"choices": [], "object": "chat.completion"}},
        {"request": {"messages": [{"role": "user", "content": "Hi"}], "model": "gpt-x"}, "response": None},
        {"level": "info", "message": "started"},
        {"messages": [{"role": "user", "content": "Hi"}]},
    ],
)
def test_what_is_no_exchange_of_this_api_is_skipped_as_sound(tmp_path: Path, record: Any) -> None:
    path = written(tmp_path, record)
    (skipped,) = AnthropicMessages().read(path)
    assert isinstance(skipped, Skipped)
    assert not skipped.damaged
    assert not AnthropicMessages().recognises(first_records(path))


def test_the_same_log_gives_the_same_ids_and_other_requests_others(tmp_path: Path) -> None:
    later = {"request": ASK, "response": REPLY, "timestamp": 1_700_000_000}
    path = written(tmp_path, {"request": ASK, "response": REPLY}, later, {"request": ASK, "response": None})
    first, again = ([each.id for each in AnthropicMessages().read(path) if isinstance(each, Item)] for _ in "12")
    assert first == again
    assert len(set(first)) == 3


def test_a_report_accounts_for_every_record(tmp_path: Path) -> None:
    path = written(tmp_path, {"request": ASK, "response": REPLY}, {"x": 1}, {"x": 2})
    path.write_bytes(path.read_bytes() + b"{]\n")
    report = Report()
    for each in AnthropicMessages().read(path):
        report.add(each)
    assert (report.records, report.items) == (4, 1)
    assert report.words() == (
        "4 records; 1 items; 1 broken: not valid JSON; 2 skipped: the record is no exchange of the Messages API"
    )


FULL = {
    "request": ASK | {"messages": [
        *ASK["messages"],
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "n", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "x", "is_error": True}]},
    ], "system": [{"type": "text", "text": "s"}], "tools": [{"name": "n"}]},
    "response": REPLY, "status": 200, "uri": "https://x/v1/messages", "timestamp": 1.5,
    "feedback": {"rating": 1, "comment": "c"}, "scores": {"a": 1},
}  # fmt: skip
EVENTS = [start(), TEXT, delta(0, "text_delta", text="a"), CALL, delta(1, "input_json_delta", partial_json="{"), ENDED]


@pytest.mark.parametrize("record", [FULL, {"request": ASK, "response": EVENTS}], ids=["plain", "streamed"])
def test_wrong_types_anywhere_never_raise(tmp_path: Path, record: Any) -> None:
    records = list(mangled(record))
    read = read_all(AnthropicMessages(), tmp_path / "log.jsonl", *records)
    assert [each.place.line for each in read] == list(range(1, len(records) + 1))
    assert sum(isinstance(each, Item) for each in read) > len(records) / 2


@given(line=st.binary(max_size=80) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_never_raise(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    read_all(AnthropicMessages(), tmp_path_factory.getbasetemp() / "bytes.jsonl", line)


@settings(max_examples=30)
@given(
    text=st.text(),
    anything=st.recursive(
        st.none() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=9,
    ),
)
def test_any_json_in_the_place_of_a_part_never_raises(
    tmp_path_factory: pytest.TempPathFactory, text: str, anything: Any
) -> None:
    records = [FULL | {key: anything} for key in FULL] + [{"request": ASK, "response": stream(start()) + text}]
    records += [{"request": ASK | {key: anything}, "response": REPLY | {key: anything}} for key in {**ASK, **REPLY}]
    read = read_all(AnthropicMessages(), tmp_path_factory.getbasetemp() / "any.jsonl", *records)
    assert len(read) == len(records)


# ---- the real file, counted once more by walking its JSON


def events_of(text: str) -> list[Any]:
    return [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:")]


def walked(row: dict[str, Any]) -> Counter[str] | None:
    """Turns, calls, failures and tokens of one row; None where it is of another endpoint."""
    request, response = row["request"] if isinstance(row["request"], dict) else {}, row["response"]
    if row["uri"] and not urlsplit(row["uri"]).path.endswith("/messages"):
        return None
    messages, seen, usage = list(request.get("messages", [])), Counter[str](), {}
    seen["items"] += 1
    if isinstance(response, str):
        events = events_of(response)
        seen["calls"] += sum(
            e["type"] == "content_block_start" and e["content_block"]["type"] == "tool_use" for e in events
        )
        usage = next(e["message"]["usage"] for e in events if e["type"] == "message_start")
        usage |= {k: v for e in events if e["type"] == "message_delta" for k, v in e["usage"].items() if v is not None}
        seen["turns"] += 1
    elif response["type"] == "message":
        seen["turns"], usage = 1, response["usage"]
        seen["calls"] += sum(block["type"] == "tool_use" for block in response["content"])
    else:
        seen["errors"] += 1
    completed = bool(messages) and messages[-1]["role"] == "assistant" and seen["turns"]
    seen["turns"] += sum(message["role"] == "assistant" for message in messages) - completed
    for message in messages:
        for block in message["content"] if isinstance(message["content"], list) else []:
            seen["calls"] += block["type"] == "tool_use"
            seen["results"] += block["type"] == "tool_result"
            seen["failures"] += block["type"] == "tool_result" and bool(block.get("is_error"))
    for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
        seen[name] += usage.get(name) or 0
    return seen


def told(item: Item) -> Counter[str]:
    trajectory = item.trajectory
    counts = Counter(
        items=1, turns=trajectory.turns, calls=len(trajectory.calls()), results=len(trajectory.results()),
        failures=sum(each.failed for each in trajectory.exchanges()), errors=int(item.error is not None),
    )  # fmt: skip
    for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
        counts[name] = getattr(trajectory.usage, name)
    return counts


def test_the_real_file_is_read_row_by_row_as_it_is_counted_independently(shared_data: Path) -> None:
    path = shared_data / "messages_http.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    read = list(AnthropicMessages().read(path))
    assert importer_for(path) == AnthropicMessages()
    assert len(read) == len(rows) == 280
    for row, each in zip(rows, read, strict=True):
        expected = walked(row)
        if expected is None:
            assert isinstance(each, Skipped), row["id"]
            assert not each.damaged
        else:
            assert isinstance(each, Item), row["id"]
            assert +told(each) == +expected, row["id"]
            assert [note for note in each.notes if note.severity == "error"] == [], row["id"]


def test_streamed_and_plain_replies_of_the_real_file_hold_all_their_text(shared_data: Path) -> None:
    path = shared_data / "messages_http.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    texts = 0
    for row, each in zip(rows, AnthropicMessages().read(path), strict=True):
        if isinstance(each, Item) and each.turns and not each.error:
            message = message_of(each.turns[-1].reply)
            assert isinstance(message, dict)
            said = "".join(block["text"] for block in message["content"] if block["type"] == "text")
            assert said == walked_text(row["response"]), row["id"]
            texts += bool(said)
    assert texts > 200


def walked_text(response: Any) -> str:
    if isinstance(response, str):
        deltas = [e["delta"] for e in events_of(response) if e["type"] == "content_block_delta"]
        return "".join(each["text"] for each in deltas if each["type"] == "text_delta")
    return "".join(block["text"] for block in response["content"] if block["type"] == "text")
