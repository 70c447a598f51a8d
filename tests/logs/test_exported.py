"""What evaltui exports comes back as items: the same trajectories, with their scores."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.logs.hostile import mangled, read_all
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.domain.item import Item
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Trajectory
from evaltui.logs.exported import Exported
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.loop.evidence import so_far
from evaltui.loop.export import export_jsonl, export_recording
from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.scripted import Scripted
from evaltui.store.cases import sample

CALL = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"n": 1}}
AGENT = """
name: clerk
model: claude-haiku-4-5
max_tokens: 100
max_turns: 4
messages: [{role: user, content: "{{input}}"}]
tools: [{name: look, description: looks, input_schema: {type: object}}]
answers: {replay: {}}
"""
GONE = {"name": "look", "arguments": {"n": 1}, "result": "it is gone", "error": True}
CASES = [
    {"id": "plain", "input": "hello", "expected": "hello"},
    {"id": "wrong", "input": "bye", "expected": "later"},
    {"id": "tool", "input": "look", "expected": "done", "tools": [GONE], "turns": ["and now?"]},
    {"id": "lost", "input": "fail", "expected": "x"},
]
Told = tuple[list[str], list[str], dict[str, Trajectory]]


def replying(params: dict[str, Any]) -> Answer | Refused:
    last = params["messages"][-1]["content"]
    if last == "fail":
        return Refused("invalid_request_error", "no")
    if last == "look":
        return Answer([{"type": "text", "text": "Let me see."}, CALL], "tool_use", 5, 4)
    return Answer([{"type": "text", "text": last if last in ("hello", "bye") else "done"}], "end_turn", 3, 2)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Both exports of a run, and the trajectory of each case that has one."""
    folder = tmp_path_factory.mktemp("clerks")
    evalset = write_evalset(folder / "clerks", CASES, "  - exact", AGENT)
    with bench(folder, Scripted(replying)) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        details = {case["id"]: sample(store, run.id, case["id"], 1) for case in CASES}
        seen = {name: so_far(detail.held) for name, detail in details.items() if detail}
        kept = {name: each for name, each in seen.items() if isinstance(each, Trajectory)}
        yield list(export_jsonl(store, run)), list(export_recording(store, run)), kept


def items(path: Path, lines: list[str]) -> list[Item]:
    path.write_text("".join(line + "\n" for line in lines))
    assert isinstance(importer_for(path), Exported)
    return [each for each in Exported().read(path) if isinstance(each, Item)]


def test_samples_of_a_run_come_back_with_their_trajectories_and_scores(told: Told, tmp_path: Path) -> None:
    lines, _, seen = told
    read = {json.loads(line)["case"]: item for line, item in zip(lines, items(tmp_path / "run", lines), strict=True)}
    assert sorted(read) == ["lost", "plain", "tool", "wrong"]
    assert len(seen) == 3
    for name, trajectory in seen.items():
        back = read[name].trajectory
        assert back.steps == trajectory.steps, name
        assert (back.stop_reason, back.usage.output_tokens) == (trajectory.stop_reason, trajectory.usage.output_tokens)
    assert [read[name].scores for name in ("plain", "wrong", "tool")] == [{"exact": 1}, {"exact": 0}, {"exact": 1}]
    assert read["lost"].error == Errored("error", "errored")
    assert [each.reason for each in failures_of(read["tool"])] == ["tool_error"]
    assert [each.reason for each in failures_of(read["wrong"])] == ["score"]
    assert not failures_of(read["plain"])


def test_a_recording_comes_back_reply_by_reply(told: Told, tmp_path: Path) -> None:
    _, lines, _ = told
    read = items(tmp_path / "recording", lines)
    assert len(read) == len(lines)
    said = sorted(item.trajectory.answer for item in read if item.turns)
    assert {"hello", "bye", "Let me see."} <= set(said)
    assert [item.error.kind for item in read if item.error] == ["invalid_request_error"]
    assert all(item.notes for item in read)  # what was asked is not in a recording


def test_lines_with_any_part_wrong_are_read_without_a_traceback(told: Told, tmp_path: Path) -> None:
    samples, recorded, _ = told
    long = max(samples, key=len)
    read_all(Exported(), tmp_path / "x", *mangled(json.loads(long)), *mangled(json.loads(recorded[0])))
