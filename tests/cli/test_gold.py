"""`evaltui gold` and the scoring after it: by hand, from a shell, in a project with a baseline."""

from tests.cli.program import Program

KEY = "sk-ant-api03-" + "Ab3dE7gH" * 11 + "AA"


def test_a_gold_is_shown_changed_and_taken_back_and_both_runs_are_scored_by_it(history: Program) -> None:
    file = history.folder / "evalsets" / "greetings" / "cases.jsonl"
    before = file.read_text("utf-8")
    shown = history("gold", "greetings", "hello")
    assert shown.out.splitlines()[0].endswith("cases.jsonl:1") and "critical: true" in shown.out
    tried = history("gold", "greetings", "hello", "--expected", "goodbye", "--dry-run")
    assert "+ " in tried.out and "read by exact" in tried.out and file.read_text("utf-8") == before
    wrong = history("gold", "greetings", "hello", "--tag", "two words")
    assert (wrong.code, wrong.out) == (2, "") and "cases.jsonl:1: tags" in wrong.err
    done = history("gold", "greetings", "hello", "--expected", "goodbye")
    assert done.code == 0 and "evaltui score 3" in done.err
    assert file.read_text("utf-8").splitlines()[1:] == before.splitlines()[1:]

    scored = history("score", "2")
    assert scored.code == 0
    assert "Run 1 is scored again by the gold of 1 case as now: hello." in scored.err
    assert "1 gold changed since run 1 was promoted, both runs scored by it: hello" in scored.out
    assert "without that change it is BLOCKED" in scored.out
    assert history("gate", "2", "--json").json["edited"][0]["case_id"] == "hello"

    assert "Undone: gold of hello edited" in history("finding", "3", "--undo").out
    assert file.read_text("utf-8") == before
    assert history("score", "2").code == 1


def test_what_is_typed_in_an_editor_is_held_against_case_and_scorers(project: Program) -> None:
    def edited(script: str) -> Program:
        editor = project.folder / "edit.sh"
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o755)
        return Program(project.folder, project.url, more={"EDITOR": str(editor), "VISUAL": str(editor)})

    left_out = edited("echo 'expected: bye' > $1")("gold", "greetings", "bye", "--edit")
    assert left_out.code == 2 and "the gold: tags: is left out" in left_out.err and "tags: []" in left_out.err
    unread = edited("printf 'expected:\\ntags: [polite]\\n' > $1")("gold", "greetings", "bye", "--edit")
    assert unread.code == 2 and "no scorer has gold for this case" in unread.err
    done = edited("printf 'expected: adieu\\ntags: []\\n' > $1")("gold", "greetings", "bye", "--edit", "--json")
    assert (done.code, done.json["read_by"], done.json["written"]) == (0, ["exact"], True)
    assert "looks like a secret (key)" in project("gold", "greetings", "bye", "--expected", KEY, "--dry-run").err
    assert "left as it is" in edited("true")("gold", "greetings", "bye", "--edit").err
