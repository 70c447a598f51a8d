"""What changed behind a run, and what running it again would cost."""

import os
from pathlib import Path

import pytest
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.loop.choices import choices
from evaltui.loop.costs import spent
from evaltui.loop.propose import propose
from evaltui.loop.watch import Watch
from evaltui.sandbox.scripted import echo

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\nsystem: {file: prompts/system.md}\n"
CASES = [
    {"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n if n else 'more'}", "critical": n < 2}
    for n in range(6)
]


@pytest.fixture
def evalset(tmp_path: Path) -> Path:
    folder = tmp_path / "echo"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "system.md").write_text("Say what you hear.", "utf-8")
    return write_evalset(folder, CASES, "  - exact: {take: text}\n", AGENT)


def test_nothing_has_changed_until_a_prompt_did_and_again_when_it_is_taken_back(evalset: Path, tmp_path: Path) -> None:
    prompt = evalset / "prompts" / "system.md"
    with bench(tmp_path, echo()) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        watch = Watch(run)
        assert watch.look(store) is None
        prompt.write_text("Say the opposite.", "utf-8")
        found = watch.look(store)
        assert found is not None
        assert (found.files, found.fields, found.problem) == ((prompt,), ("system",), "")
        assert found.words(tmp_path) == "prompts/system.md changed since run 1"
        assert Watch(run).look(store) == found
        prompt.write_text("Say what you hear.", "utf-8")
        assert watch.look(store) is None


def test_a_file_that_was_only_touched_has_not_changed(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, engine, _):
        watch = Watch(run_evalset(store, engine, evalset))
        for file in evalset.rglob("*.*"):
            os.utime(file)
        assert watch.look(store) is None


def test_cases_and_scorers_are_watched_too(evalset: Path, tmp_path: Path) -> None:
    cases, head = evalset / "cases.jsonl", evalset / "evalset.yaml"
    with bench(tmp_path, echo()) as (store, engine, _):
        watch = Watch(run_evalset(store, engine, evalset))
        assert watch.look(store) is None
        cases.write_text(cases.read_text("utf-8").replace("say 3", "say three"), "utf-8")
        assert (found := watch.look(store)) is not None
        assert (found.files, found.fields) == ((cases,), ())
        head.write_text(head.read_text("utf-8").replace("text", "label"), "utf-8")
        assert (found := watch.look(store)) is not None
        assert set(found.files) == {cases, head}
        assert found.words(tmp_path) == "evalset.yaml and cases.jsonl changed since run 1"


def test_a_file_that_cannot_be_read_says_why(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, engine, _):
        watch = Watch(run_evalset(store, engine, evalset))
        (evalset / "prompts" / "system.md").unlink()
        assert (found := watch.look(store)) is not None
        assert "system.md" in found.problem
        (evalset / "evalset.yaml").write_text("name: [", "utf-8")
        assert (found := watch.look(store)) is not None
        assert evalset / "evalset.yaml" in found.files


def test_running_again_costs_what_the_cases_did(evalset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-a-test")
    with bench(tmp_path, echo()) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        paid = spent(store, run)
        assert paid is not None
        found = {choice.name: choice for choice in choices(store, run, ["case-3", "case-4", "case-5"])}
        assert {name: choice.cases for name, choice in found.items()} == {
            "all": 6, "failing": 1, "critical": 2, "marked": 3,
        }  # fmt: skip
        assert found["all"].batch == pytest.approx(paid)
        assert found["failing"].live == pytest.approx(paid / 6 * 2)
        for name, positions in (("all", range(6)), ("failing", [0]), ("critical", [0, 1]), ("marked", [3, 4, 5])):
            with propose(found[name].wish(run, live=True), store.path) as proposal:
                assert list(proposal.positions) == list(positions)
                assert (proposal.engine.name, proposal.endpoint) == ("live", run.endpoint)


def test_without_a_failing_case_there_is_no_such_choice(evalset: Path, tmp_path: Path) -> None:
    write_evalset(evalset, CASES[2:], "  - exact: {take: text}\n", AGENT)
    with bench(tmp_path, echo()) as (store, engine, _):
        assert [choice.name for choice in choices(store, run_evalset(store, engine, evalset))] == ["all"]
