"""The engine against the project's own sandbox server: whole lives of batches, with its faults on order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Downloaded
from evaltui.batches.names import custom_id, new_nonce
from evaltui.batches.reconcile import Adopt, Resend, judge, proves
from evaltui.batches.results import BadLine, ResultLine, outcome, read_results
from evaltui.batches.split import ChunkWriter
from evaltui.domain.batch import Chunk, Counts, Fault, Intent, RemoteBatch
from evaltui.domain.request import Succeeded

server = pytest.importorskip("evaltui.sandbox.server")
faults = pytest.importorskip("evaltui.sandbox.faults")
scripted = pytest.importorskip("evaltui.sandbox.scripted")

PARAMS = b'{"model":"claude-haiku-4-5","max_tokens":64,"messages":[{"role":"user","content":"Say it again"}]}'


@contextmanager
def sandbox(spec: str = "") -> Iterator[tuple[Any, ClaudeEngine]]:
    with server.running(scripted.echo(), faults=faults.Faults.parse(spec)) as running:
        engine = ClaudeEngine("sk-sandbox", running.url, timeout=20)
        yield running, engine
        engine.close()


def chunk_of(size: int, folder: Path) -> Chunk:
    nonce = new_nonce()
    writer = ChunkWriter(folder, nonce)
    for index in range(size):
        writer.add(custom_id(nonce, index, 1, 1), PARAMS)
    return writer.close()


def ended(running: Any, engine: ClaudeEngine, remote_id: str) -> RemoteBatch:
    running.advance(10)
    remote = engine.status(remote_id)
    assert isinstance(remote, RemoteBatch)
    assert remote.status == "ended"
    return remote


def submitted(engine: ClaudeEngine, chunk: Chunk) -> RemoteBatch:
    remote = engine.submit(chunk)
    assert isinstance(remote, RemoteBatch)
    return remote


def test_a_batch_lives_from_create_to_results(tmp_path: Path) -> None:
    chunk = chunk_of(20, tmp_path)
    with sandbox() as (running, engine):
        remote = submitted(engine, chunk)
        assert (remote.status, remote.counts) == ("in_progress", Counts(processing=20))
        remote = ended(running, engine, remote.id)
        downloaded = engine.download(remote, tmp_path / "results.jsonl")
    assert isinstance(downloaded, Downloaded)
    lines = [line for line in read_results(downloaded.path) if isinstance(line, ResultLine)]
    assert {line.custom_id for line in lines} == {custom_id(chunk.nonce, index, 1, 1) for index in range(20)}
    assert all(isinstance(outcome(line), Succeeded) for line in lines)


@pytest.mark.parametrize("spec", ["commit-then-drop:1", "commit-then-500:1"])
def test_a_create_that_was_taken_unseen_is_found_and_proved_and_never_sent_twice(spec: str, tmp_path: Path) -> None:
    chunk = chunk_of(7, tmp_path)
    with sandbox(spec) as (running, engine):
        sent = datetime.now(UTC)
        fault = engine.submit(chunk)
        assert isinstance(fault, Fault)
        assert fault.kind == "ambiguous"
        listed = engine.recent(sent - timedelta(minutes=2))
        assert isinstance(listed, tuple)
        intent = Intent(1, 1, chunk.nonce, chunk.size, chunk.body_bytes, chunk.body_digest, sent, sent)
        found = judge(intent, listed, frozenset(), datetime.now(UTC), timedelta(minutes=5))
        assert isinstance(found, Adopt)
        remote = ended(running, engine, found.remote.id)
        engine.download(remote, tmp_path / "results.jsonl")
        assert engine.recent(sent - timedelta(minutes=2)) == (remote,)
    assert proves(tmp_path / "results.jsonl", chunk.nonce)
    assert not proves(tmp_path / "results.jsonl", new_nonce())


def test_a_create_that_was_lost_is_sent_again_after_the_window(tmp_path: Path) -> None:
    chunk = chunk_of(7, tmp_path)
    with sandbox("drop-before-commit:1") as (_, engine):
        sent = datetime.now(UTC)
        assert isinstance(engine.submit(chunk), Fault)
        listed = engine.recent(sent - timedelta(minutes=2))
        assert listed == ()
        intent = Intent(1, 1, chunk.nonce, chunk.size, chunk.body_bytes, chunk.body_digest, sent, sent)
        window = timedelta(minutes=5)
        assert judge(intent, listed, frozenset(), sent + window, window) == Resend()
        assert isinstance(engine.submit(chunk), RemoteBatch)


@pytest.mark.parametrize("framing", ["content-length", "chunked", "close"])
def test_truncated_results_are_downloaded_again(framing: str, tmp_path: Path) -> None:
    with sandbox(f"results-truncated:1={framing},foreign-results-url") as (running, engine):
        remote = ended(running, engine, submitted(engine, chunk_of(50, tmp_path)).id)
        first = engine.download(remote, tmp_path / "results.jsonl")
        assert isinstance(first, Fault)
        assert first.kind == "transient"
        assert not (tmp_path / "results.jsonl").exists()
        assert isinstance(engine.download(remote, tmp_path / "results.jsonl"), Downloaded)


def test_a_line_that_is_missing_for_good_can_still_be_done_without(tmp_path: Path) -> None:
    with sandbox("missing-ids") as (running, engine):
        remote = ended(running, engine, submitted(engine, chunk_of(5, tmp_path)).id)
        assert isinstance(engine.download(remote, tmp_path / "results.jsonl"), Fault)
        salvaged = engine.download(replace(remote, counts=Counts()), tmp_path / "results.jsonl")
    assert isinstance(salvaged, Downloaded)
    assert salvaged.lines == 4


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [("duplicate-ids", 6, 0), ("unknown-ids", 6, 0), ("malformed-line", 4, 1), ("crlf", 5, 0)],
)
def test_odd_results_are_kept_for_the_reader_to_flag(spec: str, good: int, bad: int, tmp_path: Path) -> None:
    with sandbox(spec) as (running, engine):
        remote = ended(running, engine, submitted(engine, chunk_of(5, tmp_path)).id)
        assert isinstance(engine.download(remote, tmp_path / "results.jsonl"), Downloaded)
    lines = list(read_results(tmp_path / "results.jsonl"))
    assert sum(isinstance(line, ResultLine) for line in lines) == good
    assert sum(isinstance(line, BadLine) for line in lines) == bad


@pytest.mark.parametrize(
    ("spec", "kind", "wait"),
    [
        ("rate-limit:1=create,retry-after=3", "rate_limited", 3),
        ("rate-limit:1=create", "rate_limited", None),
        ("spend-limit:1=create", "stop", None),
        ("overloaded:1=create", "ambiguous", None),
        ("bad-gateway:1=create", "ambiguous", None),
    ],
)
def test_a_refused_create_is_sorted_and_the_next_one_taken(
    spec: str, kind: str, wait: float | None, tmp_path: Path
) -> None:
    chunk = chunk_of(2, tmp_path)
    with sandbox(spec) as (_, engine):
        fault = engine.submit(chunk)
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.retry_after) == (kind, wait)
        assert isinstance(engine.submit(chunk), RemoteBatch)


def test_a_batch_that_is_not_visible_yet_is_missing_and_then_found(tmp_path: Path) -> None:
    with sandbox("create-404-window=30") as (running, engine):
        remote = submitted(engine, chunk_of(2, tmp_path))
        fault = engine.status(remote.id)
        assert isinstance(fault, Fault)
        assert fault.kind == "missing"
        running.advance(31)
        assert isinstance(engine.status(remote.id), RemoteBatch)


def test_a_canceled_batch_ends_with_its_requests_canceled(tmp_path: Path) -> None:
    with sandbox() as (running, engine):
        remote = submitted(engine, chunk_of(3, tmp_path))
        canceling = engine.cancel(remote.id)
        assert isinstance(canceling, RemoteBatch)
        assert canceling.status in ("canceling", "ended")
        remote = ended(running, engine, remote.id)
        assert remote.counts.total == 3
        assert isinstance(engine.download(remote, tmp_path / "results.jsonl"), Downloaded)


def test_a_bad_name_of_a_request_is_refused_as_invalid(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, new_nonce())
    for _ in range(2):
        writer.add("the-same-name", PARAMS)
    with sandbox() as (_, engine):
        fault = engine.submit(writer.close())
    assert isinstance(fault, Fault)
    assert fault.kind == "invalid"
