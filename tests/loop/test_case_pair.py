"""A case in two runs: trajectories and reasons as rows that can be held side by side."""

from evaltui.compare.textdiff import Diff
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.loop.case_pair import readable, reason_rows, trajectory_rows
from evaltui.loop.reasons import Said
from evaltui.store.scores import ScoreRow


def call(turn: int, **arguments: object) -> Step:
    return Step(turn, "assistant", tool="search", arguments=arguments, call_id=f"c{turn}")


def say(turn: int, text: str) -> Step:
    return Step(turn, "assistant", text=text)


def trajectory(*steps: Step) -> Trajectory:
    return Trajectory(steps, "end_turn")


def score(name: str, passed: bool | None, value: float | None, reason: str, *, advisory: bool = False) -> ScoreRow:
    return ScoreRow(name, "judge", "d", value, passed, reason, advisory=advisory)


def side(found: Diff, which: str) -> list[str]:
    rows = (getattr(row, which) for row in found.rows if getattr(row, f"{which}_number"))
    return ["".join(piece.text for piece in row) for row in rows]


def test_rows_of_trajectories_have_the_turns_as_numbers_and_both_sides_whole() -> None:
    before = trajectory(say(1, "Let me look."), call(1, query="a"), say(2, "Done."))
    after = trajectory(say(1, "Let me look."), call(1, query="b"), call(2), say(3, "Done."))
    found = trajectory_rows(before, after)
    assert side(found, "left") == ["says", "  Let me look.", "calls search", "  query: a", "says", "  Done."]
    assert side(found, "right")[2:5] == ["calls search", "  query: b", "calls search"]
    assert [row.right_number for row in found.rows] == [1, 1, 1, 1, 2, 3, 3]
    assert [row.mark for row in found.rows] == ["same", "same", "same", "changed", "added", "same", "same"]


def test_a_run_without_the_case_has_an_empty_side() -> None:
    found = trajectory_rows(None, trajectory(call(1)))
    assert [row.mark for row in found.rows] == ["added"]
    assert trajectory_rows(None, None).same


def test_results_and_errors_of_tools_are_told_apart() -> None:
    assert readable(Step(1, "tool", tool="search", result={"n": 1})) == 'search answered\n  {"n": 1}'
    assert readable(Step(1, "tool", tool="search", result="no", is_error=True)) == "search failed\n  no"
    assert readable(Step(1, "user", text="and?")) == "user\n  and?"


def test_reasons_stand_beside_each_other_scorer_by_scorer() -> None:
    one = Said("tone", score("tone", True, 1.0, "kind"), score("tone", False, 0.4, "cold"))
    other = Said("new", None, score("new", None, None, "no reply", advisory=True))
    found = reason_rows((one, other))
    assert side(found, "left") == ["tone passes", "  kind", "", "no such scorer"]
    assert side(found, "right") == ["tone fails 0.40", "  cold", "", "new could not say (advisory)", "  no reply"]
