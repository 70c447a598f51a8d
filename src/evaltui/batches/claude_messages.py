"""Owns one request to the Messages API: bytes out, bytes back, and what a failure says about having been paid for."""

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from evaltui.batches.claude_client import ClaudeClient
from evaltui.batches.claude_faults import expected_errors, of_error
from evaltui.batches.faults import clean
from evaltui.batches.limits import used_up
from evaltui.batches.wire import ErrorReply, read_error
from evaltui.domain.batch import Fault

if TYPE_CHECKING:
    import httpx2

MESSAGES = "/v1/messages"
OVERLOADED = 529
ABSENT = 404
UNANSWERED = "unanswered"
MAYBE_PAID = "it may have been paid for, so it is not sent again by itself; `evaltui retry` sends it again"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request, for good: `result` is the JSON that stands behind `result` in a results file.

    `pause`: seconds for which the server will take nothing more, by its own words.
    """

    kind: str
    result: bytes
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not processed: the same request may be sent again, after `seconds` where the server named them.

    `reached` is false where nobody answered at all.
    """

    message: str
    seconds: float | None
    reached: bool = True


def send_message(api: ClaudeClient, params: bytes) -> Answer | Later | Fault:
    """Send one request, once. A fault is of kind `stop`: no request would fare better until a person acts."""
    import httpx2

    client = api.connected()
    if isinstance(client, Fault):
        return client
    headers = {"Content-Type": "application/json"}
    try:
        reply = client.post(MESSAGES, cast_to=httpx2.Response, content=params, options={"headers": headers})
    except expected_errors() as error:
        return _failed(api, error)
    return replace(_read(api, reply), pause=used_up(reply.headers))


def errored(kind: str, message: str, request_id: str | None = None) -> Answer:
    """A result of type `errored`, as a batch would have it."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return Answer("errored", msgspec.json.encode({"type": "errored", "error": body}))


def unanswered(why: str) -> Answer:
    """A request that left and whose reply nobody has."""
    return errored(UNANSWERED, f"{why}; {MAYBE_PAID}")


def canceled() -> Answer:
    """A request that was not sent any more."""
    return Answer("canceled", b'{"type":"canceled"}')


def given_up(refusal: Later, times: int) -> Answer:
    """A request that the server refused this often."""
    return errored("rate_limit_error", f"not processed: refused {times} times, at last with {refusal.message}")


def _failed(api: ClaudeClient, error: Exception) -> Answer | Later | Fault:
    fault = api.hide(of_error(error, creating=True))
    status, said = _said(error)
    if fault.kind in ("rate_limited", "transient") or status == OVERLOADED:
        return Later(fault.message, fault.retry_after, reached=status is not None)
    if fault.kind == "invalid" or (status == ABSENT and said.type == "not_found_error"):  # such as an unknown model
        return errored(said.type or "invalid_request_error", fault.message, fault.request_id)
    return fault if fault.kind == "stop" else unanswered(fault.message)


def _said(error: Exception) -> tuple[int | None, ErrorReply]:
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        return error.status_code, read_error(error.response.content)
    return None, ErrorReply()


def _read(api: ClaudeClient, reply: "httpx2.Response") -> Answer:
    body: bytes = reply.content
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        # A line feed between JSON's tokens is white space; within a line it would end the result.
        line = body.strip().replace(b"\r", b" ").replace(b"\n", b" ")
        return Answer("succeeded", b'{"type":"succeeded","message":%b}' % line)
    said = read_error(body)
    words = said.message or f"the reply is no message: {body[:500].decode('utf-8', 'replace') or 'it is empty'}"
    words = api.without_key(clean(f"{words}; {MAYBE_PAID}"))
    return errored(said.type or "unreadable_reply", words, reply.headers.get("request-id"))
