"""Editing gold by keyboard: typed, seen as a change, written, scored by, taken back."""

from pathlib import Path
from typing import Any

import pytest
from tests.releases import desk
from tests.tui.seed import Seeds
from tests.tui.stage import lines, told
from tests.tui.still import copied
from textual.pilot import Pilot
from textual.widgets import TextArea

from evaltui.loop.promote import promote
from evaltui.tui.app import EvalApp
from evaltui.tui.screens.gold_editor import GoldEditor


def write_runs(folder: Path) -> None:
    """Run 1 is the baseline; run 2 fails c001."""
    with desk(folder, 6) as (_, store, run):
        promote(store, run())
        run(wrong=[1])


@pytest.fixture
def runs(seeds: Seeds, tmp_path: Path) -> Path:
    return copied(seeds.once("runs", write_runs), tmp_path / "runs")


async def rest(app: EvalApp, pilot: "Pilot[Any]", *keys: str) -> str:
    """What is on the screen after these keys, once nothing is under way."""
    await pilot.press(*keys)
    for _ in range(200):
        await pilot.pause()
        if not any(worker.is_running for worker in app.workers):
            break
    await pilot.pause()
    return "\n".join(lines(app))


async def typed(app: EvalApp, pilot: "Pilot[Any]", text: str, told: str = "") -> None:
    """Type this instead; returns once the editor says `told` of it."""
    assert isinstance(app.screen, GoldEditor)
    app.screen.query_one(TextArea).text = text
    for _ in range(400):
        if told in await rest(app, pilot):
            return
    raise AssertionError(f"it never says {told!r}:\n" + "\n".join(lines(app)))


def test_a_gold_is_edited_seen_written_scored_by_and_taken_back(runs: Path) -> None:
    file = runs / "evalsets" / "desk" / "cases.jsonl"
    before = file.read_text("utf-8")

    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        assert "c001" in await rest(app, pilot, "4")
        shown = await rest(app, pilot, "E")
        assert "Gold of c001" in shown and "expected:" in shown and "as the file has it" in shown
        await typed(app, pilot, "expected:\ncritical: false\n", "no scorer has gold")
        await typed(app, pilot, "critical: true\n", "expected: is left out")
        await rest(app, pilot, "f2")
        assert isinstance(app.screen, GoldEditor)
        await typed(app, pilot, 'expected: "no"\ncritical: true\n', "read by exact")
        shown = await rest(app, pilot, "f2")
        assert "cases.jsonl:2" in shown and "write it" in shown and file.read_text("utf-8") == before
        shown = await rest(app, pilot, "E")
        assert "gold of c001 edited" in shown and "R scores both runs by it" in shown
        changed = file.read_text("utf-8").splitlines()[1]
        assert '"expected": "no", "critical": true' in changed
        shown = await rest(app, pilot, "R")
        assert "scored again: runs 1 and 2 by the gold of c001" in shown and "1 gold changed" in shown
        shown = " ".join((await rest(app, pilot, "1")).replace("▌", " ").split())
        assert "without that change it is BLOCKED" in shown
        assert "scored again by 1 changed gold, promoted with 100.0 %" in await rest(app, pilot, "8")
        await rest(app, pilot, "4", "u")
        assert file.read_text("utf-8") == before

    told(runs, story, size=(200, 40))


def test_what_is_left_is_there_again_and_the_editor_opens_from_every_view_of_a_case(runs: Path) -> None:
    async def story(app: EvalApp, pilot: "Pilot[Any]") -> None:
        await rest(app, pilot, "5", "E")
        first = app.screen.query_one(TextArea).text
        await typed(app, pilot, first + "tags: [half]\n")
        await rest(app, pilot, "escape", "E")
        assert app.screen.query_one(TextArea).text.endswith("tags: [half]\n")
        app.edit = lambda path, line=1: bool(path.write_text("expected: outside\n", "utf-8"))  # type: ignore[method-assign]
        await rest(app, pilot, "f3")
        assert app.screen.query_one(TextArea).text == "expected: outside\n"
        await rest(app, pilot, "escape", "t", "E")
        assert isinstance(app.screen, GoldEditor)
        await rest(app, pilot, "escape", "escape", "3", "E")
        assert isinstance(app.screen, GoldEditor)

    told(runs, story, size=(80, 24))
