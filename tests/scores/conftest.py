"""What every test of a scorer needs: a reply to one case."""

from collections.abc import Callable
from typing import Any

import pytest

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Step, Trajectory

Reply = Callable[..., Evidence]


@pytest.fixture
def reply() -> Reply:
    """`reply(text, expected, calls=[(name, arguments)], stop=…, refusal=…)`: the evidence of one sample."""

    def make(
        text: str = "",
        expected: Any = None,
        calls: list[tuple[str, Any]] | None = None,
        stop: str = "end_turn",
        refusal: str | None = None,
    ) -> Evidence:
        said = (Step(1, "assistant", text=text),) if text else ()
        made = tuple(
            Step(1, "assistant", tool=name, arguments=given, call_id=f"t{at}")
            for at, (name, given) in enumerate(calls or [])
        )
        case = Case(id="case-1", input="a question", expected=expected)
        return Evidence(case, Trajectory((*said, *made), stop, refusal=refusal))

    return make
