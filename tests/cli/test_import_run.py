"""`evaltui import-run`: results made elsewhere are scored, compared and gated like those of any run."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import airline
from tests.cli.conftest import MakeProgram
from tests.cli.program import Program, case, write_project

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.server import running

CASES = [case("hello", critical=True), case("bye"), case("thanks")]
GOOD = [{"case": name["id"], "output": name["id"]} for name in CASES]


def write(program: Program, *lines: dict[str, Any], name: str = "results.jsonl") -> str:
    """A results file in the project's folder, by its name."""
    (program.folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return name


@pytest.fixture
def program(make_program: MakeProgram) -> Program:
    return make_program(CASES)


@pytest.fixture
def desk(make_program: MakeProgram, shared_data: Path) -> Program:
    """An evalset of the airline desk's tasks, and a results file for each of its trials."""
    recorded = airline.rows(shared_data)
    first = [row for row in recorded if row["trial"] == 0]
    cases = [{"id": airline.case_id(row), "input": row["instruction"], "expected": airline.gold(row)} for row in first]
    scorers = "[recorded: reward, no_repeats: {advisory: true}, trajectory: {mode: superset, advisory: true}]"
    program = make_program(cases, scorers=scorers)
    for trial in (0, 1):
        lines = [airline.result_line(row) | {"trial": 1} for row in recorded if row["trial"] == trial]
        write(program, *lines, name=f"trial-{trial}.jsonl")
    return program


def test_outputs_become_a_run_that_is_scored_promoted_and_gated(program: Program) -> None:
    first = program("import-run", "greetings", write(program, *GOOD), "--name", "other", "--model", "gpt-4o")
    assert (first.code, "3 results of other (gpt-4o)" in first.err) == (3, True)
    assert "no baseline" in first.out
    assert program("promote").code == 0
    worse = write(program, {"case": "hello", "output": "no"}, *GOOD[1:], name="worse.jsonl")
    blocked = program("import-run", "greetings", worse, "--json")
    assert blocked.code == 1
    assert (blocked.json["status"], blocked.json["broke"][0]["case_id"]) == ("fail", "hello")
    shown = program("show", "latest", "--json").json
    assert (shown["run"]["engine"], shown["run"]["agent"], shown["batches"]) == ("imported", "worse", [])
    assert program("compare", "1", "2", "--json").json["counts"]["broke"] == 1


def test_an_imported_run_is_held_against_one_that_was_sent(program: Program) -> None:
    assert program("run", "greetings", "--yes").code == 3
    assert program("promote").code == 0
    assert program("import-run", "greetings", write(program, *GOOD)).code == 0


def test_samples_without_a_result_leave_the_run_incomplete(program: Program) -> None:
    failed = {"case": "bye", "error": "timed out"}
    said = program("import-run", "greetings", write(program, GOOD[0], failed), "--json")
    assert (said.code, said.json["status"]) == (3, "incomplete")
    assert "1 sample of 3 came without a result" in said.err
    progress = program("show", "--json").json["progress"]
    assert (progress["answered"], progress["failed"], progress["waiting"], progress["unplanned"]) == (1, 2, 0, 0)
    assert "no reply: error: timed out" in program("show", "latest", "bye").out
    assert "the results file holds none for this sample" in program("show", "latest", "thanks").out


def test_the_same_file_is_kept_once(program: Program) -> None:
    name = write(program, *GOOD)
    first, again = program("import-run", "greetings", name), program("import-run", "greetings", name)
    assert "Run 1 holds these results already; nothing was imported." in again.err
    assert (again.code, again.out) == (first.code, first.out)
    assert program("import-run", "greetings", name, "--name", "another").code == 3
    assert [row["run"]["agent"] for row in program("runs", "--json").json["runs"]] == ["another", "results"]


def test_nothing_is_kept_of_a_file_with_a_problem_and_every_problem_is_told(program: Program) -> None:
    name = write(program, *GOOD, {"case": "helo", "output": ""}, {"case": "bye", "output": "x"}, {"output": "x"})
    said = program("import-run", "greetings", name)
    assert said.code == 2
    assert 'results.jsonl:4: case: names no case of the evalset; found "helo"; did you mean "hello"?' in said.err
    assert 'results.jsonl:5: trial: the result of "bye" stands in line 2 already' in said.err
    assert "results.jsonl:6: names no case" in said.err
    assert program("runs", "--json").code == 2  # no database was made


def test_an_evalset_without_an_agent_is_enough(program: Program) -> None:
    (program.folder / "evalsets" / "greetings" / "agent.yaml").unlink()
    assert program("import-run", "greetings", write(program, *GOOD)).code == 3
    assert program("score").code == 3


def test_a_problem_of_the_evalset_is_told_before_the_results_are_read(program: Program) -> None:
    (program.folder / "evalsets" / "greetings" / "cases.jsonl").write_text('{"id": "x"}\n', "utf-8")
    said = program("import-run", "greetings", "nowhere.jsonl")
    assert (said.code, "cases.jsonl:1" in said.err) == (2, True)


def test_the_cost_is_known_only_where_usage_and_model_are(program: Program) -> None:
    usage = {"input_tokens": 1000, "output_tokens": 100}
    known = [line | {"usage": usage, "model": "claude-haiku-4-5"} for line in GOOD]
    cases = {"known": known, "uncounted": [*known[:2], GOOD[2] | {"model": "claude-haiku-4-5"}], "foreign": GOOD}
    costs = {}
    for name, lines in cases.items():
        assert program("import-run", "greetings", write(program, *lines, name=f"{name}.jsonl")).code == 3
        costs[name] = program("show", "--json").json["cost"]
    assert costs["known"] > 0
    assert (costs["uncounted"], costs["foreign"]) == (None, None)


def test_what_was_tolerated_or_not_read_is_said(program: Program) -> None:
    odd = {"case": "hello", "messages": [{"role": "assistant", "content": [{"type": "odd"}]}], "colour": "blue"}
    said = program("import-run", "greetings", write(program, odd, *GOOD[1:]))
    assert "results.jsonl:1: messages[0].content[0].type: a block of this type is kept" in said.err
    assert "Keys that were not read: colour" in said.err


def test_hostile_results_never_reach_the_terminal_as_they_are(program: Program) -> None:
    hostile = "\x1b[2J\u202e"
    lines = [{"case": "hello", "output": hostile, "model": hostile, hostile: 1}, *GOOD[1:]]
    said = program("import-run", "greetings", write(program, *lines), "--name", hostile)
    shown = program("show", "latest", "hello")
    runs = program("runs")
    for text in (said.out, said.err, shown.out, runs.out):
        assert "\x1b" not in text and "\u202e" not in text


def test_an_imported_run_is_never_sent_again(program: Program) -> None:
    program("import-run", "greetings", write(program, *GOOD[:1]))
    again = program("retry", "latest", "--yes")
    assert (again.code, "was made elsewhere" in again.err) == (2, True)
    recording = program("export", "--format", "recording")
    assert (recording.code, recording.out) == (2, "")
    assert program("resume").code == 3
    assert program("show", "--json").json["batches"] == []


def test_an_export_can_be_imported_again(program: Program) -> None:
    assert program("run", "greetings", "--yes", "--trials", "2").code == 3
    assert program("promote").code == 0
    assert program("export", "--output", "exported.jsonl").code == 0
    assert program("import-run", "greetings", "exported.jsonl").code == 0
    counts = program("compare", "1", "2", "--json").json["counts"]
    assert (counts["same"], counts["fixed"], counts["broke"]) == (3, 0, 0)


def test_recorded_conversations_are_gated_by_the_rewards_that_came_with_them(desk: Program, shared_data: Path) -> None:
    rewards = {trial: [row["reward"] for row in airline.rows(shared_data) if row["trial"] == trial] for trial in (0, 1)}
    assert desk("import-run", "greetings", "trial-0.jsonl").code == 3
    assert desk("promote").code == 0
    verdict = desk("import-run", "greetings", "trial-1.jsonl", "--json").json
    estimate = verdict["estimate"]
    assert (estimate["baseline"], estimate["candidate"]) == (sum(rewards[0]) / 50, sum(rewards[1]) / 50)
    assert (estimate["fixed"], estimate["broke"]) == (
        sum(new > old for old, new in zip(rewards[0], rewards[1], strict=True)),
        sum(new < old for old, new in zip(rewards[0], rewards[1], strict=True)),
    )
    metrics = desk("show", "--json").json["metrics"]
    assert metrics["recorded.mean"] == sum(rewards[1]) / 50
    again = "no_repeats (advisory): turn 10: update_reservation_flights again with the arguments of turn 8"
    assert again in desk("show", "latest", "airline-15").out


RUBRIC = """\
model: claude-sonnet-5-5
criteria:
  - name: refund
    question: Does the reply mention "refund" as the route that it chose?
"""


def test_judges_of_imported_answers_are_asked_once_their_estimate_is_accepted(tmp_path: Path) -> None:
    with running(Lexical(), clock=Clock(batch_seconds=0.02)) as server:
        home = write_project(tmp_path, [case(one["id"]) for one in CASES], scorers="[judge: rubric.yaml]")
        (home / "rubric.yaml").write_text(RUBRIC, "utf-8")
        program = Program(tmp_path, server.url)
        answers = [{"case": "hello", "output": "The route is refund."}, *GOOD[1:]]
        imported = program("import-run", "greetings", write(program, *answers))
        assert (imported.code, "Judges must be asked for the rest" in imported.err) == (3, True)
        refused = program("resume", "latest")
        assert (refused.code, "3 requests to claude-sonnet-5-5" in refused.err) == (2, True)
        assert program("show", "--json").json["batches"] == []
        poor = program("resume", "latest", "--yes", "--max-cost", "0.000001")
        assert (poor.code, program("show", "--json").json["batches"]) == (3, [])
        # The answers are of no known price, and were not paid here: they count nothing towards the limit.
        assert program("resume", "latest", "--yes", "--max-cost", "5").code == 3
        shown = program("show", "--json").json
        assert (shown["progress"]["scored"], len(shown["batches"])) == (3, 1)
        assert "✓ judge" in program("show", "latest", "hello").out
        assert program("resume", "latest").code == 3  # nothing is left to accept
        assert len(program("show", "--json").json["batches"]) == 1
