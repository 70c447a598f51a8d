"""The engine in memory keeps the same contract as the real one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import make_chunk

from evaltui.batches.engine import Downloaded, Engine
from evaltui.batches.names import custom_id
from evaltui.batches.results import ResultLine, outcome, read_results
from evaltui.batches.scripted import ScriptedEngine, fail, succeed
from evaltui.domain.batch import Chunk, Counts, Fault, RemoteBatch
from evaltui.domain.request import Canceled, Errored, Succeeded

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LOST = Fault("ambiguous", "the connection dropped")


def outcomes(path: Path) -> list[object]:
    return [outcome(line) for line in read_results(path) if isinstance(line, ResultLine)]


def taken(engine: ScriptedEngine, chunk: Chunk) -> RemoteBatch:
    remote = engine.submit(chunk)
    assert isinstance(remote, RemoteBatch)
    return remote


def test_it_is_an_engine(chunk: Chunk) -> None:
    engine: Engine = ScriptedEngine()
    assert isinstance(engine.submit(chunk), RemoteBatch)


def test_a_batch_runs_and_its_results_are_those_of_the_function(chunk: Chunk, tmp_path: Path) -> None:
    first = custom_id(chunk.nonce, 0, 1, 1)
    engine = ScriptedEngine(lambda name, params: succeed("4", params["model"]) if name == first else fail(), looks=2)
    remote = taken(engine, chunk)
    assert remote.counts == Counts(processing=2)
    assert engine.status(remote.id) == remote
    ended = engine.status(remote.id)
    assert isinstance(ended, RemoteBatch)
    assert (ended.status, ended.counts) == ("ended", Counts(succeeded=1, errored=1))
    downloaded = engine.download(ended, tmp_path / "results.jsonl")
    assert isinstance(downloaded, Downloaded)
    good, bad = outcomes(downloaded.path)
    assert isinstance(good, Succeeded)
    assert good.model == "claude-haiku-5-5"
    assert bad == Errored("api_error", "scripted")


@pytest.mark.parametrize("method", ["submit", "status", "recent", "download", "cancel"])
def test_a_fault_on_order_comes_once(chunk: Chunk, tmp_path: Path, method: str) -> None:
    engine = ScriptedEngine()
    remote = taken(engine, chunk)
    engine.status(remote.id)
    engine.fault(method, LOST)
    arguments = {
        "submit": (chunk,),
        "recent": (NOON,),
        "download": (remote, tmp_path / "r.jsonl"),
    }.get(method, (remote.id,))
    assert getattr(engine, method)(*arguments) == LOST
    assert not isinstance(getattr(engine, method)(*arguments), Fault)


def test_a_lost_create_is_in_the_listing_only_where_it_was_taken(chunk: Chunk) -> None:
    engine = ScriptedEngine(clock=lambda: NOON)
    engine.fault("submit", LOST)
    assert engine.submit(chunk) == LOST
    assert engine.recent(NOON) == ()
    engine.fault("submit", LOST, taken=True)
    assert engine.submit(chunk) == LOST
    found = engine.recent(NOON)
    assert isinstance(found, tuple)
    assert [remote.counts.total for remote in found] == [2]
    assert engine.recent(NOON + timedelta(seconds=1)) == ()


def test_the_listing_is_newest_first(tmp_path: Path) -> None:
    engine = ScriptedEngine(clock=lambda: NOON)
    first = taken(engine, make_chunk(tmp_path, 1, "aaaaaaaaaa"))
    second = taken(engine, make_chunk(tmp_path, 1, "bbbbbbbbbb"))
    assert engine.recent(NOON) == (second, first)


def test_a_canceled_batch_ends_with_canceled_requests(chunk: Chunk, tmp_path: Path) -> None:
    engine = ScriptedEngine()
    remote = taken(engine, chunk)
    canceling = engine.cancel(remote.id)
    assert isinstance(canceling, RemoteBatch)
    assert canceling.status == "canceling"
    ended = engine.status(remote.id)
    assert isinstance(ended, RemoteBatch)
    assert ended.counts == Counts(canceled=2)
    engine.download(ended, tmp_path / "r.jsonl")
    assert outcomes(tmp_path / "r.jsonl") == [Canceled(), Canceled()]


def test_what_is_not_there_is_missing(chunk: Chunk, tmp_path: Path) -> None:
    engine = ScriptedEngine(looks=9)
    remote = taken(engine, chunk)
    for answer in (engine.status("x"), engine.cancel("x"), engine.download(remote, tmp_path / "r.jsonl")):
        assert isinstance(answer, Fault)
        assert answer.kind == "missing"


def test_calls_are_recorded_in_their_order(chunk: Chunk) -> None:
    engine = ScriptedEngine()
    remote = taken(engine, chunk)
    engine.status(remote.id)
    engine.close()
    assert engine.calls == [("submit", chunk.nonce), ("status", remote.id), ("close", "")]
