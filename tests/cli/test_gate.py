"""`evaltui gate` and `promote`: one verdict in four formats, and the act it allows."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from xml.etree import ElementTree

import pytest
from tests.cli.program import Program, agent, case

MakeProgram = Callable[..., Program]
NASTY = "**b** | <script>alert(1)</script> `x` @octocat #12 [l](http://e.com) www.e.com \x1b[31m\u202e\n| --- |"


def test_a_blocked_run_says_which_critical_case_broke_and_leaves_with_1(history: Program) -> None:
    done = history("gate", "2")
    assert done.code == 1
    assert done.out.startswith("BLOCKED: pass rate rose 50.0 % → 87.5 %")
    assert "but 1 critical case that passed now fails: hello" in done.out
    assert "      hello: passed before, fails now: exact: expected hello, got goodbye" in done.out
    assert "next: evaltui show 2 hello" in done.out
    assert done.err == ""


def test_a_case_is_listed_once_however_many_checks_it_decides(history: Program, project: Program) -> None:
    assert history("gate", "2").out.count("      hello: ") == 1
    assert "critical: 1 critical case that passed now fails\n" in history("gate", "2").out
    project("run", "greetings", "--yes"), project("promote")
    mended = project.folder / "evalsets" / "greetings" / "worse.yaml"
    mended.write_text(agent("hello => goodbye"), "utf-8")
    lines = project("run", "greetings", "--yes", "--agent", str(mended)).out.splitlines()
    checks = [line for line in lines if line.startswith("  ✗")]
    assert [line.split()[2] for line in checks] == ["critical:", "aggregate:"]
    assert "      1 case named above" in lines


def test_a_better_run_passes_with_0_and_names_the_next_step(history: Program) -> None:
    done = history("gate")  # the latest
    assert done.code == 0
    assert done.out.startswith("PASS: ")
    assert "next: evaltui promote 3" in done.out


def test_without_a_baseline_the_gate_is_incomplete_and_leaves_with_3(project: Program) -> None:
    project("run", "greetings", "--yes")
    done = project("gate")
    assert done.code == 3
    assert "evaltui promote 1 makes this run the first baseline" in done.out


def test_json_holds_all_that_the_words_say(history: Program) -> None:
    found = history("gate", "2", "--json").json
    assert found == history("gate", "2", "--format", "json").json
    assert (found["status"], found["run_id"], found["baseline_run_id"]) == ("fail", 2, 1)
    names = ["complete", "comparable", "aggregate", "critical", "leakage"]
    assert [check["name"] for check in found["checks"]] == names
    assert [broken["case_id"] for broken in found["broke"]] == ["hello"]
    assert found["estimate"]["baseline"] == 0.5


def test_junit_has_a_failure_for_what_fails_and_an_error_for_what_is_incomplete(
    history: Program, project: Program
) -> None:
    failed = ElementTree.fromstring(history("gate", "2", "--format", "junit").out)
    assert (failed.get("tests"), failed.get("failures"), failed.get("errors")) == ("5", "1", "0")
    failure = failed.find("testcase[@name='critical']/failure")
    assert failure is not None and failure.text is not None and failure.text.startswith("hello: ")
    passed = ElementTree.fromstring(history("gate", "3", "--format", "junit").out)
    assert passed.find(".//failure") is None and passed.find(".//error") is None
    project("run", "greetings", "--yes")
    open_ = project("gate", "--format", "junit")
    assert open_.code == 3
    assert ElementTree.fromstring(open_.out).find("testcase[@name='comparable']/error") is not None


def test_a_report_cannot_be_broken_by_what_a_model_said(make_program: MakeProgram) -> None:
    program = make_program([case("hello", critical=True)])
    program("run", "greetings", "--yes")
    program("promote")
    file = program.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(file.read_text() + f"  hello => {json.dumps(NASTY)}\n")
    assert program("run", "greetings", "--yes").code == 1
    text = program("gate", "--format", "markdown").out
    lines = text.splitlines()
    assert [line.count("|") - line.count("\\|") for line in lines if line.startswith("| ")] == [4] * 6
    assert "<script" not in text
    assert all(f"{sign}<!-- -->" in text for sign in "@#")
    assert not [sign for sign in ("@octocat", "#12", "://", "www.e", " `x`", "[l]", "\x1b", "\u202e") if sign in text]
    suite = ElementTree.fromstring(program("gate", "--format", "junit").out)
    assert "alert(1)" in "".join(suite.itertext())


def test_a_named_run_may_stand_in_for_the_baseline_and_leaves_no_verdict_behind(history: Program) -> None:
    before = history("show", "3", "--json").json["verdict"]
    done = history("gate", "3", "--baseline", "2", "--json")
    assert (done.code, done.json["baseline_run_id"]) == (0, 2)
    assert [fixed["case_id"] for fixed in done.json["fixed"]] == ["hello"]
    assert history("show", "3", "--json").json["verdict"] == before
    assert history("gate", "2", "--baseline", "baseline").code == 1
    assert history("gate", "2", "--baseline", "99").code == 2


def test_a_first_run_is_promoted_and_a_blocked_one_is_refused_unless_somebody_says_why(
    make_program: MakeProgram,
) -> None:
    program = make_program([case("hello", critical=True), case("bye")])
    git = ("git", "-c", "user.email=a@b.c", "-c", "user.name=Ada", "-C", str(program.folder))
    for words in (("init", "-q"), ("config", "user.name", "Ada"), ("add", "evalsets"), ("commit", "-qm", "first")):
        subprocess.run([*git, *words], check=True, capture_output=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    program("run", "greetings", "--yes")
    first = program("promote", "--json", "--note", "as it was").json
    assert (first["run_id"], first["who"], first["note"], first["forced"]) == (1, "Ada", "as it was", "")
    assert first["git_revision"] == head
    assert set(first["digests"]) == {"evalset", "agent", "scoring"}
    assert program("promote").code == 2  # it is the baseline already

    file = program.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(file.read_text() + "  hello => goodbye\n")
    assert program("run", "greetings", "--yes").code == 1
    refused = program("promote")
    assert refused.code == 2
    assert "BLOCKED" in refused.err and "--force REASON" in refused.err
    assert program("promote", "--force", "  ").code == 2
    assert program("runs", "--json").json["baselines"] == [1]
    forced = program("promote", "--force", "marketing wants goodbye")
    assert forced.code == 0
    assert "Run 2 is now the baseline of greetings, promoted by Ada." in forced.out
    assert "forced: marketing wants goodbye" in forced.out
    assert program("runs", "--json").json["baselines"] == [2]
    with closing(sqlite3.connect(program.folder / ".evaltui" / "evaltui.db")) as database:
        audit = database.execute("SELECT run_id, who, forced, git_revision FROM promotions ORDER BY id").fetchall()
    assert audit == [(1, "Ada", "", head), (2, "Ada", "marketing wants goodbye", head)]


def test_a_reason_that_overrules_nothing_is_only_a_note(project: Program) -> None:
    project("run", "greetings", "--yes")
    done = project("promote", "--force", "to be sure", "--json").json
    assert (done["forced"], done["note"]) == ("", "to be sure")


@pytest.mark.parametrize("command", ["gate", "promote", "show", "export", "score"])
def test_a_run_that_is_not_there_is_said_to_be_missing(history: Program, command: str) -> None:
    done = history(command, "99")
    assert (done.code, done.out) == (2, "")
    assert "there is no run 99; `evaltui runs` lists them" in done.err
    assert "allowed: a number" in history(command, "hello").err
