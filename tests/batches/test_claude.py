"""The engine against real HTTP on loopback, through the real SDK."""

import contextlib
import gc
import hashlib
import socket
import subprocess
import sys
import threading
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from loopback import KEY, Loopback, batch_json, drop, error_json, hang, make_chunk, raw, reply, reset

from evaltui.batches.claude import MOST_PAGES, ClaudeEngine
from evaltui.domain.batch import Chunk, Counts, Fault, RemoteBatch

HTML = b"<html><head><title>502 Bad Gateway</title><style>b{}</style></head><body>nginx</body></html>"
SINCE = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def fault(result: object) -> Fault:
    assert isinstance(result, Fault), result
    return result


def kind(result: object) -> str:
    return fault(result).kind


# --- create


def test_a_create_sends_the_file_as_it_is_with_its_length_and_the_key(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk
) -> None:
    server.then(reply(200, batch_json()))
    remote = engine.submit(chunk)
    assert isinstance(remote, RemoteBatch)
    assert (remote.id, remote.status, remote.counts) == ("msgbatch_01", "in_progress", Counts(processing=2))
    assert remote.created_at == datetime(2026, 11, 22, 20, 0, 0, 100435, UTC)
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/messages/batches")
    assert seen.body == chunk.body.read_bytes()
    assert seen.headers["content-length"] == str(chunk.body_bytes)
    assert "transfer-encoding" not in seen.headers
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["anthropic-version"]


def test_the_base_url_keeps_its_path_prefix(server: Loopback, chunk: Chunk) -> None:
    server.then(reply(200, batch_json()))
    engine = ClaudeEngine(KEY, f"{server.url}/gateway/")
    engine.submit(chunk)
    engine.close()
    assert server.seen[0].path == "/gateway/v1/messages/batches"


def test_a_large_body_streams_from_the_disk(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    server.then(reply(200, batch_json()))
    engine.submit(make_chunk(tmp_path / "first"))  # imports the SDK, whose memory is not the body's
    body = tmp_path / "large.json"
    body.write_bytes(b"x" * 64_000_000)
    with body.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    gc.collect()
    tracemalloc.start()
    result = engine.submit(Chunk("abcdefghij", 2, body, 64_000_000, digest))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(result, RemoteBatch)
    assert server.seen[1].received == 64_000_000
    assert peak < 8_000_000


@pytest.mark.parametrize(
    "behaviour",
    [
        drop,
        reset,
        raw(b"HTTP/1.1 200 OK\r\ncontent-le"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n" + batch_json()[:100]),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n" + batch_json()[:20]),
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + batch_json()[:100]),
        raw(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!"),
        raw(b"this is not HTTP\r\n\r\n"),
        reply(200, HTML, content_type="text/html"),
        reply(200, b""),
        reply(200, b'{"type":"message_batch"}'),
        reply(200, b'{"type":"message","id":"msg_01"}'),
        reply(202, b"queued"),
        reply(204),
        reply(303, b"", location="/elsewhere"),
        reply(408, error_json("timeout_error", "late")),
        reply(500, error_json("api_error", "oops")),
        reply(502, HTML, content_type="text/html"),
        reply(503, b""),
        reply(504, error_json("timeout_error", "late")),
        reply(529, error_json("overloaded_error", "Overloaded")),
    ],
)
def test_a_create_nobody_refused_for_certain_is_ambiguous_and_sent_once(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk, behaviour
) -> None:
    server.then(behaviour)
    assert kind(engine.submit(chunk)) == "ambiguous"
    assert len(server.seen) == 1


def test_a_create_that_gets_no_answer_in_time_is_ambiguous_and_sent_once(
    server: Loopback, hasty: ClaudeEngine, chunk: Chunk
) -> None:
    server.then(hang)
    result = fault(hasty.submit(chunk))
    assert result.kind == "ambiguous"
    assert "ReadTimeout" in result.message
    assert len(server.seen) == 1


@pytest.mark.parametrize("should_retry", ["true", "false"])
def test_a_server_that_asks_the_sdk_to_retry_is_not_obeyed(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk, should_retry: str
) -> None:
    server.then(reply(500, b"", x_should_retry=should_retry, retry_after="7"))
    assert fault(engine.submit(chunk)).retry_after == 7
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, "invalid"),
        (401, "stop"),
        (402, "stop"),
        (403, "stop"),
        (404, "stop"),
        (405, "stop"),
        (409, "transient"),
        (413, "invalid"),
        (422, "invalid"),
        (429, "rate_limited"),
    ],
)
def test_a_create_refused_with_a_definite_status_was_not_taken(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk, status: int, expected: str
) -> None:
    server.then(reply(status, error_json("some_error", "requests.0.custom_id: too long")))
    result = fault(engine.submit(chunk))
    assert result.kind == expected
    assert result.message == f"{status} some_error: requests.0.custom_id: too long"
    assert result.request_id == "req_loop"
    assert bool(result.advice) == (expected == "stop")
    assert len(server.seen) == 1


def test_a_refusal_sent_before_the_body_was_read_is_understood(tmp_path: Path) -> None:
    """A server that answers 413 early keeps the connection open long enough for the reply to be read."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def refuse() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            body = error_json("request_too_large", "Request exceeds the maximum size")
            connection.sendall(b"HTTP/1.1 413 Large\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            connection.shutdown(socket.SHUT_WR)
            while not done.is_set() and connection.recv(65536):
                pass

    thread = threading.Thread(target=refuse)
    thread.start()
    engine = ClaudeEngine(KEY, f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=10)
    try:
        assert kind(engine.submit(make_chunk(tmp_path, 50_000))) == "invalid"
    finally:
        done.set()
        engine.close()
        thread.join()
        listener.close()


def test_a_refused_connection_sent_nothing_and_may_be_tried_again(chunk: Chunk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    engine = ClaudeEngine(KEY, f"http://127.0.0.1:{port}")
    assert kind(engine.submit(chunk)) == "transient"
    engine.close()


def test_a_host_that_does_not_answer_at_all_was_sent_nothing(chunk: Chunk) -> None:
    """A listener whose queue is full lets further connections hang, as a host behind a firewall does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        engine = ClaudeEngine(KEY, f"http://127.0.0.1:{listener.getsockname()[1]}", connect_timeout=0.2)
        result = fault(engine.submit(chunk))
        engine.close()
    assert result.kind == "transient"
    assert "ConnectTimeout" in result.message


def test_headers_of_the_environment_that_cannot_be_sent_stop(
    server: Loopback, chunk: Chunk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-team: se\rcret")
    engine = ClaudeEngine(KEY, server.url)
    result = fault(engine.submit(chunk))
    engine.close()
    assert result.kind == "stop"
    assert "cret" not in result.message
    assert not server.seen


def test_a_server_that_does_not_speak_tls_was_sent_nothing(server: Loopback, chunk: Chunk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def garble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=garble)
        thread.start()
        engine = ClaudeEngine(KEY, f"https://127.0.0.1:{listener.getsockname()[1]}")
        assert kind(engine.submit(chunk)) == "transient"
        engine.close()
        thread.join()


@pytest.mark.parametrize("base_url", ["not a url", "ftp://127.0.0.1", "http://[::1"])
def test_an_address_that_is_none_stops_with_advice(base_url: str, chunk: Chunk) -> None:
    engine = ClaudeEngine(KEY, base_url)
    result = fault(engine.submit(chunk))
    assert result.kind == "stop"
    assert "base_url" in result.advice
    engine.close()


@pytest.mark.parametrize("key", ["", " ", "sk\nx", "sk-ключ"])
def test_a_key_that_can_be_none_stops_before_anything_is_sent(server: Loopback, chunk: Chunk, key: str) -> None:
    result = fault(ClaudeEngine(key, server.url).submit(chunk))
    assert result.kind == "stop"
    assert not key.strip() or key not in result.message
    assert not server.seen


@pytest.mark.parametrize("location", ["/v1/elsewhere", "http://127.0.0.1:9/v1/messages/batches"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk, status: int, location: str
) -> None:
    server.then(reply(status, b"", location=location))
    assert kind(engine.submit(chunk)) == "stop"
    assert kind(engine.status("msgbatch_01")) == "stop"
    assert [seen.path for seen in server.seen] == ["/v1/messages/batches", "/v1/messages/batches/msgbatch_01"]


def test_a_redirect_is_not_followed_where_the_usual_client_is_used(server: Loopback, chunk: Chunk) -> None:
    """The unspecified address reaches this machine without being a loopback address."""
    engine = ClaudeEngine(KEY, f"http://0.0.0.0:{server.port}")
    server.then(reply(307, b"", location="/v1/elsewhere"))
    assert kind(engine.submit(chunk)) == "stop"
    assert kind(engine.status("msgbatch_01")) == "stop"
    assert len(server.seen) == 2
    engine.close()


def test_a_body_that_changed_since_it_was_written_is_not_sent(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk
) -> None:
    chunk.body.write_bytes(chunk.body.read_bytes().replace(b"claude-haiku-5-5", b"claude-opus-5-50"))
    assert kind(engine.submit(chunk)) == "invalid"
    chunk.body.unlink()
    assert kind(engine.submit(chunk)) == "invalid"
    assert not server.seen


def test_the_key_is_in_no_message(server: Loopback, engine: ClaudeEngine, chunk: Chunk) -> None:
    server.then(reply(400, error_json("invalid_request_error", f"bad header Bearer {KEY}")))
    result = fault(engine.submit(chunk))
    assert KEY not in repr(result)
    assert "[key]" in result.message


def test_a_message_is_one_short_line_that_no_terminal_acts_upon(
    server: Loopback, engine: ClaudeEngine, chunk: Chunk
) -> None:
    server.then(reply(400, error_json("invalid_request_error", "\x1b[2J\x9b31mred\r\nnew\u202eline " + "x" * 5000)))
    message = fault(engine.submit(chunk)).message
    assert message.isprintable()
    assert len(message) <= 500


def test_an_html_page_is_told_by_its_words(server: Loopback, engine: ClaudeEngine, chunk: Chunk) -> None:
    server.then(reply(502, HTML))
    assert fault(engine.submit(chunk)).message == "502: 502 Bad Gateway nginx"


def test_the_environment_gives_neither_key_nor_address_nor_proxy(
    server: Loopback, chunk: Chunk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANTHROPIC_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.setenv(name, "foreign")
    server.then(reply(200, batch_json()))
    engine = ClaudeEngine(KEY, server.url)
    assert isinstance(engine.submit(chunk), RemoteBatch)
    engine.close()
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert "foreign" not in str(server.seen[0].headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALL_PROXY", "socks5://127.0.0.1:9"), ("HTTPS_PROXY", "ftp://127.0.0.1"), ("SSL_CERT_FILE", "/none")],
)
def test_an_environment_no_connection_can_be_made_in_stops_with_advice(
    chunk: Chunk, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = fault(ClaudeEngine(KEY, "https://api.invalid").submit(chunk))
    assert result.kind == "stop"
    assert "proxy" in result.advice


def test_a_hostile_request_id_is_cleaned(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(500, b"", request_id=f"req\x9b31m {KEY} " + "x" * 900))
    request_id = fault(engine.status("msgbatch_01")).request_id
    assert request_id is not None
    assert request_id.isprintable()
    assert len(request_id) <= 500
    assert KEY not in request_id


def test_the_endpoint_names_no_secret() -> None:
    assert ClaudeEngine(KEY, "https://user:secret@gateway.example/claude").endpoint == "https://gateway.example/claude"


def test_making_an_engine_does_not_import_the_sdk() -> None:
    code = "import sys; from evaltui.batches.claude import *; ClaudeEngine('k'); print('anthropic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


# --- reads


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (drop, "transient"),
        (reset, "transient"),
        (reply(500, b""), "transient"),
        (reply(529, error_json("overloaded_error", "Overloaded")), "transient"),
        (reply(408, b""), "transient"),
        (reply(409, b""), "transient"),
        (reply(200, HTML), "transient"),
        (reply(200, batch_json("msgbatch_other")), "transient"),
        (reply(404, error_json("not_found_error", "no such batch")), "missing"),
        (reply(401, error_json("authentication_error", "bad key")), "stop"),
        (reply(402, b""), "stop"),
        (reply(403, b""), "stop"),
        (reply(400, error_json("invalid_request_error", "bad id")), "invalid"),
        (reply(429, error_json("rate_limit_error", "slow down"), retry_after="3600"), "rate_limited"),
    ],
)
def test_a_read_that_fails_says_what_may_be_done(
    server: Loopback, engine: ClaudeEngine, behaviour, expected: str
) -> None:
    server.then(behaviour)
    assert kind(engine.status("msgbatch_01")) == expected
    assert kind(engine.cancel("msgbatch_01")) == expected
    assert len(server.seen) == 2


def test_a_read_that_hangs_is_transient(server: Loopback, hasty: ClaudeEngine) -> None:
    server.then(hang)
    assert kind(hasty.status("msgbatch_01")) == "transient"


def test_a_cancel_is_posted_and_answers_with_the_batch(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, batch_json(status="canceling", cancel_initiated_at="2026-11-22T20:05:00+00:00")))
    remote = engine.cancel("msgbatch_01")
    assert isinstance(remote, RemoteBatch)
    assert remote.status == "canceling"
    assert remote.cancel_initiated_at == datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
    assert (server.seen[0].method, server.seen[0].path) == ("POST", "/v1/messages/batches/msgbatch_01/cancel")


@pytest.mark.parametrize("hostile", ["../../v1/keys", "a/b?c=d#e", "a b", "%2e%2e"])
def test_an_id_cannot_reach_another_path(server: Loopback, engine: ClaudeEngine, hostile: str) -> None:
    server.then(reply(404, b""))
    engine.status(hostile)
    rest = server.seen[0].path.removeprefix("/v1/messages/batches/")
    assert not set(rest) & set("/?# ")


# --- listing


def listing(*batches: bytes, has_more: bool) -> bytes:
    data = [msgspec.json.decode(batch) for batch in batches]
    ids = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return msgspec.json.encode({"data": data, "has_more": has_more, **ids})


def test_the_listing_is_paged_until_it_is_older_than_asked(server: Loopback, engine: ClaudeEngine) -> None:
    young = batch_json("b3", created_at="2026-11-22T21:00:00Z")
    edge = batch_json("b2", created_at="2026-11-22T20:00:00Z")
    old = batch_json("b1", created_at="2026-11-22T19:59:59Z")
    server.then(reply(200, listing(young, edge, has_more=True)), reply(200, listing(old, has_more=True)))
    found = engine.recent(SINCE)
    assert isinstance(found, tuple)
    assert [remote.id for remote in found] == ["b3", "b2"]
    assert [seen.path for seen in server.seen] == [
        "/v1/messages/batches?limit=1000",
        "/v1/messages/batches?limit=1000&after_id=b2",
    ]


def test_a_batch_without_a_date_is_never_left_out_of_the_listing(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, listing(batch_json("b1", created_at=None), has_more=False)))
    found = engine.recent(SINCE)
    assert isinstance(found, tuple)
    assert [remote.id for remote in found] == ["b1"]


def test_an_empty_listing_is_empty(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, listing(has_more=False)))
    assert engine.recent(SINCE) == ()


def test_a_listing_that_breaks_on_its_second_page_is_no_listing(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, listing(batch_json(), has_more=True)), reply(500, b""))
    assert kind(engine.recent(SINCE)) == "transient"


def test_a_listing_with_a_batch_that_cannot_be_read_is_no_listing(server: Loopback, engine: ClaudeEngine) -> None:
    for odd in (b'{"type":"message_batch"}', b'{"id":".."}', b'{"id":"m1","type":"message"}'):
        server.queue.clear()
        server.then(reply(200, b'{"data":[{"id":"b1"},%b],"has_more":false}' % odd))
        assert kind(engine.recent(SINCE)) == "transient"


def test_a_listing_without_end_stops(server: Loopback, engine: ClaudeEngine) -> None:
    server.then(reply(200, listing(batch_json(), has_more=True)))
    assert kind(engine.recent(SINCE)) == "stop"
    assert len(server.seen) == MOST_PAGES
