"""The live engine over real HTTP to the sandbox: results as of a batch, and nothing paid sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from loopback import Loopback, drop, error_json, raw, reply

from evaltui.batches.engine import Downloaded
from evaltui.batches.live import LiveEngine
from evaltui.batches.names import custom_id, new_nonce
from evaltui.batches.results import ResultLine, outcome, read_results
from evaltui.batches.split import ChunkWriter
from evaltui.domain.batch import Chunk, Counts, Fault, RemoteBatch
from evaltui.domain.request import Canceled, Errored, Outcome, Succeeded
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Model
from evaltui.sandbox.scripted import Scripted, echo
from evaltui.sandbox.server import running

PATIENCE = 30.0


def chunk_of(size: int, folder: Path) -> Chunk:
    nonce = new_nonce()
    writer = ChunkWriter(folder, nonce)
    for index in range(size):
        said = {"role": "user", "content": f"case {index}"}
        params = {"model": "claude-haiku-5-5", "max_tokens": 64, "messages": [said]}
        writer.add(custom_id(nonce, index, 1, 1), msgspec.json.encode(params))
    return writer.close()


LINES = b'{\n  "content":\r\n [{"type": "text", "text": "a\\nb"}]  \n}\n'


@contextmanager
def desk(
    tmp_path: Path, spec: str = "", *, model: Model | None = None, **options: Any
) -> Iterator[tuple[Any, LiveEngine]]:
    with (
        running(model or echo(), faults=Faults.parse(spec)) as sandbox,
        closing(live(sandbox.url, tmp_path, **options)) as engine,
    ):
        yield sandbox, engine


def live(url: str, tmp_path: Path, **options: Any) -> LiveEngine:
    return LiveEngine("sk-sandbox", url, tmp_path / "live", 4, floor=0.01, **{"timeout": 20, "grace": 10} | options)


def until(done: Callable[[], Any]) -> Any:
    """What `done` answers once it is true."""
    over = time.monotonic() + PATIENCE
    while not (found := done()):
        assert time.monotonic() < over, "waited in vain"
        time.sleep(0.01)
    return found


def remote(found: object) -> RemoteBatch:
    assert isinstance(found, RemoteBatch), found
    return found


def ended(engine: LiveEngine, remote_id: str) -> RemoteBatch:
    """The batch once it has ended; faults on the way are passed over, several requests may meet one limit at once."""

    def look() -> RemoteBatch | None:
        found = engine.status(remote_id)
        return found if isinstance(found, RemoteBatch) and found.status == "ended" else None

    found: RemoteBatch = until(look)
    return found


def outcomes(engine: LiveEngine, batch: RemoteBatch, target: Path) -> dict[str, Outcome]:
    """By custom_id; every line must be readable and none may come twice."""
    got = engine.download(batch, target)
    assert isinstance(got, Downloaded)
    lines = list(read_results(got.path))
    assert all(isinstance(line, ResultLine) for line in lines)
    found = {line.custom_id: outcome(line) for line in lines if isinstance(line, ResultLine)}
    assert len(found) == len(lines) == batch.counts.total
    return found


def text(found: Outcome) -> str:
    assert isinstance(found, Succeeded), found
    said: str = msgspec.json.decode(found.body)["content"][0]["text"]
    return said


def test_a_live_batch_gives_the_results_of_a_batch_at_full_price(tmp_path: Path) -> None:
    chunk = chunk_of(20, tmp_path)
    with desk(tmp_path) as (sandbox, engine):
        taken = remote(engine.submit(chunk))
        assert (taken.id, taken.counts.total) == (f"live_{chunk.nonce}", 20)
        batch = ended(engine, taken.id)
        found = outcomes(engine, batch, tmp_path / "results.jsonl")
        assert batch.counts == Counts(succeeded=20)
        assert {text(one) for one in found.values()} == {f"case {n}" for n in range(20)}
        assert text(found[custom_id(chunk.nonce, 7, 1, 1)]) == "case 7"
        first = found[custom_id(chunk.nonce, 0, 1, 1)]
        assert isinstance(first, Succeeded)
        assert msgspec.json.decode(first.body)["usage"]["service_tier"] == "standard"
        assert (sandbox.counters()["messages"], sandbox.counters()["creates_received"]) == (20, 0)


def test_a_chunk_submitted_twice_is_one_batch(tmp_path: Path) -> None:
    chunk = chunk_of(5, tmp_path)
    with desk(tmp_path) as (sandbox, engine):
        first, second = remote(engine.submit(chunk)), remote(engine.submit(chunk))
        ended(engine, first.id)
        assert remote(engine.submit(chunk)).status == "ended"
        listed = engine.recent(datetime.now(UTC) - timedelta(minutes=1))
        assert not isinstance(listed, Fault)
        assert [first.id] == [second.id] == [batch.id for batch in listed]
        assert sandbox.counters()["messages"] == 5


def test_what_the_server_surely_did_not_process_is_sent_again(tmp_path: Path) -> None:
    chunk = chunk_of(12, tmp_path)
    with desk(tmp_path, "rate-limit:6=messages,overloaded:3=messages,retry-after=0.01") as (sandbox, engine):
        batch = ended(engine, remote(engine.submit(chunk)).id)
        assert batch.counts == Counts(succeeded=12)
        seen = sandbox.counters()
        assert seen["faults_struck"] == {"rate-limit": 6, "overloaded": 3}
        assert (seen["messages_processed"], seen["duplicate_messages"]["surplus"]) == (12, 0)


@pytest.mark.parametrize("spec", ["message-then-drop:2", "server-error:2=messages", "bad-gateway:2=messages"])
def test_a_request_whose_answer_never_came_is_never_repeated(tmp_path: Path, spec: str) -> None:
    chunk = chunk_of(10, tmp_path)
    with desk(tmp_path, spec) as (sandbox, engine):
        batch = ended(engine, remote(engine.submit(chunk)).id)
        assert batch.counts == Counts(succeeded=8, errored=2)
        found = outcomes(engine, batch, tmp_path / "results.jsonl").values()
        lost = [one for one in found if isinstance(one, Errored)]
        assert {one.kind for one in lost} == {"unanswered"}
        assert all(one.retryable and "may have been paid for" in one.message for one in lost)
        assert all("`evaltui retry`" in one.message for one in lost)
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0
        assert sandbox.counters()["requests"] == 10


def test_a_request_that_gets_no_answer_in_time_is_never_repeated(tmp_path: Path) -> None:
    chunk = chunk_of(3, tmp_path)
    with desk(tmp_path, "hang:1=messages", timeout=0.5) as (sandbox, engine):
        batch = ended(engine, remote(engine.submit(chunk)).id)
        assert batch.counts == Counts(succeeded=2, errored=1)
        assert sandbox.counters()["requests"] == 3


PROGRAM = """
import sys, time
from pathlib import Path
from evaltui.batches.live import LiveEngine
from evaltui.domain.batch import Chunk
url, folder, nonce, size, body, length, digest = sys.argv[1:]
engine = LiveEngine("sk-sandbox", url, Path(folder), 4, floor=0.01)
engine.submit(Chunk(nonce, int(size), Path(body), int(length), digest))
time.sleep(60)
"""


def test_a_killed_process_is_taken_up_and_no_request_is_accepted_twice(tmp_path: Path) -> None:
    chunk = chunk_of(40, tmp_path)
    with desk(tmp_path, "slow-message=0.1") as (sandbox, engine):
        told = (chunk.nonce, str(chunk.size), str(chunk.body), str(chunk.body_bytes), chunk.body_digest)
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, sandbox.url, str(tmp_path / "live"), *told])
        until(lambda: sandbox.counters()["messages_processed"] >= 9)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        batch = ended(engine, f"live_{chunk.nonce}")
        found = outcomes(engine, batch, tmp_path / "results.jsonl").values()
        lost = [one for one in found if isinstance(one, Errored)]
        assert 1 <= len(lost) <= 4
        assert {one.kind for one in lost} == {"unanswered"}
        assert batch.counts.succeeded == 40 - len(lost)
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0


def test_a_journal_line_that_a_crash_cut_off_counts_as_not_written(tmp_path: Path) -> None:
    chunk = chunk_of(4, tmp_path)
    with desk(tmp_path, "spend-limit:1=messages") as (sandbox, engine):
        stopped(engine, chunk)
        engine.close()
        with (tmp_path / "live" / f"{chunk.nonce}.journal").open("ab") as file:
            file.write(b'{"sent":"half a li')
        with closing(live(sandbox.url, tmp_path)) as second:
            assert ended(second, f"live_{chunk.nonce}").counts == Counts(succeeded=4)


def test_a_spending_limit_ends_the_sending_and_a_later_look_goes_on(tmp_path: Path) -> None:
    chunk = chunk_of(30, tmp_path)
    with desk(tmp_path, "spend-limit:4=messages") as (sandbox, engine):
        fault = stopped(engine, chunk)
        assert fault.kind == "stop"
        assert "spend limit" in fault.words
        assert sandbox.counters()["requests"] < 30
        batch = ended(engine, f"live_{chunk.nonce}")
        assert batch.counts == Counts(succeeded=30)
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0


def stopped(engine: LiveEngine, chunk: Chunk) -> Fault:
    """What ends the sending."""
    taken = remote(engine.submit(chunk))
    fault: Fault = until(lambda: found if isinstance(found := engine.status(taken.id), Fault) else None)
    return fault


def test_a_full_disk_ends_the_sending_and_what_was_written_stays_readable(tmp_path: Path, small_files: None) -> None:
    resource = pytest.importorskip("resource")
    chunk = chunk_of(30, tmp_path)
    with desk(tmp_path, model=Scripted(lambda _: "x" * 200_000)) as (sandbox, engine):
        taken = remote(engine.submit(chunk))
        fault = until(lambda: found if isinstance(found := engine.status(taken.id), Fault) else None)
        assert fault.kind == "stop"
        assert "journal cannot be written" in fault.words
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
        batch = ended(engine, taken.id)
        found = outcomes(engine, batch, tmp_path / "results.jsonl").values()
        assert {one.kind for one in found if isinstance(one, Errored)} == {"unanswered"}
        assert 1 <= batch.counts.errored <= 4
        assert batch.counts.succeeded == 30 - batch.counts.errored
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0


def test_a_canceled_batch_sends_nothing_more_and_keeps_what_came(tmp_path: Path) -> None:
    chunk = chunk_of(60, tmp_path)
    with desk(tmp_path, "slow-message=0.05") as (sandbox, engine):
        taken = remote(engine.submit(chunk))
        until(lambda: sandbox.counters()["messages_processed"] >= 8)
        assert remote(engine.cancel(taken.id)).status in ("canceling", "ended")
        batch = ended(engine, taken.id)
        assert batch.counts.canceled > 0
        assert batch.counts.succeeded == sandbox.counters()["messages_processed"]
        found = outcomes(engine, batch, tmp_path / "results.jsonl").values()
        assert sum(isinstance(one, Canceled) for one in found) == batch.counts.canceled


def test_a_batch_that_nobody_sends_any_more_is_canceled_at_once(tmp_path: Path) -> None:
    chunk = chunk_of(40, tmp_path)
    with desk(tmp_path, "slow-message=0.05") as (sandbox, engine):
        taken = remote(engine.submit(chunk))
        until(lambda: sandbox.counters()["messages_processed"] >= 8)
        engine.close()
        sent = sandbox.counters()["messages_processed"]
        with closing(live(sandbox.url, tmp_path)) as second:
            batch = remote(second.cancel(taken.id))
            assert (batch.status, batch.counts) == ("ended", Counts(succeeded=sent, canceled=40 - sent))
            assert remote(second.status(taken.id)).counts == batch.counts
            assert len(outcomes(second, batch, tmp_path / "results.jsonl")) == 40
        assert sandbox.counters()["messages_processed"] == sent
        assert not (tmp_path / "live" / f"{chunk.nonce}.json").exists()


def test_another_process_sees_how_far_it_is_and_can_cancel_it(tmp_path: Path) -> None:
    chunk = chunk_of(60, tmp_path)
    with desk(tmp_path, "slow-message=0.05") as (sandbox, engine), closing(live(sandbox.url, tmp_path)) as other:
        taken = remote(engine.submit(chunk))
        until(lambda: remote(other.status(taken.id)).counts.succeeded >= 4)
        other.cancel(taken.id)
        batch = ended(engine, taken.id)
        assert batch.counts.canceled > 0
        assert remote(other.status(taken.id)).counts == batch.counts
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0


def test_closing_keeps_the_replies_under_way_and_sends_nothing_more(tmp_path: Path) -> None:
    chunk = chunk_of(60, tmp_path)
    with desk(tmp_path, "slow-message=0.05") as (sandbox, engine):
        taken = remote(engine.submit(chunk))
        until(lambda: sandbox.counters()["messages_processed"] >= 8)
        engine.close()
        sent = sandbox.counters()["messages_processed"]
        with closing(live(sandbox.url, tmp_path)) as second:
            assert remote(second.status(taken.id)).counts.errored == 0
            assert ended(second, taken.id).counts == Counts(succeeded=60)
        assert 8 <= sent < 60
        assert sandbox.counters()["duplicate_messages"]["surplus"] == 0


def test_closing_does_not_wait_long_for_a_server_that_hangs(tmp_path: Path) -> None:
    with desk(tmp_path, "hang=messages", grace=0.1) as (sandbox, engine):
        engine.submit(chunk_of(3, tmp_path))
        until(lambda: sandbox.counters()["requests"] == 3)
        began = time.monotonic()
        engine.close()
        assert time.monotonic() - began < 5


def test_a_server_that_is_not_there_is_worrying_and_asked_again(tmp_path: Path) -> None:
    with closing(live("http://127.0.0.1:9", tmp_path)) as engine:
        taken = remote(engine.submit(chunk_of(2, tmp_path)))
        fault = until(lambda: found if isinstance(found := engine.status(taken.id), Fault) else None)
        assert fault.kind == "transient"
        assert "ConnectError" in fault.message


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (reply(200, b"<html>hello</html>"), "unreadable_reply"),
        (reply(200, b""), "unreadable_reply"),
        (reply(200, b"[" * 100_000), "unreadable_reply"),
        (reply(200, error_json("overloaded_error", "busy")), "overloaded_error"),
        (reply(400, error_json("invalid_request_error", "no")), "invalid_request_error"),
        (reply(404, error_json("not_found_error", "model: claude-none")), "not_found_error"),
        (raw(b"this is not HTTP\r\n\r\n"), "unanswered"),
        (drop, "unanswered"),
        (reply(503, b"\x1b[2J"), "unanswered"),
    ],
)
def test_a_hostile_endpoint_makes_errors_with_words_and_is_asked_once(
    server: Loopback, tmp_path: Path, behaviour, kind: str
) -> None:
    server.then(behaviour)
    with closing(live(server.url, tmp_path)) as engine:
        batch = ended(engine, remote(engine.submit(chunk_of(1, tmp_path))).id)
        [found] = outcomes(engine, batch, tmp_path / "results.jsonl").values()
    assert isinstance(found, Errored)
    assert found.kind == kind
    assert found.message.isprintable()
    assert found.message
    assert len(server.seen) == 1


def test_a_reply_without_usage_or_request_id_over_many_lines_is_kept(server: Loopback, tmp_path: Path) -> None:
    server.then(raw(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(LINES), LINES)))
    with closing(live(server.url, tmp_path)) as engine:
        batch = ended(engine, remote(engine.submit(chunk_of(1, tmp_path))).id)
        [found] = outcomes(engine, batch, tmp_path / "results.jsonl").values()
    assert text(found) == "a\nb"


@pytest.mark.parametrize("remote_id", ["live_../../etc", "live_abcdefghij", "msgbatch_01"])
def test_an_id_that_is_not_ours_is_missing(tmp_path: Path, remote_id: str) -> None:
    with closing(live("http://127.0.0.1:9", tmp_path)) as engine:
        for found in (engine.status(remote_id), engine.cancel(remote_id)):
            assert isinstance(found, Fault)
            assert found.kind == "missing"
