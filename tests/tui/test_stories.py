"""The ways a person arrives, each told key by key on a real project."""

from pathlib import Path

from tests.tui.person import Person, told

from evaltui.tui.view import View


def view(person: Person) -> str:
    assert isinstance(person.app.screen, View)
    return person.app.screen.NAME


def test_from_a_failed_gate_to_the_exact_turn_are_two_keys_for_a_desk_with_tools(airline: Path) -> None:
    async def story(person: Person) -> None:
        assert "BLOCKED" in person.screen or "✗ blocked" in person.screen
        screen = await person.press("enter", "enter")
        assert view(person) == "trace"
        assert "airline-11" in screen
        assert 'calls: turn 13: book_reservation.flight_type: expected "one_way", got "round_trip"' in " ".join(
            screen.split()
        )
        assert "turn 13" in screen and "◂ decided here" in screen

    told(airline, story)


def test_and_two_keys_for_tickets_that_a_label_decides(tickets: Path) -> None:
    async def story(person: Person) -> None:
        screen = await person.press("enter", "enter")
        assert view(person) == "trace"
        assert "ticket-2" in screen and "critical" in screen and "category" in screen

    told(tickets, story)
