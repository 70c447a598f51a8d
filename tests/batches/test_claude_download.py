"""Results reach the disk whole or not at all, whatever the server does."""

import gzip
from pathlib import Path

import msgspec
import pytest
from loopback import KEY, Loopback, Seen, batch_json, drop, error_json, hang, raw, reply

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Downloaded
from evaltui.batches.wire import read_batch
from evaltui.domain.batch import Counts, Fault, RemoteBatch

ENDED = RemoteBatch("msgbatch_01", "ended", Counts(succeeded=3))
LINE = b'{"custom_id":"%d","result":{"type":"canceled"}}\n'
BODY = b"".join(LINE % number for number in range(3))
BOUNDARY = 2 * len(LINE % 0)
GZIP = gzip.compress(BODY)


def sized(payload: bytes, declared: int, headers: bytes = b"") -> object:
    return raw(b"HTTP/1.1 200 OK\r\n" + headers + b"content-length: %d\r\n\r\n" % declared + payload)


def closing(payload: bytes, headers: bytes = b"") -> object:
    return raw(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + payload)


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n", headers: bytes = b"") -> object:
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + headers + b"\r\n" + body + end)


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "behaviour",
    [
        sized(BODY, len(BODY)),
        closing(BODY),
        chunked(BODY[:10], BODY[10:60], BODY[60:]),
        sized(GZIP, len(GZIP), b"content-encoding: gzip\r\n"),
        closing(GZIP, b"content-encoding: gzip\r\n"),
        chunked(GZIP[:9], GZIP[9:], headers=b"content-encoding: gzip\r\n"),
    ],
)
def test_whole_results_in_every_framing_are_kept(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path, behaviour
) -> None:
    server.then(behaviour)
    target = tmp_path / "new" / "results.jsonl"
    assert engine.download(ENDED, target) == Downloaded(target, len(BODY), 3)
    assert target.read_bytes() == BODY
    assert only(target.parent) == ["results.jsonl"]
    assert (server.seen[0].method, server.seen[0].path) == ("GET", "/v1/messages/batches/msgbatch_01/results")


@pytest.mark.parametrize(
    "behaviour",
    [
        sized(BODY[:60], len(BODY)),
        sized(BODY[:BOUNDARY], len(BODY)),
        sized(BODY[:60], 60),
        closing(BODY[:60]),
        closing(BODY[:BOUNDARY]),
        closing(b""),
        chunked(BODY[:60], end=b""),
        chunked(BODY[:BOUNDARY], end=b""),
        chunked(BODY[:BOUNDARY]),
        sized(GZIP[:40], len(GZIP), b"content-encoding: gzip\r\n"),
        sized(GZIP[:40], 40, b"content-encoding: gzip\r\n"),
        closing(GZIP[:40], b"content-encoding: gzip\r\n"),
        chunked(GZIP[:40], end=b"", headers=b"content-encoding: gzip\r\n"),
        sized(b"no gzip at all", 14, b"content-encoding: gzip\r\n"),
        sized(b"<html>\n<body>\n</html>\n", 22),
        reply(200, b"not JSON lines", content_type="text/html"),
        drop,
    ],
)
def test_results_cut_off_in_any_framing_are_transient_and_leave_nothing(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path, behaviour
) -> None:
    server.then(behaviour)
    result = engine.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Fault)
    assert result.kind == "transient"
    assert only(tmp_path) == []


def test_a_cut_at_a_line_boundary_is_told_by_its_numbers(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path
) -> None:
    server.then(closing(BODY[:BOUNDARY]))
    result = engine.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Fault)
    assert "2 lines" in result.message
    assert "3 requests" in result.message


def test_a_failed_download_leaves_an_earlier_one_alone(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    target = tmp_path / "results.jsonl"
    target.write_bytes(b"earlier")
    server.then(closing(BODY[:60]), sized(BODY, len(BODY)))
    assert isinstance(engine.download(ENDED, target), Fault)
    assert target.read_bytes() == b"earlier"
    assert isinstance(engine.download(ENDED, target), Downloaded)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (BODY.rstrip(b"\n"), 3),
        (BODY.replace(b"\n", b"\r\n"), 3),
        (BODY.replace(b"\n", b"\n\n") + b"\n \n", 3),
        (BODY + LINE % 2, 4),
    ],
    ids=["no last line feed", "CRLF", "blank lines", "a repeated line"],
)
def test_what_is_odd_but_whole_is_kept(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path, body: bytes, lines: int
) -> None:
    server.then(sized(body, len(body)))
    result = engine.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Downloaded)
    assert result.lines == lines
    assert result.path.read_bytes() == body


def test_counts_of_zero_accept_what_there_is(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    server.then(sized(BODY, len(BODY)))
    result = engine.download(RemoteBatch("msgbatch_01", "ended", Counts()), tmp_path / "results.jsonl")
    assert isinstance(result, Downloaded)


def test_slow_results_are_read_to_their_end(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    def drip(loopback: Loopback, connection, seen: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(BODY))
        for byte in BODY:
            connection.sendall(bytes([byte]))

    server.then(drip)
    assert isinstance(engine.download(ENDED, tmp_path / "results.jsonl"), Downloaded)


def test_results_that_stop_coming_are_transient(server: Loopback, hasty: ClaudeEngine, tmp_path: Path) -> None:
    def stall(loopback: Loopback, connection, seen: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY[:60])
        hang(loopback, connection, seen)

    server.then(stall)
    result = hasty.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Fault)
    assert result.kind == "transient"
    assert only(tmp_path) == []


def test_a_foreign_results_url_never_sees_the_key(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    foreign = batch_json(status="ended", size=3, results_url="http://127.0.0.1:9/steal")
    server.then(reply(200, foreign), sized(BODY, len(BODY)))
    remote = engine.status("msgbatch_01")
    assert remote == read_batch(foreign)
    assert isinstance(remote, RemoteBatch)
    assert isinstance(engine.download(remote, tmp_path / "results.jsonl"), Downloaded)
    assert server.seen[1].path == "/v1/messages/batches/msgbatch_01/results"


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (reply(404, error_json("not_found_error", "no results yet")), "missing"),
        (reply(401, error_json("authentication_error", "bad key")), "stop"),
        (reply(302, b"", location="http://127.0.0.1:9/steal"), "stop"),
        (reply(500, b""), "transient"),
        (reply(429, b"", retry_after="12"), "rate_limited"),
        (raw(b"HTTP/1.1 500 Oops\r\ncontent-length: 900\r\n\r\ncut"), "transient"),
    ],
)
def test_refused_results_say_what_may_be_done(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path, behaviour, kind: str
) -> None:
    server.then(behaviour)
    result = engine.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Fault)
    assert result.kind == kind
    assert KEY not in repr(result)
    assert only(tmp_path) == []


def test_a_folder_that_cannot_be_written_stops(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    server.then(sized(BODY, len(BODY)))
    result = engine.download(ENDED, tmp_path / "file" / "results.jsonl")
    assert isinstance(result, Fault)
    assert result.kind == "stop"
    assert result.advice


def test_a_full_disk_stops_and_leaves_nothing(
    server: Loopback, engine: ClaudeEngine, tmp_path: Path, small_files: None
) -> None:
    server.then(sized(BODY * 50_000, len(BODY) * 50_000))
    result = engine.download(ENDED, tmp_path / "results.jsonl")
    assert isinstance(result, Fault)
    assert result.kind == "stop"
    assert only(tmp_path) == []


def test_many_large_results_stream_to_the_disk(server: Loopback, engine: ClaudeEngine, tmp_path: Path) -> None:
    import tracemalloc

    line = msgspec.json.encode({"custom_id": "x", "result": {"type": "canceled", "pad": "y" * 200_000}}) + b"\n"
    server.then(reply(200, batch_json()), sized(line * 200, len(line) * 200))
    engine.status("msgbatch_01")  # imports the SDK, whose memory is not the body's
    tracemalloc.start()
    result = engine.download(RemoteBatch("msgbatch_01", "ended", Counts(succeeded=200)), tmp_path / "r.jsonl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(result, Downloaded)
    assert result.bytes == len(line) * 200
    assert peak < 8_000_000
