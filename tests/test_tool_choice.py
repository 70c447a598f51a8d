"""All 1,390 real function-calling cases as one evalset, over the wire: gold passes, every planted mistake fails."""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.function_calls import Calls, Row, gold_calls, read_rows
from tests.workbench import bench, record, run_evalset, write_evalset

from evaltui.loop.export import export_jsonl
from evaltui.sandbox.replay import Replay
from evaltui.store.runs import grade_counts

AGENT = """name: caller
model: claude-haiku-4-5
max_tokens: 512
tools: "{{tools}}"
"""
TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": "string", "String": "string"}


def wire_name(name: str) -> str:
    """The API takes no dots in tool names."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)


def wire_schema(value: Any) -> Any:
    """Python's type names as JSON Schema's."""
    if isinstance(value, dict):
        return {
            key: TYPES.get(item, item) if key == "type" and isinstance(item, str) else wire_schema(item)
            for key, item in value.items()
        }
    return [wire_schema(item) for item in value] if isinstance(value, list) else value


def case(row: Row) -> dict[str, Any]:
    tools = [
        {
            "name": wire_name(tool["name"]),
            "description": tool["description"],
            "input_schema": wire_schema(tool["parameters"]),
        }
        for tool in row["tools"]
    ]
    named = {tool["name"]: tool for tool in tools}
    gold = [{**call, "name": wire_name(call["name"])} for call in row["gold"]]
    text = "\n".join(message["content"] for message in row["messages"])
    return {"id": row["id"], "input": text, "vars": {"tools": list(named.values())}, "expected": {"calls": gold}}


def blocks(calls: Calls) -> list[dict[str, Any]]:
    if not calls:
        return [{"type": "text", "text": "None of these tools helps."}]
    return [
        {"type": "tool_use", "id": f"toolu_{number}", "name": wire_name(name), "input": arguments}
        for number, (name, arguments) in enumerate(calls)
    ]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    return read_rows(shared_data)


def run_with(tmp_path: Path, rows: list[Row], reply: Callable[[Row], Calls]) -> tuple[tuple[int, int, int], list[str]]:
    """Counts of passed, failed, unresolved, and the exported lines."""
    folder = write_evalset(tmp_path / "calls", map(case, rows), "  - tool_choice: calls", AGENT)
    recording = record(tmp_path / "recording.jsonl", folder, None, {row["id"]: blocks(reply(row)) for row in rows})
    with bench(tmp_path, Replay.load(recording)) as (store, engine, _):
        run = run_evalset(store, engine, folder)
        return grade_counts(store, run.id), list(export_jsonl(store, run))


def test_the_gold_calls_of_all_1390_cases_pass(tmp_path: Path, rows: list[Row]) -> None:
    counts, lines = run_with(tmp_path, rows, gold_calls)
    assert counts == (1390, 0, 0)
    assert len(lines) == 1390


def without_last(row: Row) -> Calls:
    return gold_calls(row)[:-1]


def with_another(row: Row) -> Calls:
    return [*gold_calls(row), ("delete_everything", {})]


def with_unknown_argument(row: Row) -> Calls:
    calls = deepcopy(gold_calls(row))
    calls[0][1]["surplus_argument"] = "x"
    return calls


@pytest.mark.parametrize(
    ("mistake", "words"),
    [(without_last, "missing call"), (with_another, "extra call"), (with_unknown_argument, "surplus_argument")],
)
def test_every_planted_mistake_fails_and_is_named(
    tmp_path: Path, rows: list[Row], mistake: Callable[[Row], Calls], words: str
) -> None:
    calling = [row for row in rows if row["gold"]]
    counts, lines = run_with(tmp_path, calling, mistake)
    assert counts == (0, len(calling), 0)
    unnamed = [line for line in lines if words not in line]
    assert len(unnamed) <= 1  # in one case two gold calls overlap, and the reason names the neighbour
