"""The History view told as stories."""

from pathlib import Path
from typing import Any

from tests.tui.screens.test_gate import look_at, settled
from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.tui.app import EvalApp


def test_8_shows_the_releases_and_says_whether_the_score_moves(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        look_at(app, 4)
        await settled(app, pilot, "run 4")
        await pilot.press("8")
        seen = await settled(app, pilot, "over 4 releases")
        assert "support-desk › history" in lines(app)[0]
        assert "★ tidied up, with the rule" in seen

    told(story, tell)


def test_enter_leads_to_the_gate_of_the_release_under_the_cursor(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        look_at(app, 4)
        await settled(app, pilot, "run 4")
        await pilot.press("8")
        await settled(app, pilot, "first baseline")
        await pilot.press("j", "enter")
        await settled(app, pilot, "all 44 critical cases pass")
        assert app.current_mode == "gate" and "run 3" in lines(app)[0]

    told(story, tell)


def test_p_holds_what_is_looked_at_against_the_release_under_the_cursor(story: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await settled(app, pilot, "run 6")
        look_at(app, 4)
        await settled(app, pilot, "run 4")
        await pilot.press("8")
        await settled(app, pilot, "first baseline")
        await pilot.press("G", "p", "1")
        await settled(app, pilot, "against pinned run 1")

    told(story, tell)


def test_an_empty_project_has_no_history_and_no_fault(tmp_path: Path) -> None:
    async def tell(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("8", "j", "enter", "p", "y")
        await settled(app, pilot, "No run of this evalset yet.")

    told(tmp_path, tell)
