"""A hundred recorded conversations held again, in rounds over the wire: every turn comes back, tools are replayed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests import airline
from tests.workbench import bench, run_evalset

from evaltui.domain.conversation import trajectory_of
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Step, Trajectory
from evaltui.loop.evidence import so_far
from evaltui.loop.import_run import judge, keep, read_import
from evaltui.sandbox.replay import Replay
from evaltui.store.batches import batches
from evaltui.store.cases import sample
from evaltui.store.database import Store, open_store
from evaltui.store.runs import progress


@pytest.mark.parametrize("trial", [0, 1])
def test_the_conversations_rebuilt_from_rounds_are_the_recorded_ones(
    tmp_path: Path, shared_data: Path, trial: int
) -> None:
    recorded = [row for row in airline.rows(shared_data) if row["trial"] == trial]
    desk = airline.write_desk(tmp_path / "desk", recorded)
    recording = airline.write_recording(tmp_path / "recording.jsonl", desk, recorded)
    with bench(tmp_path, Replay.load(recording)) as (store, engine, _):
        run = run_evalset(store, engine, desk)
        assert progress(store, run.id).settled
        longest = max(len(airline.conversation(row).turns) for row in recorded)
        assert len(batches(store, run.id)) == longest
        for row in recorded:
            rebuilt = _rebuilt(store, run, row)
            assert rebuilt.steps == _steps(row), row["id"]
            # A conversation that ended at a call ends there again: the call is not answered, for no reply follows.
            assert bool(rebuilt.cut) == (row["messages"][-1]["role"] == "tool"), row["id"]


def test_imported_conversations_are_the_recorded_ones_whole(tmp_path: Path, shared_data: Path) -> None:
    recorded = airline.rows(shared_data)
    desk = airline.write_desk(tmp_path / "desk", [row for row in recorded if row["trial"] == 0])
    file = tmp_path / "results.jsonl"
    file.write_text("".join(json.dumps(airline.result_line(row)) + "\n" for row in recorded), "utf-8")
    with open_store(tmp_path / "evaltui.db") as store:
        run, new = keep(store, read_import(desk, file, None, "gpt-4o"), "")
        assert (new, run.trials, run.model) == (True, 2, "gpt-4o")
        judge(store, run, lambda _: None)
        assert progress(store, run.id).complete
        for row in recorded:
            told = replace(airline.evidence(row).trajectory, recorded={"reward": row["reward"]})
            assert _rebuilt(store, run, row, row["trial"] + 1) == told, row["id"]


def _rebuilt(store: Store, run: Run, row: dict[str, Any], trial: int = 1) -> Trajectory:
    detail = sample(store, run.id, airline.case_id(row), trial)
    assert detail is not None
    seen = so_far(detail.held)
    assert isinstance(seen, Trajectory)
    return seen


def _steps(row: dict[str, Any]) -> tuple[Step, ...]:
    """The recorded steps up to the last reply: nobody answers what comes behind it."""
    turns = airline.unique_ids(airline.conversation(row).turns)
    trajectory = trajectory_of([*turns[:-1], replace(turns[-1], results=(), said=None)])
    assert isinstance(trajectory, Trajectory)
    return trajectory.steps
