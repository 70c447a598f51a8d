"""The ways a person arrives, each told key by key on a real project."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.person import Person, told
from tests.tui.still import served
from tests.tui.terminal import PATIENCE, terminal

from evaltui.loop.shipped import apply_fix, read_story
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.server import running
from evaltui.tui.view import View

JUDGED = re.compile(r"(\d+) of (\d+) judged")


def view(person: Person) -> str:
    assert isinstance(person.app.screen, View)
    return person.app.screen.NAME


def flat(screen: str) -> str:
    return " ".join(screen.split())


def judged(person: Person) -> int:
    found = JUDGED.search(person.screen)
    assert found, person.screen
    return int(found[1])


def test_from_a_failed_gate_to_the_exact_turn_are_two_keys_for_a_desk_with_tools(airline: Path) -> None:
    async def story(person: Person) -> None:
        assert "✗ blocked" in person.screen
        screen = await person.press("enter", "enter")
        assert view(person) == "trace"
        assert 'calls: turn 13: book_reservation.flight_type: expected "one_way", got "round_trip"' in flat(screen)
        assert "airline-11" in screen
        assert re.search(r"turn 13 +◂ decided here", screen)

    told(airline, story)


def test_and_two_keys_for_tickets_that_one_label_decides(tickets: Path) -> None:
    async def story(person: Person) -> None:
        screen = await person.press("enter", "enter")
        assert view(person) == "trace"
        assert "ticket-2" in screen
        assert "category: expected billing inquiries" in flat(screen)

    told(tickets, story)


def test_and_two_keys_in_one_breath(project: Path) -> None:
    with terminal(project) as opened:
        opened.sees("✗ blocked")
        opened.press("enter", "enter")
        opened.sees("decided here")


def test_fifty_regressions_are_triaged_in_sixty_keys_and_undone_after_a_restart(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("4")
        while judged(person) < 50:
            at = judged(person)
            await person.tap("a" if at % 7 == 3 else "x", f"{at + 1} of 63 judged")
        assert person.keys <= 60

    async def next_day(person: Person) -> None:
        await person.press("4")
        assert judged(person) == 50
        for left in range(49, -1, -1):
            await person.tap("u", f"{left} of 63 judged")
        await person.press("U", "U")
        assert judged(person) == 2

    told(project, story, (80, 24))
    told(project, next_day, (80, 24))


def test_a_group_that_fails_alike_is_judged_by_one_key_and_undone_by_one(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("4", "X")
        assert judged(person) > 20
        await person.press("u")
        assert judged(person) == 0

    told(project, story)


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The story's project, its sandbox still there."""
    with running(Lexical(), clock=Clock(batch_seconds=0.05)) as sandbox:
        monkeypatch.setenv("EVALTUI_BASE_URL", sandbox.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sandbox")
        (project / ".evaltui" / "config.yaml").write_text("poll_seconds: 0.02\n", "utf-8")
        yield served(project, sandbox.url)


def test_who_mends_the_prompt_runs_only_what_failed_and_sees_what_it_fixed(shop: Path) -> None:
    evalset = shop / "evalsets" / "support-desk"

    async def story(person: Person) -> None:
        await person.press("2", "j", "j", "enter")
        assert "3 critical cases that passed now fail" in person.screen
        apply_fix(evalset, read_story(evalset).fix)
        await person.sees("prompts/system-v2.md changed since run 4", "failing")
        screen = await person.press("r", "l")
        assert "● failing 37" in screen
        assert "nothing is paid" in screen
        await person.tap("y", "Run 7: 5 of 37 pass; 5 fixed, 0 broke against run 4")
        await person.sees("only 37 of the baseline's 207 cases were asked", "run all cases")
        screen = await person.press("3")
        assert "37 of 207" in screen
        assert "- gone " not in screen

    told(shop, story)


def test_a_case_is_reached_from_anywhere_by_its_name(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("8", "ctrl+p")
        await person.type("limit-sofa")
        screen = await person.press("enter")
        assert "over-limit-sofa" in screen
        assert view(person) == "trace"
        await person.press("escape")
        assert view(person) == "history"

    told(project, story)


def test_a_filter_is_typed_shown_as_chips_and_given_up(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("3", "slash")
        await person.type("broke tag:fraud !critical")
        screen = await person.press("enter")
        assert "of 83" in screen
        assert "tag:fraud" in screen
        await person.press("slash")
        await person.press(*["backspace"] * 30)
        screen = await person.press("enter")
        assert "of 83" not in screen

    told(project, story)


def test_any_run_can_be_held_against_any_other(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("2", "G", "p", "k", "k", "enter")
        assert "against pinned run 1" in person.screen
        screen = await person.press("3")
        assert "run 1 → run 3" in screen

    told(project, story)


def test_the_file_behind_a_case_opens_at_its_line_in_the_editor(project: Path, tmp_path: Path) -> None:
    editor, seen = tmp_path / "editor", tmp_path / "seen"
    editor.write_text(f'#!/bin/sh\necho "$@" > {seen}\n', "utf-8")
    editor.chmod(0o755)
    with terminal(project, EDITOR=str(editor)) as opened:
        opened.sees("blocked")
        opened.press("5")
        opened.sees("83 cases", "pressure-second-refund")
        opened.press("e")
        while not (seen.is_file() and seen.read_text().strip()):
            opened.read(0.1)
        opened.press("2")
        opened.sees("6 runs")
    words = seen.read_text().split()
    assert words[-1].endswith("cases.yaml")
    line = int(re.findall(r"\d+", " ".join(words[:-1]))[0])
    assert "- id:" in "".join(Path(words[-1]).read_text("utf-8").splitlines()[line - 1 : line])


def test_a_view_that_is_asked_for_is_the_view_itself_whatever_was_opened_from_it(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("enter", "enter")
        assert view(person) == "trace"
        screen = await person.press("2", "j", "j", "enter")
        assert view(person) == "gate" and "run 4" in screen
        await person.press("3", "t")
        assert view(person) == "trace"
        await person.press("3")
        assert view(person) == "compare"

    told(project, story)


def test_a_question_can_be_left_by_leaving_the_program(project: Path) -> None:
    with terminal(project) as opened:
        opened.sees("blocked")
        opened.press("ctrl+p")
        opened.sees("Go to or do")
        opened.press("ctrl+q")
        assert opened.leaves() == 0


def test_an_editor_that_is_not_there_or_no_program_is_said_and_the_app_goes_on(project: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x00no program")
    broken.chmod(0o755)
    for editor, said in (
        ("nowhere-to-be-found -w", "nowhere-to-be-found is not there"),
        (str(broken), "cannot be star"),
    ):
        with terminal(project, EDITOR=editor) as opened:
            opened.sees("blocked")
            opened.press("e")
            opened.sees(said)
            opened.press("2")
            opened.sees("6 runs")


def test_the_app_ends_when_its_terminal_is_gone(project: Path) -> None:
    with terminal(project) as opened:
        opened.sees("blocked")
        opened.hang_up()
        assert opened.process.wait(PATIENCE) == 129


def test_an_empty_project_offers_a_first_evalset_with_one_key(tmp_path: Path) -> None:
    async def story(person: Person) -> None:
        assert "init" in person.screen and "demo" in person.screen
        await person.press("i")
        await person.sees("r")
        assert list(tmp_path.rglob("evalset.yaml"))

    told(tmp_path, story)


def test_a_passing_run_is_promoted_with_a_note_and_history_marks_it(shop: Path) -> None:
    evalset = shop / "evalsets" / "support-desk"

    async def story(person: Person) -> None:
        apply_fix(evalset, read_story(evalset).fix)
        await person.press("2", "j", "j", "enter", "r")
        await person.tap("y", "Run 7: 175 of 207 pass", "pass")
        await person.press("1")
        assert "✓ pass" in person.screen
        await person.press("P")
        await person.type("the rule is back")
        await person.tap("enter", "★ the baseline, promoted by")
        screen = await person.press("8")
        assert "the rule is back" in screen

    told(shop, story)
