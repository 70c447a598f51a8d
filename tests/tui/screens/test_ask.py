"""Questions over a view."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.stage import lines, told
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from evaltui.tui.app import EvalApp
from evaltui.tui.screens.ask import Choice, Confirm, Pick, Prompt

ASK = ("Run shop", (("400 requests", "strong"), ("[x]\x1b[2J costs about $ 2", "text")))


def test_only_the_key_of_the_act_confirms_it(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Confirm(ASK[0], [ASK[1]], yes=("y", "send 400 requests")), answers.append)
        await pilot.pause()
        shown = "\n".join(lines(app))
        assert "Run shop" in shown
        assert "400 requests[x]␛[2J costs about $ 2" in shown
        await pilot.press("enter", "space", "Y", "x", "1")
        await pilot.pause()
        assert answers == []
        assert "enter decides nothing here: y send 400 requests" in "\n".join(lines(app))
        await pilot.press("y")
        await pilot.pause()
        assert answers == [True]

    told(tmp_path, story)


@pytest.mark.parametrize("key", ["escape", "n", "q"])
def test_leaving_a_question_does_nothing(tmp_path: Path, key: str) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Confirm("Discard", "all of it?", yes=("!", "discard")), answers.append)
        await pilot.press(key)
        await pilot.pause()
        assert answers == [False]
        assert app.is_running

    told(tmp_path, story)


def test_a_symbol_can_be_the_key_of_the_act(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Confirm("Discard", "all of it?", yes=("!", "discard")), answers.append)
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert answers == [True]

    told(tmp_path, story)


def test_a_text_left_with_escape_is_there_the_next_time_for_the_same_thing(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Prompt("Note", "old", draft="case 1"), answers.append)
        await pilot.pause()
        await pilot.press("exclamation_mark", "escape")
        await pilot.pause()
        app.push_screen(Prompt("Note", "other", draft="case 2"), answers.append)
        await pilot.pause()
        assert app.screen.query_one(Input).value == "other"
        await pilot.press("enter")
        await pilot.pause()
        app.push_screen(Prompt("Note", "old", draft="case 1"), answers.append)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        app.push_screen(Prompt("Note", "old", draft="case 1"), answers.append)
        await pilot.pause()
        assert app.screen.query_one(Input).value == "old"
        assert answers == [None, "other", "old!"]

    told(tmp_path, story)


def test_an_empty_answer_is_kept_only_where_it_means_something(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Prompt("Reason", may_be_empty=False), answers.append)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert answers == []
        app.post_message(events.Paste("o\nk\n\n  more\n"))
        await pilot.pause()
        await pilot.press("!", "enter")
        await pilot.pause()
        assert answers == ["o k more!"]

    told(tmp_path, story)


CHOICES = [
    Choice(n, f"agent {name}", f"version {n}", group="Agents") for n, name in enumerate(["ann", "bob", "[x]\x1b"])
]


def test_one_of_many_is_found_by_typing_and_taken_with_enter(tmp_path: Path) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        answers: list[Any] = []
        app.push_screen(Pick("Agent", CHOICES), answers.append)
        await pilot.pause()
        assert any("agent [x]␛" in line for line in lines(app))
        await pilot.press("b", "o")
        await pilot.pause()
        assert not any("agent ann" in line for line in lines(app))
        await pilot.press("enter")
        await pilot.pause()
        app.push_screen(Pick("Agent", CHOICES), answers.append)
        await pilot.press("down", "down", "up", "enter")
        await pilot.pause()
        app.push_screen(Pick("Agent", CHOICES), answers.append)
        await pilot.press("z", "z", "enter", "escape")
        await pilot.pause()
        assert answers == [1, 1, None]

    told(tmp_path, story)


@pytest.mark.parametrize("size", [(60, 16), (40, 8), (3, 2)])
def test_questions_fit_small_terminals(tmp_path: Path, size: tuple[int, int]) -> None:
    async def story(app: EvalApp, pilot: Pilot[Any]) -> None:
        for ask in (Confirm("Run", "x" * 3000), Prompt("Note", "y" * 300), Pick("Agent", CHOICES)):
            app.push_screen(ask)
            await pilot.pause()
            assert {len(line) >= 0 for line in lines(app)} == {True}
            await pilot.press("escape")
            await pilot.pause()

    told(tmp_path, story, size=size)
