"""Runs that an app drives: in threads, over real HTTP, left and taken up again, never twice at once."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import write_evalset

from evaltui.domain.run import Run
from evaltui.loop.monitor import monitor
from evaltui.loop.propose import Wish, propose
from evaltui.loop.state import State
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import echo
from evaltui.sandbox.server import Sandbox, running
from evaltui.store.care import cared_for
from evaltui.store.database import open_store
from evaltui.store.locks import run_lock
from evaltui.store.runs import progress
from evaltui.tui import driving
from evaltui.tui.desk import Desk
from evaltui.tui.driving import Snapshot
from evaltui.tui.foreman import Foreman

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n}"} for n in range(6)]


class Hall:
    """What a foreman needs of the app: its database, and a way into its thread."""

    def __init__(self, path: Path) -> None:
        self.desk = Desk(path, path.parent.parent)
        self._loop = asyncio.get_running_loop()

    def call_later(self, act: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(act)


class Scene:
    """A project, a sandbox and one run that nobody drives yet."""

    def __init__(self, folder: Path, sandbox: Sandbox, clock: Clock) -> None:
        self.path = folder / ".evaltui" / "evaltui.db"
        self.evalset = write_evalset(folder / "echo", CASES, "  - exact: {take: text}\n", AGENT)
        self.sandbox, self.clock = sandbox, clock

    def start(self, *, live: bool = False) -> Run:
        wish = Wish(self.evalset, base_url=self.sandbox.url, live=live)
        with open_store(self.path) as store, propose(wish, self.path) as proposal:
            return proposal.start(store)

    def settled(self, run: Run) -> bool:
        with open_store(self.path) as store:
            return progress(store, run.id).settled


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-a-test")
    monkeypatch.setattr(driving, "RETRY", 0.05)
    clock = Clock(batch_seconds=60.0)
    with running(echo(), clock=clock) as sandbox:
        yield Scene(tmp_path, sandbox, clock)


def told(scene: Scene, story: Callable[[Foreman, "Waiting"], Awaitable[None]]) -> None:
    """A story with one foreman, stopped in the end."""

    async def run() -> None:
        foreman: Any = Foreman(Hall(scene.path))  # type: ignore[arg-type]
        try:
            await asyncio.wait_for(story(foreman, Waiting(foreman)), 30)
        finally:
            await foreman.stop()

    asyncio.run(run())


class Waiting:
    """Returns when what the foreman tells is as wanted."""

    def __init__(self, foreman: Foreman) -> None:
        self._wanted: list[tuple[Callable[[Snapshot], bool], asyncio.Event]] = []
        self._foreman = foreman
        foreman.listen(self._heard)

    def _heard(self, snapshot: Snapshot) -> None:
        for test, event in self._wanted:
            if test(snapshot):
                event.set()

    async def __call__(self, test: Callable[[Snapshot], bool]) -> None:
        if not any(map(test, self._foreman.snapshots)):
            event = asyncio.Event()
            self._wanted.append((test, event))
            await event.wait()


def waits(snapshot: Snapshot) -> bool:
    return snapshot.phase is not None and snapshot.phase.name == "in progress"


def test_a_run_is_driven_to_its_verdict_and_told_on_the_way(scene: Scene) -> None:
    run = scene.start()

    async def story(foreman: Foreman, until: Waiting) -> None:
        foreman.take(run)
        assert foreman.busy
        await until(waits)
        assert foreman.words() == "▸ run 1: in progress 6 requests"
        scene.clock.advance(61)
        await until(lambda snapshot: snapshot.at == "decided")
        assert not foreman.busy
        assert (foreman.words(), cared_for(scene.path)) == ("", [])

    told(scene, story)
    assert scene.settled(run)


def test_a_run_that_was_left_is_taken_up_by_the_next_app_and_sent_once(scene: Scene) -> None:
    run = scene.start()

    async def leaves(foreman: Foreman, until: Waiting) -> None:
        foreman.take(run)
        await until(waits)

    told(scene, leaves)
    assert cared_for(scene.path) == [run.id]
    assert not scene.settled(run)
    scene.clock.advance(61)

    async def comes_back(foreman: Foreman, until: Waiting) -> None:
        assert await foreman.take_up() == [run]
        await until(lambda snapshot: snapshot.at == "decided")
        assert await foreman.take_up() == []

    told(scene, comes_back)
    assert scene.settled(run)
    assert scene.sandbox.counters()["creates_committed"] == 1


def test_a_run_of_another_process_is_followed_and_taken_over_when_it_is_free(scene: Scene) -> None:
    run = scene.start()

    async def story(foreman: Foreman, until: Waiting) -> None:
        with run_lock(scene.path, run.id):
            foreman.take(run)
            await until(lambda snapshot: snapshot.at == "elsewhere")
            assert not foreman.busy
        await until(waits)

    told(scene, story)


def test_without_a_key_the_run_says_so_and_stays_cared_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    run = scene.start()
    monkeypatch.delenv("ANTHROPIC_API_KEY")

    async def story(foreman: Foreman, until: Waiting) -> None:
        foreman.take(run)
        await until(lambda snapshot: snapshot.at == "stopped")
        found = foreman.snapshot(run.id)
        assert found is not None
        assert "ANTHROPIC_API_KEY is not set" in found.why

    told(scene, story)
    assert cared_for(scene.path) == [run.id]


def test_a_canceled_run_keeps_what_came_and_is_decided(scene: Scene) -> None:
    run = scene.start()

    async def story(foreman: Foreman, until: Waiting) -> None:
        foreman.take(run)
        await until(waits)
        assert "canceling" in (await foreman.cancel(run))[0]
        await until(lambda snapshot: snapshot.at == "decided")

    told(scene, story)
    with open_store(scene.path) as store:
        assert monitor(store, run).state == State("canceled", "6 of 6")


def test_a_live_run_ends_here_too(scene: Scene) -> None:
    run = scene.start(live=True)

    async def story(foreman: Foreman, until: Waiting) -> None:
        foreman.take(run)
        await until(lambda snapshot: snapshot.at == "decided")

    told(scene, story)
    assert scene.settled(run)


def test_many_events_are_told_few_times(scene: Scene) -> None:
    run = scene.start()

    async def story(foreman: Foreman, until: Waiting) -> None:
        told_of: list[Snapshot] = []
        foreman.listen(told_of.append)
        foreman.take(run)
        await until(waits)
        driven = foreman._driven[run.id]
        before, done = len(told_of), asyncio.Event()
        many = threading.Thread(target=lambda: [driven._heard(driven.snapshot.phase) for _ in range(2_000)])
        many.start()
        many.join()
        foreman.listen(lambda _: done.set())
        await done.wait()
        assert len(told_of) - before <= 3

    told(scene, story)
