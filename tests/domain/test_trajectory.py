"""Which result belongs to which call, and how many turns there were."""

from evaltui.domain.trajectory import Exchange, Step, Trajectory


def call(turn: int, call_id: str | None, tool: str = "look") -> Step:
    return Step(turn, "assistant", tool=tool, arguments={}, call_id=call_id)


def result(turn: int, call_id: str | None, text: str, tool: str = "look", *, error: bool = False) -> Step:
    return Step(turn, "tool", tool=tool, call_id=call_id, result=text, is_error=error)


def test_parallel_calls_find_their_results_in_any_order() -> None:
    first, second = call(1, "a"), call(1, "b")
    late, early = result(1, "a", "late"), result(1, "b", "early")
    trajectory = Trajectory((first, second, early, late), "end_turn")
    assert trajectory.exchanges() == (Exchange(first, late), Exchange(second, early))
    assert (trajectory.calls(), trajectory.results()) == ((first, second), (early, late))


def test_an_id_used_again_belongs_to_the_newer_call_once_the_older_is_answered() -> None:
    steps = (call(1, "a"), result(1, "a", "one"), call(2, "a"), result(2, "a", "two"), call(3, "a"))
    found = [(one.call.turn, one.result and one.result.result) for one in Trajectory(steps, "tool_use").exchanges()]
    assert found == [(1, "one"), (2, "two"), (3, None)]


def test_without_ids_the_tool_names_the_call_and_a_stray_result_is_passed_over() -> None:
    steps = (call(1, None), call(1, None, "mail"), result(1, None, "sent", "mail"), result(1, "x", "stray"))
    assert [one.result and one.result.result for one in Trajectory(steps, None).exchanges()] == [None, "sent"]


def test_a_call_without_a_result_neither_succeeded_nor_failed() -> None:
    unanswered = Exchange(call(1, "a"))
    assert (unanswered.failed, unanswered.succeeded) == (False, False)
    failed = Exchange(call(1, "a"), result(1, "a", "no", error=True))
    assert (failed.failed, failed.succeeded) == (True, False)


def test_turns_are_those_of_the_assistant() -> None:
    steps = (
        Step(1, "user", text="Hi"),
        call(2, "a"),
        call(2, "b"),
        result(3, "a", "x"),
        Step(4, "assistant", text="x"),
    )
    assert (Trajectory(steps, None).turn_numbers, Trajectory(steps, None).turns) == ((2, 4), 2)
    assert Trajectory((), None).turns == 0
