"""Two trajectories side by side: in order, complete, and those steps together that differ least."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evaltui.compare.alignment import Aligned, aligned, first_divergence
from evaltui.domain.trajectory import Step


def say(text: str, turn: int = 1) -> Step:
    return Step(turn, "assistant", text=text)


def call(tool: str, turn: int = 1, **arguments: object) -> Step:
    return Step(turn, "assistant", tool=tool, arguments=arguments, call_id=f"c{turn}{tool}")


def result(tool: str, value: object, turn: int = 1, *, error: bool = False) -> Step:
    return Step(turn, "tool", tool=tool, call_id=f"c{turn}{tool}", result=value, is_error=error)


def align(before: list[Step], after: list[Step]) -> tuple[Aligned, ...]:
    found = aligned(before, after)
    assert found is not None
    return found


def signs(before: list[Step], after: list[Step]) -> str:
    return "".join(one.sign for one in align(before, after))


steps = st.lists(
    st.one_of(
        st.builds(say, st.sampled_from(["hi", "done", "one moment"]), st.integers(1, 3)),
        st.builds(lambda tool, x: call(tool, x=x), st.sampled_from("ab"), st.integers(0, 3)),
        st.builds(result, st.sampled_from("ab"), st.sampled_from(["ok", {"n": 1}, {"n": 2}])),
    ),
    max_size=12,
)


@given(steps, steps)
def test_every_step_of_both_is_there_once_and_in_order(before: list[Step], after: list[Step]) -> None:
    found = align(before, after)
    assert [one.before for one in found if one.before is not None] == before
    assert [one.after for one in found if one.after is not None] == after


@given(steps, steps)
def test_signs_say_what_they_mean(before: list[Step], after: list[Step]) -> None:
    for one in align(before, after):
        if one.before is None or one.after is None:
            assert one.sign == ("+" if one.before is None else "-")
        else:
            same = replace(one.before, turn=0, call_id=None) == replace(one.after, turn=0, call_id=None)
            assert one.sign == ("=" if same else "~")
            assert (one.before.role, one.before.tool) == (one.after.role, one.after.tool)


@given(steps, steps)
def test_they_part_where_the_first_sign_is_another(before: list[Step], after: list[Step]) -> None:
    assert (first_divergence(before, after) is None) == (set(signs(before, after)) <= {"="})


def test_a_call_is_held_against_the_one_of_the_same_tool_whose_arguments_changed_least() -> None:
    before = [call("search", query="refund policy for kettles"), call("pay", amount=3)]
    after = [call("search", query="weather"), call("search", query="refund policy for kettle"), call("pay", amount=4)]
    assert signs(before, after) == "+~~"


def test_an_extra_and_a_missing_call_leave_the_others_where_they_are() -> None:
    a, b, c = call("a", x=1), call("b", x=1), call("c", x=1)
    assert signs([a, b, c], [a, c]) == "=-="
    assert signs([a, c], [a, b, c]) == "=+="
    assert signs([a, b], [a, call("c", x=1)]) == "=-+"


def test_turn_numbers_and_call_ids_are_no_difference_but_an_error_is() -> None:
    assert signs([call("a", 1, x=1), result("a", "no", 1)], [call("a", 7, x=1), result("a", "no", 7)]) == "=="
    assert signs([result("a", "no")], [result("a", "no", error=True)]) == "~"


def test_they_part_at_the_turn_of_the_later_one() -> None:
    before = [say("hi", 1), call("look", 2, x=1), say("done", 3)]
    assert first_divergence(before, [say("hi", 1), call("look", 2, x=2), say("done", 3)]) == 2
    assert first_divergence(before, [say("hi", 1), say("done", 2)]) == 2
    assert first_divergence(before, before[:1]) == 1
    assert first_divergence(before, []) == 1
    assert first_divergence(before, before) is None


def test_two_thousand_turns_that_have_nothing_in_common_are_aligned_by_tool() -> None:
    draw = random.Random(1)
    one, other = (
        [call(draw.choice("abc"), turn, x=draw.random()) for turn in range(2_000)] for _ in range(2)
    )  # fmt: skip
    found = align(one, other)
    assert {step.sign for step in found} == {"~", "-", "+"}
    assert sum(step.sign == "~" for step in found) > 1_000


def test_an_alignment_nobody_wants_ends() -> None:
    assert aligned([say("a"), say("b")], [say("c"), say("d")], lambda: True) is None
