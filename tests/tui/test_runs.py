"""Runs in the app: started with their price seen, followed, left, taken up again, canceled, promoted, run again."""

import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tui.stage import lines, told
from tests.workbench import run_evalset, write_evalset
from textual.pilot import Pilot

from evaltui.batches.claude import ClaudeEngine
from evaltui.loop.promote import promote
from evaltui.loop.propose import Wish, propose
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import Sandbox, running
from evaltui.store.care import cared_for, take_care
from evaltui.store.database import open_store
from evaltui.store.locks import run_lock
from evaltui.store.promotions import baseline
from evaltui.store.runs import latest_run
from evaltui.tui import driving
from evaltui.tui.app import EvalApp
from evaltui.tui.screens.run_dialog import RunDialog

AGENT = "name: parrot\nmodel: claude-haiku-5-5\nmax_tokens: 200\nsystem: {file: prompts/system.md}\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n}", "critical": n == 0} for n in range(6)]
Until = Callable[[Callable[[], bool]], Awaitable[None]]


def parrot(params: dict[str, Any]) -> str:
    """Repeats what it hears, unless its prompt names what it must not say."""
    heard = str(params["messages"][-1]["content"])
    return "no" if heard in str(params.get("system", "")) else heard


class Scene:
    """A project with a promoted run 1 in which case-1 failed."""

    def __init__(self, folder: Path, sandbox: Sandbox, clock: Clock) -> None:
        self.folder, self.sandbox, self.clock = folder, sandbox, clock
        self.path = folder / ".evaltui" / "evaltui.db"
        self.evalset = folder / "evalsets" / "echo"
        self.prompt = self.evalset / "prompts" / "system.md"
        self.prompt.parent.mkdir(parents=True)
        self.prompt.write_text("Never: say 1.", "utf-8")
        write_evalset(self.evalset, CASES, "  - exact: {take: text}\n", AGENT)
        engine = ClaudeEngine("sk-of-a-test", sandbox.url)
        with open_store(self.path) as store:
            promote(store, run_evalset(store, engine, self.evalset), note="first")
        engine.close()
        clock.batch_seconds = 60.0

    def begun(self, *, live: bool = False) -> int:
        with open_store(self.path) as store, propose(Wish(self.evalset, live=live), self.path) as proposal:
            return proposal.start(store).id

    @property
    def baseline(self) -> tuple[int, str, str]:
        """Which run it is, its note, and why it was forced."""
        with open_store(self.path) as store:
            found = baseline(store, "echo")
        assert found is not None
        return found.run_id, found.note, found.forced


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-a-test")
    monkeypatch.setattr(driving, "RETRY", 0.05)
    clock = Clock(batch_seconds=0.02)
    with running(Scripted(parrot), clock=clock) as sandbox:
        monkeypatch.setenv("EVALTUI_BASE_URL", sandbox.url)
        yield Scene(tmp_path, sandbox, clock)


def shows(app: EvalApp, *words: str) -> bool:
    page = "\n".join(lines(app))
    return all(word in page for word in words)


async def until(app: EvalApp, pilot: Pilot[Any], *words: str) -> None:
    """Until all of it is on the screen."""
    for _ in range(1200):
        if shows(app, *words):
            return
        await pilot.pause(0.05)
    raise AssertionError(f"{words} never came:\n" + "\n".join(lines(app)))


async def promoted(scene: Scene, pilot: Pilot[Any], run_id: int) -> None:
    for _ in range(1200):
        if scene.baseline[0] == run_id:
            return
        await pilot.pause(0.05)
    raise AssertionError(f"the baseline is still {scene.baseline}")


async def released(scene: Scene, pilot: Pilot[Any]) -> None:
    """Until no run is left to take up: that is kept after its end was said."""
    for _ in range(1200):
        if not cared_for(scene.path):
            return
        await pilot.pause(0.05)


async def begin(app: EvalApp, pilot: Pilot[Any]) -> None:
    """A run of all cases, its price seen."""
    await pilot.press("2")
    await until(app, pilot, "★ baseline", "run 1  echo with parrot")
    await pilot.press("r")
    await until(app, pilot, "at batch prices", "a sandbox")
    await pilot.press("y")


def test_a_run_is_started_with_its_price_seen_and_its_stages_are_followed_to_the_end(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await begin(app, pilot)
        await until(app, pilot, "▸ waiting 0/6", "✓ sent", "batches", "0 of 1 ended", "run 2: in progress 6 requests")
        scene.clock.advance(61)
        await until(app, pilot, "5 of 6 pass; 0 fixed, 0 broke against run 1", "✓ pass")
        assert app.subject is not None
        assert app.subject.run.id == 2

    told(scene.folder, story)


def test_enter_sends_nothing_and_esc_leaves_it(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("2")
        await until(app, pilot, "★ baseline")
        await pilot.press("r")
        await until(app, pilot, "at batch prices")
        await pilot.press("enter")
        await until(app, pilot, "enter sends nothing: y does")
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert not isinstance(app.screen, RunDialog)

    told(scene.folder, story)
    with open_store(scene.path) as store:
        assert latest_run(store).id == 1  # type: ignore[union-attr]


def test_an_app_that_is_left_leaves_the_run_and_takes_it_up_when_it_opens(scene: Scene) -> None:
    async def leaves(app: EvalApp, pilot: Pilot[Any]) -> None:
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        await pilot.press("q")
        await until(app, pilot, "What was sent goes on at the provider")
        await pilot.press("enter")
        assert app.is_running
        await pilot.press("y")

    assert told(scene.folder, leaves).return_code == 0
    assert cared_for(scene.path) == [2]
    before = scene.sandbox.counters()["creates_received"]

    async def comes_back(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "Taken up again: run 2")
        scene.clock.advance(61)
        await until(app, pilot, "5 of 6 pass")
        await pilot.press("1")
        await until(app, pilot, "run 2")
        await released(scene, pilot)

    told(scene.folder, comes_back)
    assert (cared_for(scene.path), scene.sandbox.counters()["creates_received"]) == ([], before)


def test_two_apps_on_one_database_follow_the_same_run_and_one_drives_it(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        other = EvalApp(scene.path, scene.folder)
        async with other.run_test(size=(120, 36)) as second:
            await second.press("2")
            await until(other, second, "▸ waiting 0/6", f"driven elsewhere, by process {os.getpid()}")
            scene.clock.advance(61)
            await until(other, second, "✓ pass", "5/6")
        await until(app, pilot, "✓ pass")

    told(scene.folder, story)
    assert scene.sandbox.counters()["creates_committed"] == 2


def test_a_run_of_another_process_is_seen_and_can_be_taken_up_when_nobody_drives_it(scene: Scene) -> None:
    scene.begun()

    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("2")
        with run_lock(scene.path, 2):
            await until(app, pilot, "· not sent", "driven elsewhere")
        await until(app, pilot, "nobody drives it: R takes it up")
        await pilot.press("R")
        await until(app, pilot, "driven here")

    told(scene.folder, story)


def test_without_a_key_a_run_that_was_left_says_why_it_is_not_driven_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_care(scene.path, scene.begun())
    monkeypatch.delenv("ANTHROPIC_API_KEY")

    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "Run 2 is not driven on: ANTHROPIC_API_KEY is not set")

    told(scene.folder, story)


def test_canceling_asks_and_keeps_what_came(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        await pilot.press("exclamation_mark")
        await until(app, pilot, "Run 2 has 6 requests at the provider")
        await pilot.press("enter", "y")
        await until(app, pilot, "! canceled 6 of 6")
        await pilot.press("enter", "4")
        await until(app, pilot, "… Nothing fails so far in run 2.", "6 samples without a score", "… incomplete")
        await pilot.press("2", "R")
        await until(app, pilot, "6 samples of run 2 have no reply", "send 6 requests")
        await pilot.press("escape")

    told(scene.folder, story)


def test_a_run_that_the_gate_blocks_is_promoted_with_a_reason_only(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        scene.prompt.write_text("Never: say 0.", "utf-8")
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        scene.clock.advance(61)
        await until(app, pilot, "✗ fail")
        await pilot.press("P")
        await until(app, pilot, "Overrule the gate for run 2?")
        await pilot.press("enter", "escape")
        assert scene.baseline == (1, "first", "")
        await pilot.press("P")
        await until(app, pilot, "Overrule the gate for run 2?")
        await pilot.press(*"known", "enter")
        await promoted(scene, pilot, 2)
        assert scene.baseline == (2, "", "known")

    told(scene.folder, story)


def test_a_passing_run_is_promoted_with_a_note(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        scene.prompt.write_text("Never: nothing.", "utf-8")
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        scene.clock.advance(61)
        await until(app, pilot, "6 of 6 pass; 1 fixed, 0 broke", "✓ pass")
        await pilot.press("P")
        await until(app, pilot, "Promote run 2")
        await pilot.press(*"better", "enter")
        await promoted(scene, pilot, 2)
        assert scene.baseline == (2, "better", "")

    told(scene.folder, story)


def test_a_changed_prompt_says_what_running_again_costs_and_the_failing_case_is_run_alone(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "run 1")
        scene.prompt.write_text("Never: nothing.", "utf-8")
        await until(app, pilot, "prompts/system.md changed since run 1 — r runs: all $", "failing $", "critical $")
        await pilot.press("r")
        await until(app, pilot, "● all 6", "○ failing 1", "○ critical 1", "at batch prices")
        await pilot.press("l")
        await until(app, pilot, "● failing 1", "1 request to claude-haiku-5-5")
        await pilot.press("y")
        await until(app, pilot, "run 2: in progress 1 request")
        scene.clock.advance(61)
        await until(app, pilot, "1 of 1 pass; 1 fixed, 0 broke against run 1")
        for _ in range(100):
            await pilot.pause(0.05)
            if not shows(app, "changed since"):
                return
        raise AssertionError("the banner stayed")

    told(scene.folder, story)
    with open_store(scene.path) as store:
        assert latest_run(store).only == "cases:case-1"  # type: ignore[union-attr]


def test_a_live_run_is_chosen_priced_and_ends_at_once(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("2")
        await until(app, pilot, "★ baseline")
        await pilot.press("r")
        await until(app, pilot, "at batch prices")
        await pilot.press("j", "j", "l")
        await until(app, pilot, "● live", "at full prices")
        await pilot.press("y")
        await until(app, pilot, "5 of 6 pass")

    told(scene.folder, story)


def test_runs_are_filtered_sorted_pinned_and_opened_in_the_gate(scene: Scene) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await begin(app, pilot)
        await until(app, pilot, "0 of 1 ended")
        scene.clock.advance(61)
        await until(app, pilot, "✓ pass")
        await pilot.press("slash", *"baseline", "enter")
        await until(app, pilot, "1 of 2")
        await pilot.press("p")
        await until(app, pilot, "Comparisons are against run 1")
        assert app.subject is not None
        await pilot.press("enter")
        await pilot.pause()
        assert app.current_mode == "gate"
        assert app.subject.run.id in (1, 2)

    told(scene.folder, story)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 50)])
def test_every_size_shows_the_run_and_its_keys(scene: Scene, size: tuple[int, int]) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("2")
        await until(app, pilot, "★ baseline", "parrot")
        await pilot.press("r")
        await until(app, pilot, "echo", "send")

    told(scene.folder, story, size)
