"""`evaltui init`: something to start from, and nothing lost."""

import subprocess
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.workbench import bench, run_evalset

from evaltui.files.document import Document, read_document
from evaltui.loop.scaffold import scaffold
from evaltui.sandbox.lexical import Lexical
from evaltui.store.runs import grade_counts


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def empty(tmp_path: Path) -> Program:
    return Program(tmp_path, "http://127.0.0.1:9")


def test_in_an_empty_folder_it_makes_an_evalset_that_passes_check(empty: Program) -> None:
    done = empty("init")
    assert (done.code, done.err) == (0, "")
    assert "made        evalsets/help-desk/cases.yaml" in done.out
    assert done.out.count("made  ") == 12 and "left alone" not in done.out
    checked = empty("check", "--json").json
    assert (checked["ok"], checked["evalsets"][0]["cases"], checked["evalsets"][0]["critical"]) == (True, 3, 1)
    assert [problem for evalset in checked["evalsets"] for problem in evalset["problems"]] == []


def test_what_it_makes_passes_on_the_sandbox_so_that_one_can_play(tmp_path: Path) -> None:
    scaffold(tmp_path, "sorter")
    with bench(tmp_path, Lexical()) as (store, engine, _):
        run = run_evalset(store, engine, tmp_path / "evalsets" / "sorter")
        assert grade_counts(store, run.id) == (3, 0, 0)


def test_a_second_time_it_changes_nothing_and_says_what_it_left_alone(empty: Program) -> None:
    empty("init")
    (empty.folder / "evalsets" / "help-desk" / "cases.yaml").unlink()
    before = everything(empty.folder)
    again = empty("init")
    assert everything(empty.folder) == before
    assert again.out.count("left alone") == 12
    assert "left alone  evalsets/help-desk/cases.yaml: the evalset is there already" in again.out


def test_files_of_a_repository_stay_as_they_were(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    mine = {".github/workflows/evals-sorter.yml": "mine", "evalsets/sorter/agent.yaml": "model: mine", "README.md": "x"}
    for path, text in mine.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    made = scaffold(tmp_path, "sorter")
    assert {path: (tmp_path / path).read_text() for path in mine} == mine
    assert [file.path for file in made.files if file.left] == ["evalsets/sorter/agent.yaml", *list(mine)[:1]]


def test_it_may_make_the_folder_and_say_how_to_go_there(empty: Program) -> None:
    done = empty("init", "new/one", "--name", "sorter")
    assert "next: cd new/one && evaltui check evalsets/sorter" in done.out
    assert Program(empty.folder / "new" / "one", empty.url)("check", "evalsets/sorter").code == 0


@pytest.mark.parametrize("name", ["../up", "", "a b", "-x", "x" * 65, "\x1b[31m"])
def test_a_name_that_is_no_name_is_refused(empty: Program, name: str) -> None:
    done = empty("init", "--name", name)
    assert (done.code, "cannot name an evalset" in done.err, everything(empty.folder)) == (2, True, {})


def test_a_file_in_the_way_is_said_and_kept(empty: Program) -> None:
    (empty.folder / "evalsets").write_text("a file", "utf-8")
    done = empty("init")
    assert (done.code, "evalsets" in done.err, everything(empty.folder)) == (2, True, {"evalsets": b"a file"})


def test_the_ci_step_and_the_hook_are_inert_until_somebody_wants_them(tmp_path: Path) -> None:
    scaffold(tmp_path, "sorter")
    workflow = read_document(tmp_path / ".github" / "workflows" / "evals-sorter.yml")
    assert isinstance(workflow, Document)
    assert list(workflow.value["on"]) == ["workflow_dispatch"]
    hook = tmp_path / "evalsets" / "pre-commit.sample"
    assert hook.stat().st_mode & 0o100
    assert subprocess.run(["sh", "-n", str(hook)], check=False).returncode == 0
