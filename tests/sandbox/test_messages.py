"""Single messages, token counts, models, and the two endpoints of our own."""

import anthropic
import pytest

from evaltui.sandbox.catalogue import MODELS
from evaltui.sandbox.model import Refused
from evaltui.sandbox.scripted import Scripted


def test_a_message_is_answered_at_once(desk):
    message = desk.sdk.messages.create(**desk.params("hello"))
    assert (message.content[0].text, message.stop_reason, message.model) == ("hello", "end_turn", "claude-haiku-5-5")
    assert (message.usage.service_tier, message.usage.cache_read_input_tokens) == ("standard", 0)
    assert message.id.startswith("msg_")


def test_bad_params_are_refused_at_once(desk):
    with pytest.raises(anthropic.BadRequestError) as caught:
        desk.sdk.messages.create(**desk.params(), extra_body={"seed": 1})
    assert caught.value.api_message == "seed: Extra inputs are not permitted"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a":' * 5_000])
def test_a_malformed_message_request_is_refused(desk, body):
    for path in ("/v1/messages", "/v1/messages/count_tokens"):
        reply = desk.raw("POST", path, content=body)
        assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")


def test_what_the_model_refuses_has_the_status_of_its_kind(start):
    desk = start(Scripted(lambda _: Refused("overloaded_error", "busy")))
    with pytest.raises(anthropic.InternalServerError) as caught:
        desk.sdk.messages.create(**desk.params())
    assert (caught.value.status_code, caught.value.type) == (529, "overloaded_error")


def test_the_token_count_is_the_input_of_the_later_message(desk):
    request = desk.params("how long is this?")
    counted = desk.sdk.messages.count_tokens(model=request["model"], messages=request["messages"])
    assert counted.input_tokens == desk.sdk.messages.create(**request).usage.input_tokens


def test_the_token_count_is_an_estimate_where_the_model_has_no_answer(start):
    desk = start(Scripted({}))
    request = desk.params("x" * 400)
    counted = desk.sdk.messages.count_tokens(model=request["model"], messages=request["messages"])
    assert 100 < counted.input_tokens < 150


def test_models_are_listed_and_described(desk):
    assert [model.id for model in desk.sdk.models.list(limit=5)] == list(MODELS)
    haiku = desk.sdk.models.retrieve("claude-haiku-5-5")
    assert (haiku.max_tokens, haiku.line, haiku.lifecycle) == (128_000, "haiku", "active")
    assert haiku.capabilities.batch.supported
    assert haiku.capabilities.thinking.types.disabled.supported
    old = desk.sdk.models.retrieve("claude-sonnet-4-5")
    assert (old.lifecycle, old.retires_at.isoformat()) == ("deprecated", "2026-11-30T00:00:00+00:00")
    with pytest.raises(anthropic.NotFoundError):
        desk.sdk.models.retrieve("claude-none")


def test_the_counters_count_what_happened(desk):
    batch = desk.finished(2)
    desk.results(batch)
    desk.batches.list()
    desk.batches.cancel(desk.create(1).id)
    seen = desk.raw("GET", "/_sandbox").json()
    assert seen == desk.sandbox.counters() | {"now": seen["now"]}
    expected = {"creates_received": 2, "creates_committed": 2, "requests_accepted": 3, "results_downloads": 1}
    assert expected.items() <= seen.items()
    assert (seen["polls"], seen["lists"], seen["cancels"], seen["deletes"], seen["model"]) == (2, 1, 1, 0, "scripted")
    assert seen["duplicate_custom_ids"] == {"surplus": 1, "most": {"k1-c0-000000-r0": 2}}


def test_the_clock_can_be_moved_forward_only(desk):
    before = desk.create()
    moved = desk.raw("POST", "/_sandbox/clock", json={"advance": 3600})
    assert moved.status_code == 200
    assert (desk.create().created_at - before.created_at).total_seconds() >= 3600
    for bad in ({"advance": -1}, {"advance": "x"}, {}, {"advance": 1, "x": 1}, []):
        assert desk.raw("POST", "/_sandbox/clock", json=bad).status_code == 400
