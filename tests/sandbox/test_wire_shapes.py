"""The sandbox against recorded traffic of the real API: the same keys and the same JSON types."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import anthropic
import pytest

from evaltui.sandbox.catalogue import MODELS
from evaltui.sandbox.model import Answer
from evaltui.sandbox.rules.params import Setting, refusal
from evaltui.sandbox.scripted import Scripted, tool_answer

# Fields that came to the wire after the older recordings were made.
LATER_MESSAGE, LATER_USAGE = (
    {"stop_details"},
    {"cache_creation", "output_tokens_details", "inference_geo", "service_tier"},
)
PLAIN_MESSAGE = {"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"} | LATER_MESSAGE
TIMES = ("created_at", "expires_at", "ended_at", "archived_at", "cancel_initiated_at")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def kinds(value: dict[str, Any]) -> dict[str, str]:
    return {key: type(element).__name__ for key, element in value.items()}


def recorded_batches(folder: Path) -> list[dict[str, Any]]:
    replies = [line["response"] for line in lines(folder / "batches_http.jsonl")]
    return [reply for reply in replies if isinstance(reply, dict) and reply.get("type") == "message_batch"]


def test_batch_objects_have_the_recorded_shape_in_every_state(desk, shared_data):
    recorded = {}
    for batch in recorded_batches(shared_data):
        recorded.setdefault((batch["processing_status"], batch["cancel_initiated_at"] is not None), batch)

    running = desk.create()
    seen = {("in_progress", False): desk.raw("GET", f"/v1/messages/batches/{running.id}").json()}
    seen["canceling", True] = desk.raw("POST", f"/v1/messages/batches/{running.id}/cancel").json()
    ended = desk.finished()
    seen["ended", False] = desk.raw("GET", f"/v1/messages/batches/{ended.id}").json()

    assert recorded.keys() >= {("in_progress", False), ("canceling", True), ("ended", False)}
    for state, ours in seen.items():
        assert kinds(ours) == kinds(recorded[state]), state
        assert kinds(ours["request_counts"]) == kinds(recorded[state]["request_counts"])


def test_timestamps_are_written_as_recorded(desk, shared_data):
    ours = desk.raw("GET", f"/v1/messages/batches/{desk.finished().id}").json()
    for batch in [ours, *recorded_batches(shared_data)]:
        for name in TIMES:
            if batch[name] is not None:
                assert datetime.fromisoformat(batch[name]).utcoffset().total_seconds() == 0
                assert (len(batch[name]), batch[name][-6:]) == (32, "+00:00")


def test_succeeded_result_lines_have_the_recorded_shape(desk, shared_data):
    batch = desk.finished(1)
    ours = json.loads(desk.raw("GET", f"/v1/messages/batches/{batch.id}/results").text)
    newest = lines(shared_data / "batch_result_lines.jsonl")[0]["line"]
    assert kinds(ours) == kinds(newest)
    assert kinds(ours["result"]) == kinds(newest["result"])
    message, recorded = ours["result"]["message"], newest["result"]["message"]
    assert kinds(message) == kinds(recorded)
    assert kinds(message["usage"]) == kinds(recorded["usage"])
    assert message["usage"]["service_tier"] == recorded["usage"]["service_tier"] == "batch"
    assert kinds(message["content"][0]) == kinds(recorded["content"][0])


def test_every_recorded_plain_message_has_no_field_that_ours_lacks(start, shared_data):
    desk = start(Scripted(lambda params: tool_answer(params, "find", {"q": "x"})))
    ours = desk.raw("POST", "/v1/messages", json=desk.params()).json()
    compared = 0
    for line in lines(shared_data / "messages_http.jsonl"):
        reply = line["response"]
        if line["kind"] != "json" or reply.get("type") != "message" or not reply.keys() <= PLAIN_MESSAGE:
            continue
        compared += 1
        assert ours.keys() - LATER_MESSAGE <= reply.keys() <= ours.keys()
        usage = {
            key: kind for key, kind in kinds(reply["usage"]).items() if key not in ("server_tool_use", "iterations")
        }
        assert usage.items() <= kinds(ours["usage"]).items()
        for block in reply["content"]:
            if block["type"] == "tool_use":
                assert kinds(ours["content"][0]).items() <= kinds(block).items()
    assert compared > 100


def test_error_bodies_have_the_recorded_shape_and_words(desk, shared_data):
    recorded = [line for line in lines(shared_data / "messages_http.jsonl") if line["kind"] == "error"]
    unknown = next(line for line in recorded if line["status"] == 404 and "max_tokens" in line["request"])
    ours = desk.raw("POST", "/v1/messages", json=desk.params() | {"model": unknown["request"]["model"]})
    assert ours.status_code == 404
    assert kinds(ours.json()) == kinds(unknown["response"])
    assert ours.json()["error"] == unknown["response"]["error"]

    effort = next(line for line in recorded if "effort" in line["response"]["error"]["message"])
    ours = desk.raw("POST", "/v1/messages", json=effort["request"])
    assert (ours.status_code, ours.json()["error"]) == (effort["status"], effort["response"]["error"])


def test_recorded_batch_requests_are_accepted(shared_data):
    checked = 0
    for line in lines(shared_data / "batches_http.jsonl"):
        for item in (line["request"] or {}).get("requests", ()):
            params = item["params"] | {"model": "claude-haiku-4-5"}
            assert refusal(params, Setting("2023-06-01", in_batch=True), 100) is None
            checked += 1
    assert checked > 10


def test_recorded_single_requests_are_accepted_where_the_model_still_exists(shared_data):
    checked = 0
    for line in lines(shared_data / "messages_http.jsonl"):
        request = line["request"]
        if line["status"] != 200 or line["kind"] != "json" or not isinstance(request, dict):
            continue
        if "/v1/messages" not in line["uri"] or "count" in line["uri"] or request.get("model") not in MODELS:
            continue
        refused = refusal(request, Setting("2023-06-01", ("some-beta",)), 100)
        assert refused is None, (line["id"], refused)
        checked += 1
    assert checked > 50


def test_the_sdk_reads_every_kind_of_result(start):
    def script(params):
        text = params["messages"][0]["content"]
        if text == "case 0":
            return tool_answer(params, "find", {"q": "x"})
        return Answer([{"type": "thinking", "thinking": "", "signature": "s"}], "end_turn", 3, 4, {"speed": "standard"})

    desk = start(Scripted(script), faults="partial-expiry:1")
    requests = [*desk.requests(3), {"custom_id": "bad", "params": {}}]
    batch = desk.end(desk.batches.create(requests=requests))
    kinds_seen = sorted(line.result.type for line in desk.batches.results(batch.id))
    assert kinds_seen in (
        ["errored", "expired", "succeeded", "succeeded"],
        ["expired", "succeeded", "succeeded", "succeeded"],
    )


@pytest.mark.parametrize("headers", [{"x-api-key": "k"}, {"authorization": "Bearer k"}])
def test_both_ways_of_sending_the_key_are_accepted(desk, headers):
    bare = {"x-api-key": "", "authorization": ""}
    assert desk.raw("GET", "/v1/models", headers=bare | headers).status_code == 200


def test_x_api_key_goes_before_the_bearer_token(desk):
    batch = desk.create()
    path = f"/v1/messages/batches/{batch.id}"
    assert desk.raw("GET", path, headers={"authorization": "Bearer another"}).status_code == 200
    assert desk.raw("GET", path, headers={"x-api-key": "another", "authorization": "Bearer key-of-tests"}).is_error


def test_errors_of_the_door_have_their_types(desk):
    cases = [
        ({"x-api-key": ""}, 401, "authentication_error", "x-api-key header is required"),
        ({"x-api-key": "", "authorization": "Basic k"}, 401, "authentication_error", "x-api-key header is required"),
        ({"anthropic-version": "2024-01-01"}, 400, "invalid_request_error", 'anthropic-version: "2024-01-01" is not'),
    ]
    for headers, status, kind, message in cases:
        reply = desk.raw("GET", "/v1/models", headers=headers)
        assert (reply.status_code, reply.json()["error"]["type"]) == (status, kind)
        assert reply.json()["error"]["message"].startswith(message)
    del desk.http.headers["anthropic-version"]
    assert desk.raw("GET", "/v1/models").json()["error"]["message"] == "anthropic-version: header is required"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("PUT", "/v1/messages", 405), ("GET", "/", 404), ("GET", "/_sandbox/x", 404)],
)
def test_unknown_paths_and_methods_are_errors_of_the_wire(desk, method, path, status):
    reply = desk.raw(method, path)
    assert (reply.status_code, reply.json()["type"]) == (status, "error")
    assert reply.json()["request_id"] == reply.headers["request-id"]


def test_every_reply_says_who_sent_it_and_carries_limits(desk):
    for method, path in (("GET", "/v1/models"), ("GET", "/nothing"), ("POST", "/v1/messages"), ("GET", "/_sandbox")):
        headers = desk.raw(method, path).headers
        assert (headers["x-evaltui-sandbox"], headers["server"]) == ("1", "evaltui-sandbox (not Claude)")
        assert headers["request-id"].startswith("req_")
        for name in ("requests", "tokens", "input-tokens", "output-tokens"):
            prefix = f"anthropic-ratelimit-{name}"
            assert int(headers[f"{prefix}-remaining"]) < int(headers[f"{prefix}-limit"])
            assert datetime.fromisoformat(headers[f"{prefix}-reset"])


def test_the_sdk_sees_request_ids_on_replies_and_errors(desk):
    assert desk.create()._request_id.startswith("req_")
    with pytest.raises(anthropic.NotFoundError) as caught:
        desk.batches.retrieve("msgbatch_none")
    assert caught.value.request_id == caught.value.body["request_id"]
