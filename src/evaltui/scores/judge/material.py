"""Owns what a judge is shown of a sample: its input, reply, reference and trajectory as text."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.rubric import Sees
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Step
from evaltui.scores.jsontext import too_deep
from evaltui.scores.judge.fence import Block

MOST_SAID = 4_000  # characters of one text of a trajectory
MOST_DATA = 2_000  # characters of the arguments or the result of one call
MOST_ALL = 60_000  # characters of a trajectory


def material(sees: Sequence[Sees], evidence: Evidence) -> tuple[Block, ...]:
    """What the rubric lets the judge see, the agent's work last. Only a trajectory is ever shortened."""
    blocks = list(given(sees, evidence.case))
    if "trajectory" in sees:
        blocks.append(Block("trajectory", trajectory_text(evidence.trajectory.steps)))
    elif said := [step.text for step in evidence.trajectory.steps if step.role == "user"]:
        blocks = [_with_later(block, said) for block in blocks]
    if "output" in sees:
        blocks.append(Block("reply", evidence.trajectory.answer))
    return tuple(blocks)


def given(sees: Sequence[Sees], case: Case) -> Iterator[Block]:
    """What of a case is shown, whatever the agent did."""
    if "input" in sees:
        yield Block("input", input_text(case))
    if "reference" in sees and case.rubric is not None:
        yield Block("reference_note", case.rubric)
    if "reference" in sees and case.expected is not None:
        yield Block("reference", _text(case.expected))


def input_text(case: Case) -> str:
    """The case's input or messages, and the variables that filled the agent's template."""
    messages = [f"{message.role}: {_text(message.content)}" for message in case.messages or ()]
    said = "\n\n".join(messages) if case.input is None else _text(case.input)
    return f"{said}\n\nvariables: {_json(case.vars)}" if case.vars else said


def trajectory_text(steps: Sequence[Step]) -> str:
    """One JSON object a line and step, so that no text can pass for a step; the middle of a long one is left out."""
    lines = [json.dumps(_step(step), ensure_ascii=False) for step in steps]
    return "\n".join(_fitting(lines))


def _with_later(block: Block, said: Sequence[str]) -> Block:
    """The input with what the user said later on, for a judge that does not see the trajectory."""
    later = "".join(f"\n\nlater, user: {text}" for text in said)
    return Block(block.name, block.text + later) if block.name == "input" else block


def _step(step: Step) -> dict[str, Any]:
    if step.role == "tool":
        told = "error" if step.is_error else "result"
        return {"turn": step.turn, "tool": step.tool, told: _shortened(_text(step.result), MOST_DATA)}
    if step.tool is not None:
        return {"turn": step.turn, "calls": step.tool, "arguments": _bounded(step.arguments)}
    return {"turn": step.turn, "user" if step.role == "user" else "says": _shortened(step.text, MOST_SAID)}


def _bounded(arguments: Any) -> Any:
    text = _json(arguments)
    return arguments if len(text) <= MOST_DATA and not too_deep(arguments) else _shortened(text, MOST_DATA)


def _fitting(lines: list[str]) -> list[str]:
    """The first and last steps that fit, and between them how many were left out."""
    if sum(map(len, lines)) <= MOST_ALL:
        return lines
    head, tail = _within(lines), _within(lines[::-1])
    left_out = {"left_out": f"{len(lines) - head - tail} steps"}
    return [*lines[:head], json.dumps(left_out), *lines[len(lines) - tail :]]


def _within(lines: Sequence[str]) -> int:
    """How many of the lines fit into half of the room."""
    size = 0
    for count, line in enumerate(lines):
        size += len(line)
        if size > MOST_ALL // 2:
            return count
    return len(lines)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} … {len(text) - 2 * half:,} characters left out … {text[-half:]}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if too_deep(value):
        return f"a {type(value).__name__} that nests too deep to show"
    return json.dumps(value, ensure_ascii=False, default=str)
