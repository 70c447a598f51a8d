"""Real replies of the API, recorded by others, read by our client over real HTTP."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import KEY, Loopback, Seen, make_chunk, reply

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Downloaded
from evaltui.batches.results import ResultLine, outcome, read_lines, read_results
from evaltui.batches.wire import read_batch
from evaltui.domain.batch import RemoteBatch
from evaltui.domain.request import Canceled, Errored, Expired, Succeeded

BATCHES = "/v1/messages/batches"


def rows(shared_data: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (shared_data / name).read_text("utf-8").split("\n") if line]


def lifecycles(shared_data: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(shared_data, "batches_http.jsonl"):
        if BATCHES in row["uri"]:
            found.setdefault(row["cassette"], []).append(row)
    return found


def replay(row: dict[str, Any]) -> object:
    payload = row["response"] if isinstance(row["response"], str) else json.dumps(row["response"])
    kind = row["headers"].get("content-type")
    return reply(row["status"], payload, **({"content_type": kind} if kind else {}))


def test_six_whole_lifecycles_and_two_cancels_are_read_over_http(
    server: Loopback, engine: ClaudeEngine, shared_data: Path, tmp_path: Path
) -> None:
    ended = canceled = 0
    for number, cassette in enumerate(lifecycles(shared_data).values()):
        server.queue.clear()
        server.seen.clear()
        server.then(*(replay(row) for row in cassette))
        remote: object = None
        for row in cassette:
            remote = play(engine, row, remote, tmp_path / str(number))
            canceled += row["uri"].endswith("/cancel")
            ended += isinstance(remote, Downloaded)
        assert [asked(seen) for seen in server.seen] == [expected(row) for row in cassette]
    assert (ended, canceled) == (6, 2)


def play(engine: ClaudeEngine, row: dict[str, Any], remote: object, folder: Path) -> object:
    """Makes the call that the recording made, and compares our reading of the reply with its plain JSON."""
    if row["uri"].endswith("/results"):
        assert isinstance(remote, RemoteBatch)
        return results(engine, row, remote, folder / "results.jsonl")
    if row["method"] == "POST" and row["uri"].endswith("batches"):
        read = engine.submit(make_chunk(folder, len(row["request"]["requests"])))
    else:
        verb = engine.cancel if row["uri"].endswith("/cancel") else engine.status
        read = verb(row["response"]["id"])
    assert isinstance(read, RemoteBatch)
    said = row["response"]
    assert (read.id, read.status) == (said["id"], said["processing_status"])
    assert read.counts.total == sum(said["request_counts"].values())
    assert read.created_at is not None
    assert read.expires_at == read.created_at + timedelta(hours=24)
    assert (read.ended_at is None) == (said["ended_at"] is None)
    return read


def results(engine: ClaudeEngine, row: dict[str, Any], remote: RemoteBatch, target: Path) -> Downloaded:
    downloaded = engine.download(remote, target)
    assert isinstance(downloaded, Downloaded)
    assert target.read_text("utf-8") == row["response"]
    found = list(read_results(target))
    said = [json.loads(line) for line in row["response"].split("\n") if line.strip()]
    assert len(found) == len(said) == remote.counts.total == downloaded.lines
    outcomes = [outcome(line) for line in found if isinstance(line, ResultLine)]
    assert sum(isinstance(each, Succeeded) for each in outcomes) == remote.counts.succeeded
    assert sum(isinstance(each, Errored) for each in outcomes) == remote.counts.errored
    return downloaded


def asked(seen: Seen) -> tuple[str, str]:
    return seen.method, seen.path


def expected(row: dict[str, Any]) -> tuple[str, str]:
    return row["method"], row["uri"].removeprefix("https://api.anthropic.com").split("?")[0]


def test_every_real_result_line_is_read(shared_data: Path) -> None:
    for row in rows(shared_data, "batch_result_lines.jsonl"):
        said = row["line"]
        [line] = read_lines([json.dumps(said, ensure_ascii=False).encode() + b"\n"])
        assert isinstance(line, ResultLine)
        assert line.custom_id == said["custom_id"]
        compare(outcome(line), said["result"])


def compare(found: object, result: dict[str, Any]) -> None:
    if result["type"] == "succeeded":
        assert isinstance(found, Succeeded)
        agrees(found, result["message"])
    elif result["type"] == "errored":
        inner = result["error"].get("error", result["error"])
        assert isinstance(found, Errored)
        assert (found.kind, found.message) == (inner["type"], inner["message"])
    else:
        assert isinstance(found, {"canceled": Canceled, "expired": Expired}[result["type"]])


def agrees(found: Succeeded, message: dict[str, Any]) -> None:
    usage = message["usage"]
    assert json.loads(found.body) == message
    assert (found.stop_reason, found.model) == (message["stop_reason"], message["model"])
    assert (found.usage.input_tokens, found.usage.output_tokens) == (usage["input_tokens"], usage["output_tokens"])
    assert found.usage.cache_read_input_tokens == (usage.get("cache_read_input_tokens") or 0)
    assert found.usage.cache_creation_input_tokens == (usage.get("cache_creation_input_tokens") or 0)


def test_every_real_message_of_the_live_api_is_read_as_an_outcome(shared_data: Path) -> None:
    messages = [
        row["response"]
        for row in rows(shared_data, "messages_http.jsonl")
        if row["kind"] == "json" and row["response"].get("type") == "message"
    ]
    assert len(messages) > 200
    for message in messages:
        result = {"type": "succeeded", "message": message}
        [line] = read_lines([json.dumps({"custom_id": "a", "result": result}).encode()])
        assert isinstance(line, ResultLine)
        found = outcome(line)
        assert isinstance(found, Succeeded)
        agrees(found, message)


def test_every_real_state_of_a_batch_is_read(shared_data: Path) -> None:
    for row in rows(shared_data, "batch_poll_states.jsonl"):
        remote = read_batch(json.dumps(row).encode())
        assert remote is not None
        assert (remote.id, remote.status) == (row["id"], row["processing_status"])
        assert remote.counts.total == sum(row["request_counts"].values())


def test_every_real_error_body_of_the_live_api_is_read(
    server: Loopback, engine: ClaudeEngine, shared_data: Path
) -> None:
    recorded = rows(shared_data, "messages_http.jsonl")
    errors = [row for row in recorded if row["kind"] == "error"]
    assert errors
    for row in errors:
        server.queue.clear()
        server.then(reply(row["status"], json.dumps(row["response"])))
        fault = engine.status("msgbatch_01")
        assert not isinstance(fault, RemoteBatch)
        assert row["response"]["error"]["type"] in fault.message
        assert KEY not in fault.message


@pytest.fixture(autouse=True)
def _needs_shared_data(shared_data: Path) -> None:
    """Skips all of this file, with its reason, where the recordings are absent."""
