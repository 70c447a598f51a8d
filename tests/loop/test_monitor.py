"""What a screen shows of a run: stages that happened, money, and when it may be back."""

import threading
from pathlib import Path

import pytest
from tests.workbench import QUICK, bench, run_evalset, write_evalset

from evaltui.domain.run import Run
from evaltui.loop.advance import advance, drive
from evaltui.loop.again import cancel
from evaltui.loop.load import load
from evaltui.loop.monitor import Watched, monitor
from evaltui.loop.open import open_session
from evaltui.loop.promote import promote
from evaltui.loop.start import Wanted, start
from evaltui.loop.state import State, state
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import echo
from evaltui.store.database import Store
from evaltui.store.runs import runs

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n}"} for n in range(6)]


@pytest.fixture
def evalset(tmp_path: Path) -> Path:
    return write_evalset(tmp_path / "echo", CASES, "  - exact: {take: text}\n", AGENT)


def begun(store: Store, evalset: Path, endpoint: str) -> Run:
    return start(store, load(evalset), None, Wanted(1, "", "claude", endpoint))


def stages(found: Watched) -> dict[str, tuple[int, int]]:
    return {stage.name: (stage.done, stage.total) for stage in found.stages}


def test_a_run_is_seen_in_the_stages_that_happened(evalset: Path, tmp_path: Path) -> None:
    clock = Clock(batch_seconds=60.0)
    with bench(tmp_path, echo(), clock=clock) as (store, engine, _):
        run = begun(store, evalset, engine.endpoint)
        assert monitor(store, run).state == State("unsent", "6")
        advance(open_session(store, run, engine, lambda _: None, QUICK))
        found = monitor(store, run)
        assert found.state == State("waiting", "0/6")
        assert found.under_way
        assert stages(found) == {
            "built": (6, 6), "sent": (6, 6), "batches": (0, 1), "downloaded": (0, 6), "scored": (0, 6),
        }  # fmt: skip
        assert (found.money.paid, found.money.words) == (0, "from what is sent")
        assert found.money.low is not None
        assert found.money.high is not None
        assert 0 < found.money.low < found.money.high
        assert found.expires is not None
        clock.advance(61)
        drive(open_session(store, run, engine, lambda _: None, QUICK))
        after = monitor(store, run)
        assert all(stage.over for stage in after.stages)
        assert after.money.paid == after.money.high
        assert not after.under_way


def test_earlier_batches_tell_when_this_one_may_be_back(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, engine, _):
        for _ in range(3):
            run_evalset(store, engine, evalset)
        run = begun(store, evalset, engine.endpoint)
        advance(open_session(store, run, engine, lambda _: None, QUICK))
        found = monitor(store, run)
        assert found.soonest is not None
        assert found.latest is not None
        assert found.batches[0].remote.created_at is not None
        assert found.batches[0].remote.created_at <= found.soonest <= found.latest
        assert found.money.words == "as earlier runs went"


def test_who_drives_a_run_is_seen_while_it_is_driven(evalset: Path, tmp_path: Path) -> None:
    import os

    with bench(tmp_path, echo(), clock=Clock(batch_seconds=60.0)) as (store, engine, _):
        run, stop, sent = begun(store, evalset, engine.endpoint), threading.Event(), threading.Event()

        def seen(_: object) -> None:
            drivers.append(monitor(store, run).driver)
            stop.set()
            sent.set()

        drivers: list[int | None] = []
        drive(open_session(store, run, engine, seen, QUICK, stop=stop))
        assert drivers[0] == os.getpid()
        assert monitor(store, run).driver is None


def test_lists_tell_every_end_of_a_run_apart(evalset: Path, tmp_path: Path) -> None:
    clock = Clock(batch_seconds=60.0)
    with bench(tmp_path, echo(), clock=clock) as (store, engine, _):
        ended, stopped, waits = (begun(store, evalset, engine.endpoint) for _ in range(3))
        for run in (ended, stopped, waits):
            advance(open_session(store, run, engine, lambda _: None, QUICK))
            if run is ended:
                clock.advance(61)
                drive(open_session(store, run, engine, lambda _: None, QUICK))
        cancel(store, stopped, engine)
        rows = {row.run.id: row for row in runs(store)}
        assert state(rows[stopped.id]) == State("canceling", "0/6")
        assert state(rows[waits.id]) == State("waiting", "0/6")
        assert state(rows[ended.id]) == State("incomplete")  # there is no baseline yet
        clock.advance(61)
        drive(open_session(store, stopped, engine, lambda _: None, QUICK))
        promote(store, ended)
        rows = {row.run.id: row for row in runs(store)}
        assert state(rows[stopped.id]) == State("canceled", "6 of 6")
        assert state(rows[ended.id], baseline=True) == State("baseline")
