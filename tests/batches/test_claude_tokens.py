"""Counting tokens over real HTTP: the sandbox's own count, and servers that do not count."""

from contextlib import closing

import msgspec
import pytest
from loopback import KEY, Loopback, error_json, reply

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import TokenCounter
from evaltui.domain.batch import Fault
from evaltui.sandbox.scripted import echo
from evaltui.sandbox.server import running

PARAMS = {
    "model": "claude-haiku-5-5",
    "max_tokens": 64,
    "temperature": 0.5,
    "system": "Say it again.",
    "messages": [{"role": "user", "content": "How long is this?"}],
}


def test_the_count_is_the_input_of_the_later_message_and_counts_nothing_as_sent() -> None:
    with running(echo()) as sandbox:
        with closing(ClaudeEngine("sk-sandbox", sandbox.url)) as engine:
            counter: TokenCounter = engine
            counted = counter.count_tokens(msgspec.json.encode(PARAMS))
        seen = sandbox.counters()
    assert isinstance(counted, int)
    assert 0 < counted < 100
    assert (seen["count_tokens"], seen["messages"], seen["requests_accepted"]) == (1, 0, 0)


def test_only_the_keys_that_the_endpoint_takes_are_sent(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, b'{"input_tokens": 17, "new_field": 1}'))
    assert engine.count_tokens(msgspec.json.encode(PARAMS)) == 17
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/messages/count_tokens")
    assert msgspec.json.decode(seen.body) == {key: PARAMS[key] for key in ("model", "system", "messages")}


@pytest.mark.parametrize("status", [404, 405])
def test_a_server_that_does_not_count_is_missing_and_no_reason_to_stop(
    server: Loopback, engine: ClaudeEngine, status: int
) -> None:
    server.then(reply(status, b"<html>no such page</html>"))
    found = engine.count_tokens(msgspec.json.encode(PARAMS))
    assert isinstance(found, Fault)
    assert found.kind == "missing"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(200, b"twelve"), "transient"),
        (reply(200, b'{"input_tokens": null}'), "transient"),
        (reply(401, error_json("authentication_error", f"no key {KEY}")), "stop"),
        (reply(429, error_json("rate_limit_error", "slow down"), retry_after="3"), "rate_limited"),
        (reply(500, b""), "transient"),
    ],
)
def test_every_other_failure_is_a_fault_of_its_kind_without_the_key(
    server: Loopback, engine: ClaudeEngine, answer, kind: str
) -> None:
    server.then(answer)
    found = engine.count_tokens(msgspec.json.encode(PARAMS))
    assert isinstance(found, Fault)
    assert found.kind == kind
    assert KEY not in found.words


def test_params_that_are_no_object_are_never_sent(server: Loopback, engine: ClaudeEngine) -> None:
    found = engine.count_tokens(b"[1]")
    assert isinstance(found, Fault)
    assert (found.kind, server.seen) == ("invalid", [])
