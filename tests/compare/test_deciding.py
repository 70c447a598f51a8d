"""Which turn decided: the one a check names, else the first other call, else the last tool error, else the last."""

import pytest

from evaltui.compare.deciding import Call, Verdict, decided

LOOK = Call(1, "look", {"n": 1})
SAME = (LOOK, Call(2, "book", {"seat": "1A", "bags": 0}))
EXACT = Verdict("exact", "wrong")


def test_the_earliest_turn_that_a_failed_check_names_decides() -> None:
    verdicts = [EXACT, Verdict("late", "turn 5", 5), Verdict("early", "turn 2: look again", 2)]
    found = decided(verdicts, lambda: SAME, 6)
    assert (found.turn, found.why, found.words, found.scorer) == (2, "check", "early: look again", "early")


def test_a_turn_that_does_not_exist_is_not_believed() -> None:
    assert decided([Verdict("odd", "turn 9", 9)], tuple, 3).why == "last turn"


def test_the_calls_are_read_only_where_no_check_names_a_turn() -> None:
    def unread() -> tuple[Call, ...]:
        raise AssertionError("nobody needs it")

    assert decided([Verdict("check", "", 1)], unread, 3, unread).turn == 1


@pytest.mark.parametrize(
    ("ours", "theirs", "turn", "words"),
    [
        ((LOOK, Call(2, "cancel", {})), SAME, 2, "cancel is called here, book in run 1"),
        ((LOOK, Call(2, "book", {"seat": "2B", "bags": 0})), SAME, 2, "book is called with another seat than in run 1"),
        ((LOOK, Call(2, "book", {"seat": "2B"})), SAME, 2, "book is called with other seat, bags than in run 1"),
        ((LOOK,), SAME, 2, "run 1 went on to call book here"),
        ((*SAME, Call(4, "look", {})), SAME, 4, "look is called here, where run 1 called nothing more"),
        ((Call(1, "look", None),), (LOOK,), 1, "look is called with other arguments than in run 1"),
    ],
)
def test_the_first_call_unlike_the_other_runs_is_where_they_part(
    ours: tuple[Call, ...], theirs: tuple[Call, ...], turn: int, words: str
) -> None:
    found = decided([EXACT], lambda: ours, 5, lambda: theirs, "run 1")
    assert (found.turn, found.why, found.words) == (turn, "divergence", f"the first difference: {words}")


def test_a_conversation_that_stops_short_parts_no_later_than_its_end() -> None:
    assert decided([EXACT], lambda: (LOOK,), 1, lambda: SAME, "run 1").turn == 1


def test_without_a_divergence_the_last_tool_error_decides() -> None:
    calls = (Call(1, "look", {}, failed=True), Call(2, "look", {}, failed=True), Call(3, "book", {}))
    found = decided([EXACT], lambda: calls, 4, lambda: calls, "run 1")
    assert (found.turn, found.why, found.words) == (2, "tool error", "the last tool error: look failed")


def test_else_the_last_turn_does_and_says_which_check_failed() -> None:
    assert decided([EXACT], lambda: SAME, 4, lambda: None).words == "the last turn; exact: wrong"
    assert decided([EXACT], tuple, 1).words == "exact: wrong"


def test_a_hostile_name_of_a_tool_stays_words() -> None:
    found = decided([], lambda: (Call(1, "\x1b]0;x\x07", {}, failed=True),), 1)
    assert found.words == "the last tool error: \\x1b]0;x\\x07 failed"
