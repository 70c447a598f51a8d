"""What a reply that is no success allows next, and how long the server asks us to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from loopback import error_json

from evaltui.batches.faults import clean, of_reply
from evaltui.batches.retry_after import retry_after

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("creating", [True, False])
@pytest.mark.parametrize(
    ("status", "kind", "message", "code"),
    [
        (429, "rate_limit_error", "Too much", "enforced_spend_limit_reached"),
        (429, "rate_limit_error", "Too much", "contract_spend_limit_reached"),
        (429, "rate_limit_error", "Too much", "linked_organization_spend_limit_reached"),
        (429, "rate_limit_error", "Too much", "ramp_limit_exceeded"),
        (429, "rate_limit_error", "You have reached your monthly spending limit", None),
        (400, "invalid_request_error", "Your credit balance is too low to access the API", None),
        (400, "invalid_request_error", "You have reached your specified API usage limits.", None),
        (402, "billing_error", "Payment required", None),
    ],
)
def test_a_limit_on_money_stops_with_advice(status, kind, message, code, creating) -> None:
    fault = of_reply(status, {}, error_json(kind, message, code), creating=creating)
    assert fault.kind == "stop"
    assert "spending limit" in fault.advice


def test_a_spending_code_stops_even_where_a_wait_is_named() -> None:
    body = error_json("rate_limit_error", "Too much", "enforced_spend_limit_reached")
    fault = of_reply(429, {"retry-after": "30"}, body, creating=True)
    assert (fault.kind, fault.retry_after) == ("stop", 30)


@pytest.mark.parametrize("code", [None, "ramp_limit_exceeded", "something_new"])
def test_a_limit_on_rate_or_growth_that_says_when_it_ends_is_waited_for(code) -> None:
    body = error_json("rate_limit_error", "This would exceed your spending limit's ramp", code)
    fault = of_reply(429, {"retry-after": "3600"}, body, creating=True)
    assert (fault.kind, fault.retry_after) == ("rate_limited", 3600)


def test_a_rate_limit_without_a_wait_leaves_it_to_us() -> None:
    fault = of_reply(429, {}, error_json("rate_limit_error", "Number of requests exceeded"), creating=True)
    assert (fault.kind, fault.retry_after) == ("rate_limited", None)


def test_a_request_that_talks_of_billing_is_only_invalid() -> None:
    body = error_json("invalid_request_error", "requests.3.params: unexpected field 'billing'")
    assert of_reply(400, {}, body, creating=True).kind == "invalid"


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_of_a_create_is_either_definite_or_ambiguous(status: int) -> None:
    kind = of_reply(status, {}, b"", creating=True).kind
    assert (kind == "ambiguous") == (status >= 500 or status in (408, 499))
    assert of_reply(status, {}, b"", creating=False).kind != "ambiguous"


def test_the_request_id_comes_from_the_header_or_else_from_the_body() -> None:
    body = b'{"type":"error","error":{"type":"api_error","message":"x"},"request_id":"req_body"}'
    assert of_reply(500, {"request-id": "req_head"}, body, creating=True).request_id == "req_head"
    assert of_reply(500, {}, body, creating=True).request_id == "req_body"


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"error":null}', b'{"error":"text"}', b'{"error":{"message":7}}', b"\xff\xfe"],
)
def test_an_error_body_that_is_none_still_gives_a_fault(body: bytes) -> None:
    assert of_reply(500, {}, body, creating=True).message.startswith("500")


def test_a_clean_text_is_short_printable_and_on_one_line() -> None:
    assert clean("a\r\n\tb\x1b[0m\u202e") == "a b [0m"
    assert len(clean("x" * 10_000)) == 500


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": format_datetime(NOON, usegmt=True), "date": format_datetime(NOON - timedelta(hours=1))}, 3600),
        ({"retry-after": format_datetime(NOON, usegmt=True), "date": format_datetime(NOON + timedelta(hours=1))}, 0),
    ],
)
def test_the_wait_is_read_in_its_three_spellings(headers, seconds) -> None:
    assert retry_after(headers) == seconds


def test_a_date_without_the_servers_own_is_measured_by_our_clock() -> None:
    wait = retry_after({"retry-after": format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)})
    assert wait is not None
    assert 7000 < wait <= 7200
