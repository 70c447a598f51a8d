"""Results of Message Batches become items with the requests they answer, however the two were logged."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.hostile import mangled, read_all

from evaltui.domain.item import Item, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Usage
from evaltui.logs.batch_results import BatchResults
from evaltui.logs.importers import importer_for

URL = "https://api.example.com/v1/messages/batches"


def params(text: str) -> dict[str, Any]:
    return {"model": "claude-x", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}


def succeeded(custom_id: str, text: str) -> dict[str, Any]:
    usage = {"input_tokens": 3, "output_tokens": 4}
    message = {"type": "message", "role": "assistant", "id": f"msg_{text}", "model": "claude-x-1", "usage": usage}
    message |= {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    return {"custom_id": custom_id, "result": {"type": "succeeded", "message": message}}


def made(batch: str, **asked: str) -> dict[str, Any]:
    requests = [{"custom_id": name, "params": params(text)} for name, text in asked.items()]
    response = {"id": batch, "type": "message_batch", "created_at": "2026-01-02T03:04:05Z"}
    return {"method": "POST", "uri": URL, "request": {"requests": requests}, "response": response}


def ended(batch: str, *lines: Any) -> dict[str, Any]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return {"method": "GET", "uri": f"{URL}/{batch}/results", "request": None, "response": text}


def state(batch: str) -> dict[str, Any]:
    return {"method": "GET", "uri": f"{URL}/{batch}", "response": {"id": batch, "type": "message_batch"}}


def items(read: list[Item | Skipped]) -> list[Item]:
    return [each for each in read if isinstance(each, Item)]


def told(read: list[Item | Skipped]) -> list[tuple[Any, str]]:
    return [(item.opening[0]["content"] if item.opening else None, item.trajectory.answer) for item in items(read)]


def test_each_result_of_recorded_traffic_finds_the_request_of_its_own_batch(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    read = read_all(
        BatchResults(), path, made("b1", x="One?", y="Two?"), made("b2", x="Three?"), state("b1"),
        ended("b2", succeeded("x", "3")), ended("b1", succeeded("y", "2"), succeeded("x", "1")),
    )  # fmt: skip
    assert importer_for(path) == BatchResults()
    assert told(read) == [("Three?", "3"), ("Two?", "2"), ("One?", "1")]
    assert [item.source for item in items(read)] == ["b2/x", "b1/y", "b1/x"]
    assert {item.at for item in items(read)} == {"2026-01-02T03:04:05.000Z"}
    assert sum(each.place.records for each in read) == 5
    assert not any(each.damaged for each in read if isinstance(each, Skipped))


def test_results_that_come_after_the_byte_of_resuming_still_find_their_requests(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    read = read_all(
        BatchResults(), path, made("b1", x="One?", y="Two?"), ended("b1", succeeded("x", "1"), succeeded("y", "2")),
        succeeded("z", "3"),
    )  # fmt: skip
    assert list(BatchResults().read(path, read[0].place.after)) == read[1:]
    assert list(BatchResults().read(path, read[1].place.after)) == read[1:], "not amid the results of one record"
    assert list(BatchResults().read(path, read[2].place.after)) == read[3:]


def test_result_lines_find_their_requests_before_them_or_in_a_file_beside(tmp_path: Path) -> None:
    asked = {"custom_id": "x", "params": params("One?")}
    together = read_all(BatchResults(), tmp_path / "log.jsonl", asked, succeeded("x", "1"))
    assert told(together) == [("One?", "1")]
    beside = tmp_path / "requests.jsonl"
    beside.write_text(json.dumps(asked) + "\n")
    apart = read_all(BatchResults(beside), tmp_path / "log.jsonl", succeeded("x", "1"), succeeded("y", "2"))
    assert told(apart) == [("One?", "1"), (None, "2")]
    assert items(apart)[0].trajectory.usage == Usage(3, 4)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ({"type": "errored", "error": {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}},
         Errored("overloaded_error", "Busy")),
        ({"type": "errored", "error": {"type": "api_error", "message": "Oh"}}, Errored("api_error", "Oh")),
        ({"type": "canceled"}, Errored("canceled", "the batch was canceled before this request was processed")),
        ({"type": "expired"}, Errored("expired", "the batch expired before this request was processed")),
    ],
)  # fmt: skip
def test_a_result_without_a_message_is_an_item_with_its_error(tmp_path: Path, result: Any, error: Errored) -> None:
    lines = [made("b1", x="One?"), ended("b1", {"custom_id": "x", "result": result})]
    (item,) = items(read_all(BatchResults(), tmp_path / "log.jsonl", *lines))
    assert (item.error, item.turns, item.opening[0]["content"]) == (error, (), "One?")


def test_a_broken_line_among_results_is_skipped_and_the_others_are_items(tmp_path: Path) -> None:
    read = read_all(BatchResults(), tmp_path / "log.jsonl", ended("b1", "{oops", succeeded("x", "a\u2028b")))
    assert [isinstance(each, Skipped) and each.damaged for each in read] == [True, False]
    assert sum(each.place.records for each in read) == 1
    assert told(read) == [(None, "a\u2028b")]


def test_other_exchanges_of_the_same_recording_are_items_too(tmp_path: Path) -> None:
    response = succeeded("x", "Hi")["result"]["message"]
    plain = {"uri": "https://x/v1/messages", "request": params("Hello?"), "response": response}
    read = read_all(BatchResults(), tmp_path / "log.jsonl", made("b1", x="One?"), plain)
    assert [(item.kind, item.trajectory.answer) for item in items(read)] == [("anthropic-messages", "Hi")]


def test_wrong_types_anywhere_never_raise(tmp_path: Path) -> None:
    sound = [made("b1", x="One?"), {"custom_id": "x", "params": params("One?")}]
    for whole in (made("b1", x="One?"), ended("b1", succeeded("x", "1")), succeeded("x", "1"), state("b1")):
        records = list(mangled(whole))
        read = read_all(BatchResults(), tmp_path / "log.jsonl", *sound, *records, ended("b1", succeeded("x", "1")))
        assert sum(each.place.records for each in read) == len(records) + 3


def counted(message: dict[str, Any]) -> tuple[str, int, int]:
    return message["id"], message["usage"]["input_tokens"], message["usage"]["output_tokens"]


def of_items(read: list[Item]) -> list[tuple[str, int, int]]:
    bodies = [(json.loads(item.turns[-1].reply.body), item.trajectory.usage) for item in read]
    return [(body["id"], usage.input_tokens, usage.output_tokens) for body, usage in bodies]


def test_every_result_line_of_the_real_file_is_an_item_with_its_tokens(shared_data: Path) -> None:
    path = shared_data / "batch_result_lines.jsonl"
    rows = [json.loads(line)["line"]["result"]["message"] for line in path.read_text().splitlines()]
    read = list(BatchResults().read(path))
    assert importer_for(path) == BatchResults()
    assert len(items(read)) == len(read) == 16
    assert of_items(items(read)) == [counted(row) for row in rows]


def walked_requests(row: dict[str, Any]) -> list[tuple[tuple[str, str], Any]]:
    requests = row["request"].get("requests", []) if isinstance(row["request"], dict) else []
    return [((row["response"]["id"], each["custom_id"]), each["params"]["messages"]) for each in requests]


def walked_results(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if not row["uri"].endswith("/results"):
        return []
    text = row["response"] if isinstance(row["response"], str) else json.dumps(row["response"])
    return [(row["uri"].split("/")[-2], json.loads(line)) for line in text.splitlines()]


def test_every_result_of_the_real_traffic_is_an_item_with_the_request_of_its_batch(shared_data: Path) -> None:
    path = shared_data / "batches_http.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    asked = dict(pair for row in rows for pair in walked_requests(row))
    results = [pair for row in rows for pair in walked_results(row)]
    plain = [row["response"] for row in rows if row["uri"].endswith("/messages")]
    read = list(BatchResults().read(path))
    of_batch = [item for item in items(read) if item.kind == "anthropic-batch"]
    assert of_items(of_batch) == [counted(line["result"]["message"]) for _, line in results]
    found = [asked.get((batch, line["custom_id"])) for batch, line in results]
    assert [list(item.opening) for item in of_batch] == [
        [message for message in messages or [] if message["role"] != "system"] for messages in found
    ]
    assert sum(messages is not None for messages in found) == len(found)
    assert of_items([item for item in items(read) if item.kind != "anthropic-batch"]) == list(map(counted, plain))
    assert sum(each.place.records for each in read) == len(rows) == 128
