"""Conversations written in one line each."""

from collections.abc import Callable
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Step, Trajectory, Usage

Talk = Callable[..., Evidence]
ERROR = "error"


def steps_of(turn: int, said: Any) -> list[Step]:
    """One assistant turn: a text, or calls `(tool, arguments[, result[, ERROR]])` followed by their results."""
    if isinstance(said, str):
        return [Step(turn, "assistant", text=said)]
    calls = [(f"t{turn}.{at}", call) for at, call in enumerate(said)]
    made = [Step(turn, "assistant", tool=call[0], arguments=call[1], call_id=name) for name, call in calls]
    results = [
        Step(turn, "tool", tool=call[0], call_id=name, result=call[2], is_error=call[3:] == (ERROR,))
        for name, call in calls
        if len(call) > 2
    ]
    return made + results


@pytest.fixture
def talk() -> Talk:
    """`talk(turn, turn, …, expected=…, stop=…, refusal=…, usages=[…])`: the evidence of one conversation."""

    def make(*turns: Any, expected: Any = None, stop: str = "end_turn", refusal: str | None = None, usages: Any = ()):
        steps = [step for at, said in enumerate(turns, 1) for step in steps_of(at, said)]
        total = Usage(sum(each.input_tokens for each in usages), sum(each.output_tokens for each in usages))
        case = Case(id="case-1", input="a question", expected=expected)
        return Evidence(case, Trajectory(tuple(steps), stop, total, refusal, tuple(usages)))

    return make
