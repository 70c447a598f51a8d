"""Help: the keys of the view one came from, found by typing; asked again, those of all."""

from pathlib import Path
from typing import Any

from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.tui.actions import ACTIONS, VIEWS
from evaltui.tui.app import EvalApp
from evaltui.tui.keys import Keys
from evaltui.tui.screens.help import every_group, groups_of


def test_every_action_is_in_the_help_of_its_views_and_in_the_help_of_all() -> None:
    everywhere = {action.name for _, actions in every_group() for action in actions}
    assert everywhere == {action.name for action in ACTIONS}
    for view in VIEWS:
        shown = {action.name for _, actions in groups_of(view) for action in actions}
        assert shown == {action.name for action in ACTIONS if action.of(view)}


def test_help_is_of_the_view_asked_again_of_all_and_again_of_the_view(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3", "question_mark")
        await pilot.pause()
        assert "keys of Compare" in lines(app)[0]
        assert any("hide same" in line and " i " in line for line in lines(app))
        assert not any("regression" in line for line in lines(app))
        await pilot.press("f1")
        await pilot.pause()
        assert "keys of every view" in lines(app)[0]
        await pilot.press("question_mark")
        await pilot.pause()
        assert "keys of Compare" in lines(app)[0]
        await pilot.press("escape")
        await pilot.pause()
        assert app.current_mode == "compare"
        assert "3 Compare" in lines(app)[0]

    told(tmp_path, story)


def test_typing_finds_a_key_once_however_many_views_have_it(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3", "question_mark", "question_mark", *"trace")
        await pilot.pause()
        assert len([line for line in lines(app) if "The turns of the case" in line]) == 1
        await pilot.press("enter", "down", "up", "q")
        await pilot.pause()
        assert "keys of every view" in lines(app)[0]

    told(tmp_path, story)


def test_help_shows_the_keys_a_person_chose(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("3", "question_mark", *"hide")
        await pilot.pause()
        assert any("f9" in line and "hide same" in line for line in lines(app))

    told(tmp_path, story, keys=Keys({"hide_same": "f9"}))
