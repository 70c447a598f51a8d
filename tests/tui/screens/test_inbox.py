"""The Inbox: what went wrong in production, looked at, judged, and made into gold cases that bite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.person import Person, told
from tests.tui.production import CARD, MAIL, write_log
from tests.tui.scenes import settled
from tests.tui.still import served

from evaltui.loop.intake import take_in
from evaltui.loop.mappings import mappings_file
from evaltui.loop.project import STATE
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.server import running
from evaltui.store.database import open_store
from evaltui.tui.screens.inbox import InboxView


async def typed(person: Person, text: str) -> str:
    """In one breath; the screen then."""
    keys = {" ": "space", "_": "underscore", ",": "comma", "/": "slash"}
    await person.pilot.press(*(keys.get(char, char) for char in text))
    await settled(person.app, person.pilot)
    return person.screen


def view(person: Person) -> InboxView:
    assert isinstance(person.app.screen, InboxView)
    return person.app.screen


def test_open_failures_stand_newest_first_and_beside_them_the_turn_that_went_wrong_redacted(project: Path) -> None:
    async def story(person: Person) -> None:
        screen = await person.press("6")
        assert "✗ 5 open" in screen.splitlines()[0]
        assert "… truncated    max_tokens" in screen.splitlines()[3]
        screen = await person.press("j")
        assert "issue_refund" in screen and "◂ went wrong here" in screen and "amount 54.90 is more" in screen
        screen = await person.press("j")
        assert "[EMAIL_1]" in screen and "[CARD_1]" in screen
        assert MAIL not in screen and CARD not in screen
        assert "redacted: 1 card, 1 email" in screen

    told(project, story)


def test_enter_shows_the_whole_conversation_and_esc_leads_back(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("6", "j")
        screen = await person.press("enter")
        assert view(person).inside and "z fold" in screen and "whole conversation" not in screen
        await person.press("escape")
        assert not view(person).inside

    told(project, story)


def test_what_is_dismissed_is_gone_from_the_list_and_comes_back_also_after_a_restart(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("6", "d")
        screen = await person.press("d")
        assert "✗ 3 open" in screen and "- 2 dismissed" in screen and "u takes it back" in screen

    async def next_day(person: Person) -> None:
        assert "✗ 4 open" in await person.press("6", "u")
        assert "✗ 5 open" in await person.press("u")
        assert "nothing to take back" in await person.press("u")
        assert "✗ 4 open" in await person.press("U")

    told(project, story)
    told(project, next_day)


def test_marked_items_are_merged_into_the_one_under_the_cursor_and_a_note_stands_with_it(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("6", "j", "j", "space", "space")
        screen = await person.press("m")
        assert "✗ 3 open" in screen and "= 2 merged" in screen
        await person.press("c")
        await typed(person, "ask the order team")
        assert "note  ask the order team" in await person.press("enter")

    told(project, story)


def test_failures_alike_are_one_group_that_one_key_dismisses(project: Path) -> None:
    async def story(person: Person) -> None:
        screen = await person.press("6", "right_square_bracket")
        assert "▸groups 3" in screen
        screen = await person.press("enter")
        assert "one group" in screen and "▸items 3" in screen
        screen = await person.press("escape", "d")
        assert "✗ 2 open" in screen and "- 3 dismissed" in screen

    told(project, story, (80, 24))


def test_a_filter_finds_what_was_done_and_n_goes_to_the_next_that_is_open(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("6", "d", "j", "d", "slash")
        await typed(person, "failed")
        screen = await person.press("enter", "g")
        assert "5" in screen and "→  - dismissed" in screen
        screen = await person.press("n")
        assert "→" not in screen and "issue_refund" in screen.splitlines()[3]

    told(project, story)


def test_an_empty_inbox_names_the_key_and_a_log_is_imported_while_the_app_is_used(tmp_path: Path) -> None:
    write_log(tmp_path / "logs" / "desk.jsonl")

    async def story(person: Person) -> None:
        screen = await person.press("6")
        assert "No log was imported yet." in screen and "i imports one" in screen
        await person.press("i")
        await typed(person, "logs/de")
        await person.press("tab")
        await person.tap("enter", "✗ 5 open")

    told(tmp_path, story)


def test_a_plain_log_shows_what_is_guessed_and_is_read_when_a_person_takes_it(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("question,answer,error\nWhere?,,timed out\n", "utf-8")

    async def story(person: Person) -> None:
        await person.press("6", "i")
        await person.type("d.csv")
        screen = await person.tap("enter", "input = question", "take it")
        assert "error = error" in screen
        screen = await person.press("escape")
        assert "nothing was read" in screen and "evaltui import" in screen and not mappings_file(tmp_path).exists()
        await person.press("escape", "i")
        await person.type("d.csv")
        await person.tap("enter", "take it")
        await person.tap("y", "✗ 1 open")
        assert mappings_file(tmp_path).exists()

    told(tmp_path, story)


def test_harm_in_a_log_stays_text(project: Path) -> None:
    with open_store(project / STATE) as store:
        take_in(store, [write_log(project / "logs" / "desk.jsonl", harm=True)], lambda _: None)

    async def story(person: Person) -> None:
        screen = await person.press("6", "slash")
        screen = await typed(person, "owned")
        for each in (
            screen,
            await person.press("enter"),
            await person.press("enter"),
            await person.press("escape", "a"),
        ):
            assert "[/bold][@click=app.leave]" in each
            assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(each)

    told(project, story)


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project with its sandbox there."""
    with running(Lexical(), clock=Clock(batch_seconds=0.05)) as sandbox:
        monkeypatch.setenv("EVALTUI_BASE_URL", sandbox.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sandbox")
        (project / ".evaltui" / "config.yaml").write_text("poll_seconds: 0.02\n", "utf-8")
        yield served(project, sandbox.url)


def test_from_the_key_6_to_a_case_that_bites_are_ten_keys_and_its_expectation(shop: Path) -> None:
    async def story(person: Person) -> None:
        screen = await person.press("6", "j", "j", "a")
        assert "never taken as gold" in screen and "nobody said yet what is right" in screen
        await person.press("enter")
        await typed(person, "lookup_order, escalate_to_human")
        screen = await person.press("enter")
        assert '✓ ["lookup_order", "escalate_to_human"]' in screen and "promoted.yaml:3" in screen
        screen = await person.press("y")
        assert "Does it bite?" in screen and "nothing is paid" in screen
        assert "✓ 1 gold case" in await person.tap("y", "fails as expected")

    told(shop, story)
    written = (shop / "evalsets" / "refund-agent" / "promoted.yaml").read_text("utf-8")
    assert "[EMAIL_1]" in written and MAIL not in written and CARD not in written


def test_what_the_set_says_already_is_held_beside_it_and_need_not_be_added(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("6", "j", "j", "a", "enter")
        await typed(person, "escalate_to_human")
        await person.press("enter", "y", "escape")
        screen = await person.press("a")
        assert "decide (h l)" in screen and "FW-41391 never came" in screen and "FW-41380 never came" in screen
        assert "says it already" in await person.press("l")
        screen = await person.press("y")
        assert "✓ 2 gold cases" in screen and "noted that the set has it" in screen

    told(project, story)
    written = (project / "evalsets" / "refund-agent" / "promoted.yaml").read_text("utf-8")
    assert written.count("- id:") == 1
