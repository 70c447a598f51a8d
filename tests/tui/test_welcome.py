"""An empty project: how a person begins."""

from pathlib import Path
from typing import Any

from tests.tui.stage import told
from tests.tui.test_runs import shows, until
from textual.pilot import Pilot

from evaltui.tui.app import EvalApp
from evaltui.tui.start import DEMO


def test_an_empty_project_offers_init_and_the_demo(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "No run in", "i  init", "d  demo")
        assert not shows(app, "r  run")
        await pilot.press("i")
        await until(app, pilot, "✓ evalsets/help-desk/cases.yaml", "r  run")
        assert not shows(app, "i  init")
        await pilot.press("r")
        await until(app, pilot, "help-desk", "agent.yaml")
        await pilot.press("escape")

    told(tmp_path, story)
    assert (tmp_path / "evalsets" / "help-desk" / "prompts" / "system.md").is_file()
    assert not (tmp_path / ".evaltui").exists()


def test_d_leaves_for_the_demo(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "d  demo")
        await pilot.press("d")

    assert told(tmp_path, story).return_value == DEMO


def test_it_fits_a_small_terminal(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await until(app, pilot, "No run in", "i  init", "d  demo")

    told(tmp_path, story, (80, 24))
