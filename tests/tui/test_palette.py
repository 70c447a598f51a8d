"""The palette: everything by name."""

from pathlib import Path
from typing import Any

from tests.tui.stage import lines, told
from textual.pilot import Pilot

from evaltui.store.find import cases_named
from evaltui.tui.app import EvalApp
from evaltui.tui.palette import Palette


async def until(pilot: "Pilot[Any]", app: EvalApp, words: str) -> None:
    """Until something that is read in another thread is on the screen."""
    for _ in range(500):
        if any(words in line for line in lines(app)):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{words!r} never appeared in\n" + "\n".join(lines(app)))


def test_views_and_themes_are_gone_to_by_name(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("1", "ctrl+p", *"hist", "enter")
        await pilot.pause()
        assert app.current_mode == "history"
        await pilot.press("colon", *"light", "enter")
        await pilot.pause()
        assert app.theme == "evaltui-light"
        await pilot.press("colon", "escape")
        await pilot.pause()
        assert not isinstance(app.screen, Palette)
        assert app.current_mode == "history"

    told(tmp_path, story)


def test_actions_of_the_view_are_there_with_their_keys_and_only_those(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        await pilot.press("2", "ctrl+p", *"help")
        await pilot.pause()
        assert any("help" in line and "?" in line for line in lines(app))
        await pilot.press("enter")
        await pilot.pause()
        assert "keys of Runs" in lines(app)[0]

    told(tmp_path, story)


def test_a_run_is_chosen_by_number_or_evalset(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.ready()
        await pilot.press("ctrl+p")
        await until(pilot, app, "Runs")
        await pilot.press(*"run 1")
        await until(pilot, app, "run 1 ")
        await pilot.press("enter")
        while app.subject is None or app.subject.run.id != 1:
            await pilot.pause(0.01)

    told(story, tale)


def test_cases_of_the_run_are_found_by_any_part_of_their_id(story: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.ready()
        assert app.subject is not None
        name = cases_named(app.desk.store, app.subject.run.id, [])[0]
        await pilot.press("ctrl+p", *name[:1].upper(), *name[1:])
        await until(pilot, app, f"case of run {app.subject.run.id}")
        await pilot.press("enter")
        await until(pilot, app, "trace")
        assert any(name in line for line in lines(app))

    told(story, tale)


def test_case_ids_that_mean_harm_are_inert(hostile: Path) -> None:
    async def tale(app: EvalApp, pilot: Pilot[Any]) -> None:
        await app.ready()
        for letter in "aeo[":
            await pilot.press("ctrl+p", "left_square_bracket" if letter == "[" else letter)
            await pilot.pause(0.05)
            assert all(part.text.isprintable() or "\u200d" in part.text
                       for strip in app.screen._compositor.render_strips() for part in strip)  # fmt: skip
            await pilot.press("escape")
            await pilot.pause()

    told(hostile, tale)
