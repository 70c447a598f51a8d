"""A process killed at any moment leaves nothing half done, and what it was promised stays."""

import signal
import subprocess
import sys

import pytest

from evaltui.store import batches, intents, outcomes, runs

KILL = "import os, signal, sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
SETUP = """
from evaltui.domain.batch import Chunk, Counts, RemoteBatch
from evaltui.domain.request import PlannedRequest, Succeeded
from evaltui.domain.trajectory import Usage
from evaltui.store import intents, outcomes, requests, scores
from evaltui.store.database import open_store
at, die = datetime.now(UTC), lambda: os.kill(os.getpid(), signal.SIGKILL)
store = open_store(Path(sys.argv[1]))
"""
PLAN = """
with store.transaction():
    intent = intents.open_intent(store, 1, "n", at)
    for todo in requests.unplanned(store, 1):
        intents.add_requests(store, intent, [PlannedRequest(f"n-{todo.sample_id}", todo.sample_id, 1, 1, "d", 1)])
        if todo.sample_id == 30: die()
"""
INGEST = """
def lines():
    for n in range(1, 41):
        if n == 30: die()
        yield f"n1x1-{n}", Succeeded(b"x" * 50_000, "end_turn", "m", Usage())
outcomes.ingest(store, 1, lines(), at, final=True)
"""
SENT = "intents.mark_sent(store, 1, at); die()"
CREATED = "intents.record_created(store, 1, RemoteBatch('b', 'in_progress', Counts(40)), adopted=False); die()"


def killed(path, act):
    return subprocess.run([sys.executable, "-c", KILL + SETUP + act, str(path)], check=False).returncode


@pytest.fixture
def run(world):
    return world.run(world.cases(40))


def test_a_plan_cut_short_leaves_nothing_planned(world, run, path):
    assert killed(path, PLAN) == -signal.SIGKILL
    assert runs.progress(world.store, run.id).unplanned == 40
    assert intents.intent_of_run(world.store, run.id) == []
    world.plan(run)
    assert runs.progress(world.store, run.id).waiting == 40


def test_an_ingest_cut_short_leaves_nothing_collected(world, run, path, said):
    intent = world.plan(run)
    world.send(intent)
    assert killed(path, INGEST) == -signal.SIGKILL
    assert runs.progress(world.store, run.id).waiting == 40
    assert len(batches.uncollected(world.store, run.id)) == 1
    assert world.collect(intent, said("yes")) == outcomes.Ingested(40, (), (), (), True)


def test_what_was_sent_is_known_after_the_process_died(world, run, path):
    world.plan(run)
    assert killed(path, SENT) == -signal.SIGKILL
    assert [intent.sent_at is not None for intent in intents.unsubmitted(world.store, run.id)] == [True]


def test_what_was_created_is_known_after_the_process_died(world, run, path):
    world.plan(run)
    assert killed(path, CREATED) == -signal.SIGKILL
    assert [tracked.remote.id for tracked in batches.batches(world.store, run.id)] == ["b"]


def test_a_dead_writer_does_not_block_the_next(world, run, path):
    assert killed(path, "store.connection.execute('BEGIN IMMEDIATE'); die()") == -signal.SIGKILL
    world.plan(run)
    assert runs.progress(world.store, run.id).waiting == 40
