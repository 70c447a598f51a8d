"""`evaltui runs`, `show`, `compare`: looking without touching."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import HISTORY, MakeProgram
from tests.cli.program import Program, agent, write_project


def test_runs_lists_the_newest_first_and_marks_the_baseline(history: Program) -> None:
    done = history("runs")
    lines = done.out.splitlines()
    assert lines[0].split() == ["run", "state", "passed", "started", "evalset", "agent", "model"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1"]
    assert ["✓ pass" in lines[1], "✗ fail" in lines[2], "★ baseline" in lines[3]] == [True] * 3
    assert [run["run"]["id"] for run in history("runs", "--limit", "2", "--json").json["runs"]] == [3, 2]


def test_runs_of_an_evalset_without_any_says_so(history: Program) -> None:
    done = history("runs", "--evalset", "nobody")
    assert (done.code, done.out) == (0, "")
    assert "No runs of nobody yet" in done.err


def test_a_run_shows_its_counts_cost_and_failures_grouped(history: Program) -> None:
    done = history("show", "1")
    assert done.out.startswith("Run 1: greetings with greeter (claude-haiku-5-5) — baseline")
    assert "samples 8: 8 scored, 0 waiting" in done.out
    assert "at batch prices" in done.out
    assert "exact: pass rate 50.0 %" in done.out
    assert "Failing: 4 cases in 1 group\n" in done.out
    found = history("show", "1", "--json").json
    assert (len(found["failing"]), found["is_baseline"], found["metrics"]["exact.pass_rate"]) == (4, True, 0.5)


def test_a_case_shows_what_was_asked_what_came_and_what_each_scorer_said(history: Program) -> None:
    done = history("show", "2", "hello")
    assert done.out.splitlines()[:7] == [
        "hello  ✗ fail  critical", "input:", "  │ hello", "expected:", "  │ hello", "says:", "  │ goodbye"
    ]  # fmt: skip
    assert "✗ exact: " in done.out
    found = history("show", "2", "hello", "--json").json
    assert found["case"]["critical"] is True
    assert "goodbye" in found["attempts"][0]["outcome"]["body"]


def test_a_turn_may_be_picked_and_one_that_is_not_there_is_said_to_be_missing(history: Program) -> None:
    assert "  │ goodbye" in history("show", "2", "hello", "--turn", "1").out
    assert "there is no turn 2; the last one is 1" in history("show", "2", "hello", "--turn", "2").out
    assert history("show", "2", "--turn", "1").code == 2


def test_a_misspelt_case_gets_a_hint(history: Program) -> None:
    done = history("show", "2", "helo")
    assert (done.code, done.out) == (2, "")
    assert "run 2 has no case 'helo'; did you mean \"hello\"?" in done.err


def test_a_comparison_lists_what_broke_first_and_what_was_fixed(history: Program) -> None:
    done = history("compare", "baseline", "2")
    lines = done.out.splitlines()
    assert lines[0] == "Run 1 → run 2: 4 fixed, 1 broke, 0 changed, 3 same"
    assert lines[2] == "  ✗ broke      hello (critical)"
    assert [line.split()[2] for line in lines if line.startswith("  ✓ fixed")] == [f"word-{n}" for n in range(4)]
    assert history("compare", "1", "2", "--all").out.count("= same") == 3
    found = history("compare", "1", "latest", "--json").json
    assert (found["counts"]["fixed"], found["counts"]["broke"]) == (3, 0)


def test_cases_that_only_one_run_has_are_counted_and_named(project: Program) -> None:
    project("run", "greetings", "--yes")
    project("run", "greetings", "--yes", "--only", "id:hello")
    done = project("compare", "1", "2")
    assert done.code == 0
    assert done.out.startswith("Run 1 → run 2: 0 fixed, 0 broke, 0 changed, 1 same, 1 gone\n")
    assert "passed → not run" in done.out


def test_a_sample_without_a_reply_is_shown_with_its_reason(project: Program) -> None:
    file = project.folder / "evalsets" / "greetings" / "agent.yaml"
    file.write_text(agent("bye => !invalid_request_error: too long"))
    assert project("run", "greetings", "--yes").code == 3
    shown = project("show")
    assert "1 without a reply" in shown.out
    assert "Without a score: 1 case in 1 group" in shown.out
    assert "no reply: invalid_request_error: too long" in shown.out
    assert "unresolved" in project("show", "latest", "bye").out


COMMANDS = [
    ("runs",), ("show",), ("compare", "1", "2"), ("gate",), ("promote",), ("export",), ("score",), ("resume",),
    ("cancel", "1"), ("retry", "1"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_where_nothing_was_run_yet_looking_says_how_to_start_and_makes_no_database(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    write_project(tmp_path, [])
    done = Program(tmp_path, "http://127.0.0.1:9")(*words)
    assert (done.code, done.out) == (2, "")
    assert "no runs yet" in done.err and "start with `evaltui run EVALSET`" in done.err
    assert not (tmp_path / ".evaltui").exists()
    elsewhere = Program(tmp_path, "http://127.0.0.1:9", more={"EVALTUI_DB": str(tmp_path / "new" / "x.db")})
    assert elsewhere(*words).code == 2
    assert not (tmp_path / "new").exists()


def test_an_unknown_command_lists_the_known_ones(history: Program) -> None:
    done = history("shoe")
    assert (done.code, done.out) == (2, "")
    assert "Commands: demo, init, check, run" in done.err


def test_a_case_in_two_runs_shows_both_replies_word_by_word(history: Program) -> None:
    done = history("compare", "1", "2", "hello")
    assert done.out.splitlines() == [
        "run 1  ✓ pass  passed",
        "run 2  ✗ fail  exact: expected hello, got goodbye",
        "the replies differ:",
        "  │ - [-hello-]",
        "  │ + {+goodbye+}",
    ]
    assert history("compare", "1", "3", "hello").out.endswith("the replies are the same\n  │   hello\n")
    assert history("compare", "1", "2", "helo").code == 2


def test_the_pass_rate_has_its_interval(history: Program) -> None:
    assert "pass rate 50.0 %, 95 % interval 21.5–78.5 %" in history("show", "1").out


def test_confusions_say_which_label_was_taken_for_which(make_program: MakeProgram) -> None:
    program = make_program(HISTORY, prompt=("hello => bye",), scorers="[{label: {name: word}}]")
    program("run", "greetings", "--yes")
    shown = program("show", "--confusion")
    assert "word: 1 sample with another label than expected" in shown.out
    assert program("show", "--confusion", "--json").json["word"]["hello"] == {"bye": 1}


def test_a_run_says_what_all_runs_of_its_agent_have_cost(project: Program) -> None:
    project("run", "greetings", "--yes")
    assert "in all" not in project("show", "1").out
    project("run", "greetings", "--yes")
    assert re.search(r"agent \w{12} \(2 runs, \$0\.0\d+ in all\)", project("show", "2").out)
    shown = [project("show", run, "--json").json for run in ("1", "2")]
    assert shown[0]["agent_cost"]["usd"] == pytest.approx(sum(one["cost"] for one in shown))


def test_two_versions_of_an_agent_are_compared_part_by_part(history: Program) -> None:
    done = history("compare", "1", "2", "--prompt")
    assert done.out.startswith("run 1  greeter ")
    assert "the agents differ:" in done.out
    assert "── system ──" in done.out and "[-word-0 => no-]" in done.out.replace("-][-", "")
    assert "lines the same" in done.out
    assert history("compare", "1", "1", "--prompt").out.endswith("the agents are the same\n")
    assert not history("compare", "1", "1", "--prompt", "--json").json["diff"]["truncated"]
    assert history("compare", "1", "2", "hello", "--prompt").code == 2
