"""The ways a person arrives, each told key by key on a real project."""

import re
from pathlib import Path

from tests.tui.person import Person, told
from tests.tui.terminal import terminal

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
        for left in range(49, 45, -1):
            await person.tap("u", f"{left} of 63 judged")
        await person.press("U", "U")
        assert judged(person) == 48

    told(project, story, (80, 24))
    told(project, next_day, (80, 24))


def test_a_group_that_fails_alike_is_judged_by_one_key_and_undone_by_one(project: Path) -> None:
    async def story(person: Person) -> None:
        await person.press("4", "X")
        assert judged(person) > 20
        await person.press("u")
        assert judged(person) == 0

    told(project, story)
