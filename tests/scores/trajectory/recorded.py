"""Recorded conversations of other projects, read as trajectories."""

import json
from pathlib import Path
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Step, Trajectory


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def airline(row: dict[str, Any]) -> Evidence:
    """One conversation at the airline desk; its gold actions become the expected calls."""
    gold = [{"name": action["name"], "arguments": action["kwargs"]} for action in row["gold_actions"]]
    case = Case(id=row["id"], input=row["instruction"], expected={"calls": gold})
    return Evidence(case, Trajectory(tuple(_steps(row["messages"])), "end_turn"))


def _steps(messages: list[dict[str, Any]]) -> list[Step]:
    """OpenAI-style messages; a failed tool says so in words only."""
    steps, turn = [], 0
    for message in messages:
        content, role = message["content"] or "", message["role"]
        turn += role == "assistant"
        if role == "tool":
            failed = content.startswith("Error")
            name, call = message["name"], message["tool_call_id"]
            steps.append(Step(turn, role, tool=name, call_id=call, result=content, is_error=failed))
        elif role != "system":
            steps += [Step(turn, role, text=content)] if content or not message.get("tool_calls") else []
            steps += [_call(turn, call) for call in message.get("tool_calls") or []]
    return steps


def _call(turn: int, call: dict[str, Any]) -> Step:
    function = call["function"]
    given = json.loads(function["arguments"])
    return Step(turn, "assistant", tool=function["name"], arguments=given, call_id=call["id"])


def adk(row: dict[str, Any]) -> list[list[tuple[str, dict[str, Any]]]]:
    """The expected tool calls of each turn of an ADK case, in either of its schemas."""
    if row["schema"] == "eval_set":
        turns = [turn.get("intermediate_data") or {} for turn in row["case"]["conversation"]]
        return [[(use["name"], use["args"]) for use in turn.get("tool_uses") or []] for turn in turns]
    # The oldest files wrap the turns: [{"name": …, "data": [turns]}].
    turns = [turn for item in row["case"] for turn in item.get("data", [item])]
    uses = [turn.get("expected_tool_use") or [] for turn in turns]
    return [[(use["tool_name"], use["tool_input"]) for use in turn] for turn in uses]
