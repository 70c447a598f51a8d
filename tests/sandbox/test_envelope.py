"""What a batch creation refuses at once, in the API's words; a refused body is refused whole."""

import json

import pytest

from evaltui.sandbox.envelope import MAX_REQUESTS, read_envelope
from evaltui.sandbox.errors import ApiError

P = {"model": "m"}
PATTERN = "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"
OBJECT = "Input should be a valid dictionary or object to extract fields from"
REFUSED = [
    ({"requests": []}, "requests: List should have at least 1 item after validation, not 0"),
    ({}, "requests: Field required"),
    ([], f"body: {OBJECT}"),
    ({"requests": {}}, "requests: Input should be a valid list"),
    ({"requests": None}, "requests: Input should be a valid list"),
    ({"requests": ["a"]}, f"requests.0: {OBJECT}"),
    ({"requests": [{"params": P}]}, "requests.0.custom_id: Field required"),
    ({"requests": [{"custom_id": "a"}]}, "requests.0.params: Field required"),
    ({"requests": [{"custom_id": 1, "params": P}]}, "requests.0.custom_id: Input should be a valid string"),
    ({"requests": [{"custom_id": "a", "params": []}]}, f"requests.0.params: {OBJECT}"),
    ({"requests": [{"custom_id": "a", "params": None}]}, f"requests.0.params: {OBJECT}"),
    ({"requests": [{"custom_id": "a", "params": P, "x": 1}]}, "requests.0.x: Extra inputs are not permitted"),
    ({"requests": [{"custom_id": "a", "params": P}], "n": 1}, "n: Extra inputs are not permitted"),
    ({"requests": [{"custom_id": "", "params": P}]}, f"requests.0.custom_id: {PATTERN}"),
    ({"requests": [{"custom_id": "a b", "params": P}]}, f"requests.0.custom_id: {PATTERN}"),
    ({"requests": [{"custom_id": "a\n", "params": P}]}, f"requests.0.custom_id: {PATTERN}"),
    ({"requests": [{"custom_id": "ä", "params": P}]}, f"requests.0.custom_id: {PATTERN}"),
    (
        {"requests": [{"custom_id": "a" * 64, "params": P}, {"custom_id": "a" * 65, "params": P}]},
        "requests.1.custom_id: String should have at most 64 characters",
    ),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_a_bad_envelope_is_refused_in_the_words_of_the_api(desk, body, message):
    reply = desk.raw("POST", "/v1/messages/batches", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"] == {"type": "invalid_request_error", "message": message}
    assert desk.sandbox.counters()["creates_committed"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"requests": [}',
        b"\xff",
        b'{"requests": []} x',
        b'{"requests":[{"custom_id":"a","params":' + b"[" * 100_000,
    ],
)
def test_malformed_json_is_refused(desk, body):
    reply = desk.raw("POST", "/v1/messages/batches", content=body)
    assert reply.status_code == 400
    assert "not valid JSON" in reply.json()["error"]["message"]


def test_one_duplicate_custom_id_refuses_the_whole_batch(desk):
    reply = desk.raw("POST", "/v1/messages/batches", json={"requests": [*desk.requests(3), *desk.requests(1)]})
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith("requests.3.custom_id: custom_id must be unique")
    assert desk.sandbox.counters()["creates_committed"] == 0


def test_100_000_requests_are_accepted_and_one_more_is_not(desk):
    items = [{"custom_id": f"c-{n}", "params": desk.params("x")} for n in range(MAX_REQUESTS + 1)]
    accepted = desk.raw("POST", "/v1/messages/batches", content=json.dumps({"requests": items[:-1]}).encode())
    assert (accepted.status_code, accepted.json()["request_counts"]["processing"]) == (200, MAX_REQUESTS)
    refused = desk.raw("POST", "/v1/messages/batches", content=json.dumps({"requests": items}).encode())
    assert refused.json()["error"]["message"] == (
        "requests: List should have at most 100000 items after validation, not 100001"
    )
    assert desk.sandbox.counters()["requests_accepted"] == MAX_REQUESTS


def test_a_body_that_is_too_long_is_413_also_when_its_length_is_not_announced(start):
    desk = start(max_bytes=100_000)
    body = json.dumps({"requests": desk.requests(2_000)}).encode()
    chunks = (body[at : at + 10_000] for at in range(0, len(body), 10_000))
    for content in (body, chunks):
        reply = desk.raw("POST", "/v1/messages/batches", content=content)
        assert (reply.status_code, reply.json()["error"]["type"]) == (413, "request_too_large")
    assert desk.create(1).processing_status == "in_progress"


def test_a_chunked_body_is_accepted(desk):
    body = json.dumps({"requests": desk.requests(3)}).encode()
    reply = desk.raw("POST", "/v1/messages/batches", content=(body[at : at + 7] for at in range(0, len(body), 7)))
    assert reply.json()["request_counts"]["processing"] == 3


def test_params_stay_the_bytes_that_were_sent():
    (item,) = read_envelope(b'{"requests":[{"custom_id":"a","params":{"b": 1.50, "a":"\\u00e9"}}]}')
    assert bytes(item.params) == b'{"b": 1.50, "a":"\\u00e9"}'


def test_a_hostile_field_name_is_only_quoted():
    with pytest.raises(ApiError, match="Extra inputs are not permitted"):
        read_envelope(json.dumps({"requests": [], "a` - at `$.x": 1}).encode())
