"""`evaltui export`: a run for other programs, and a recording that gives the same scores again."""

import json
from pathlib import Path

import pytest
from tests.cli.program import Program, agent

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.replay import Replay
from evaltui.sandbox.server import running


def test_jsonl_has_one_object_a_sample(history: Program) -> None:
    samples = [json.loads(line) for line in history("export", "2").out.splitlines()]
    assert [sample["case"] for sample in samples] == ["hello", "bye", *(f"word-{n}" for n in range(6))]
    assert [sample["passed"] for sample in samples] == [False] + [True] * 7
    assert (samples[0]["output"], samples[0]["critical"], samples[0]["trial"]) == ("goodbye", True, 1)
    assert samples[0]["scores"][0]["scorer"] == "exact"


def test_every_trial_is_exported(project: Program) -> None:
    project("run", "greetings", "--yes", "--trials", "2")
    samples = [json.loads(line) for line in project("export").out.splitlines()]
    assert sorted((sample["case"], sample["trial"]) for sample in samples) == [
        ("bye", 1), ("bye", 2), ("hello", 1), ("hello", 2)
    ]  # fmt: skip


def test_a_file_is_written_whole_or_not_at_all(history: Program, tmp_path: Path) -> None:
    target = tmp_path / "run.jsonl"
    assert history("export", "2", "--output", str(target)).out == ""
    assert len(target.read_text().splitlines()) == 8
    assert history("export", "99", "--output", str(tmp_path / "none.jsonl")).code == 2
    assert not (tmp_path / "none.jsonl").exists()
    nowhere = history("export", "2", "--output", str(tmp_path / "absent" / "run.jsonl"))
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "absent" in nowhere.err


def test_a_recording_gives_the_same_scores_and_what_it_lacks_is_an_error_and_never_a_pass(
    history: Program, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.jsonl"
    assert history("export", "2", "--format", "recording", "--output", str(recording)).code == 0
    with running(Replay.load(recording), clock=Clock(batch_seconds=0.02)) as replaying:
        again = Program(history.folder, replaying.url, more={"EVALTUI_DB": str(tmp_path / "again.db")})
        blocked = history.folder / "evalsets" / "greetings" / "blocked.yaml"
        assert again("run", "greetings", "--yes", "--agent", str(blocked)).code == 3
        assert graded(again, "1") == graded(history, "2")

        blocked.with_name("new.yaml").write_text(agent("hello => servus"))
        missed = again("run", "greetings", "--yes", "--agent", str(blocked.with_name("new.yaml")))
        assert missed.code == 3
        assert missed.out.startswith("INCOMPLETE: ")
        assert {passed for passed, _ in graded(again, "2").values()} == {None}
        assert "no recording for request digest" in again("show", "2").out


def graded(program: Program, run: str) -> dict[str, tuple[bool | None, str]]:
    samples = map(json.loads, program("export", run).out.splitlines())
    return {sample["case"]: (sample["passed"], sample["reason"]) for sample in samples}


@pytest.mark.parametrize("text", ["", "not json\n", '{"digest": "x"}\n'])
def test_a_recording_that_cannot_be_read_is_refused_with_its_line(history: Program, tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(text + "{}\n")
    done = history("sandbox", "--port", "0", "--replay", str(file))
    assert (done.code, done.out) == (2, "")
    assert f"{file}:1" in done.err
