"""`evaltui add` as a person runs it: from a logged failure to a redacted case in git, proven on the current agent."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest
from tests.cli.program import case

from evaltui.domain.item import Item
from evaltui.logs.importers import importer_for
from evaltui.loop.inbox import inbox_lines
from evaltui.store.database import open_store

MAIL, KEY = "ann.lee@firm.example", "sk-ant-api03-" + "Ab3dE7gH" * 11 + "AA"
OLD = "# kept by hand\n- id: old\n  input: bye\n  expected: bye  # as it is\n"
ASKED = f"Greet Ann Lee of {MAIL}, with {KEY}"
GREETING = "Greet [NAME_1] of [EMAIL_1], with [KEY_1]"


def line(kind, content, number, **more):
    message = {"role": kind, "content": content, **more}
    base = {"type": kind, "uuid": f"u{number}", "sessionId": "s1", "timestamp": "2026-01-02T03:04:05Z"}
    return json.dumps(base | {"isSidechain": False, "message": message}) + "\n"


def session(asked, number):
    """A conversation whose first call fails."""
    call = {"type": "tool_use", "id": f"t{number}", "name": "mail", "input": {"to": MAIL, "token": KEY}}
    failed = {"type": "tool_result", "tool_use_id": f"t{number}", "content": f"no box of {MAIL}", "is_error": True}
    reply = {"id": f"m{number}", "model": "claude-x", "usage": {"input_tokens": 1, "output_tokens": 1}}
    return "".join(
        [
            line("user", asked, number),
            line("assistant", [call], number + 1, **reply),
            line("user", [failed], number + 2),
        ]
    ).replace('"s1"', f'"s{number}"')


@pytest.fixture(scope="module")
def kept(make_program):
    """A project in git whose set has a file of promoted cases already, and two failures in its inbox."""
    project = make_program([case("hello"), case("bye")])
    home = project.folder / "evalsets" / "greetings"
    (home / "evalset.yaml").write_text(
        "name: greetings\ncases: [cases.jsonl, promoted.yaml]\nscorers: [exact]\n", "utf-8"
    )
    (home / "promoted.yaml").write_text(OLD, "utf-8")
    (project.folder / ".evaltui").mkdir()
    (project.folder / ".evaltui" / "redaction.yaml").write_text("names: [Ann Lee]\n", "utf-8")
    logs = [project.folder / f"{name}.jsonl" for name in ("one", "two")]
    logs[0].write_text(session(ASKED, 1), "utf-8")
    logs[1].write_text(session(f"Thank {MAIL} for all the help of the last year", 5), "utf-8")
    assert project("import", *map(str, logs)).code == 0
    items = [item for log in logs for item in importer_for(log).read(log) if isinstance(item, Item)]
    for words in (["init", "-q"], ["add", "evalsets"], ["commit", "-qm", "sets"]):
        git(project, *words)
    return replace(project, more={"ITEMS": " ".join(item.id for item in items)})


@pytest.fixture
def program(kept, tmp_path):
    """A copy of it for one test."""
    shutil.copytree(kept.folder, tmp_path / "project")
    return replace(kept, folder=tmp_path / "project")


def git(program, *words):
    named = ["-c", "user.name=Kim", "-c", "user.email=kim@firm.example"]
    done = subprocess.run(["git", *named, *words], cwd=program.folder, capture_output=True, text=True, check=True)
    return done.stdout


def add(program, *words, item=0):
    return program("add", program.more["ITEMS"].split()[item][:12], "--evalset", "greetings", *words)


def promoted(program):
    return (program.folder / "evalsets" / "greetings" / "promoted.yaml").read_text("utf-8")


def test_a_failure_becomes_one_block_in_git_without_its_secrets_and_fails_on_the_current_agent(program):
    said = add(program, "--expected", "Hello Ann", "--critical", "--tag", "greeting", "--yes")
    assert said.code == 0, said
    assert "fails as expected, by exact" in said.out
    diff = git(program, "diff", "-U0")
    assert diff.count("@@ ") == 1 and diff.count("diff --git") == 1 and "\n-" not in diff.split("@@", 1)[1]
    assert promoted(program).startswith(OLD) and GREETING in promoted(program)
    assert "critical: true" in diff and "tags: [tool-error, greeting]" in diff and "expected: Hello Ann" in diff
    assert not [
        secret for secret in (MAIL, KEY, "Ann Lee", "Ab3dE7gH") if secret in promoted(program) + said.out + said.err
    ]
    with open_store(program.folder / ".evaltui" / "evaltui.db") as store:
        (line,) = inbox_lines(store, [1])
    assert line.state == "promoted" and line.case.startswith("greetings/mail-tool-error-")
    checked = program("check", "greetings")
    assert checked.code == 0 and "4 cases" in checked.out
    git(program, "checkout", "evalsets")
    assert promoted(program) == OLD


def test_an_item_is_shown_redacted_by_the_rules_of_the_project(program):
    shown = program("inbox", "show", program.more["ITEMS"].split()[0][:12]).out
    assert MAIL not in program("inbox").out
    assert "[NAME_1]" in shown and "Ann Lee" not in shown and MAIL not in shown


def test_a_case_that_passes_does_not_bite_and_that_is_said(program):
    said = add(program, "--expected", GREETING, "--yes")
    assert said.code == 1 and "passes: it does not bite on the current agent" in said.out


def test_without_an_expectation_the_draft_is_shown_with_what_to_write_and_nothing_is_written(program):
    said = add(program, "--yes")
    assert said.code == 2 and "nobody said yet what is right; allowed: expected: the answer" in said.err
    assert GREETING in said.out and "[EMAIL_1] (email" in said.out and "mail {" in said.out
    assert promoted(program) == OLD


def test_nothing_is_written_before_it_is_accepted(program):
    said = add(program, "--expected", "Hello Ann")
    assert said.code == 2 and "not accepted; nothing was written" in said.err and f"+   input: {GREETING}" in said.out
    assert add(program, "--expected", "Hello Ann", "--dry-run").code == 0
    assert promoted(program) == OLD


def test_several_items_are_added_in_one_go_with_one_placeholder_for_one_thing(program):
    both = program.more["ITEMS"].split()
    said = program("add", *both, "--evalset", "greetings", "--expected", "x", "--yes", "--no-prove", "--json")
    assert said.code == 0 and len(said.json["added"]) == 2 and said.json["proof"] == []
    assert git(program, "diff", "-U0").count("@@ ") == 1
    assert "Thank [EMAIL_1] for" in promoted(program) and MAIL not in promoted(program) + said.out


def test_a_case_like_it_stands_in_the_way(program):
    home = program.folder / "evalsets" / "greetings"
    (home / "cases.jsonl").write_text(
        json.dumps(case("like", "x", input=f"{GREETING}!") | {"id": "like"}) + "\n", "utf-8"
    )
    said = add(program, "--expected", "Hello", "--yes", "--no-prove")
    assert said.code == 2 and "the set holds a case like it: like (" in said.err and "cases.jsonl:1" in said.err
    assert promoted(program) == OLD
    covered = add(program, "--covered-by", "like")
    assert covered.code == 0 and "is covered by greetings/like" in covered.out and promoted(program) == OLD
    assert add(program, "--expected", "Hello", "--anyway", "--yes", "--no-prove").code == 0


def test_a_rules_file_with_a_mistake_keeps_everything_from_being_added(program):
    (program.folder / ".evaltui" / "redaction.yaml").write_text("names: [Ann Lee]\noff: [emails]\n", "utf-8")
    said = add(program, "--expected", "Hello", "--yes")
    assert said.code == 2 and "redaction.yaml:2: off[0]: " in said.err and promoted(program) == OLD


def test_an_unproven_case_stays_added_and_the_way_to_prove_it_is_said(program):
    said = add(replace(program, key=None, url="https://api.anthropic.com"), "--expected", "Hello", "--yes")
    assert said.code == 3 and "Added, and not proven yet: evaltui run" in said.err and GREETING in promoted(program)


def test_the_editor_has_the_last_word(program):
    edited = replace(program, more=program.more | {"EDITOR": "sed -i 's/^tags:.*/expected: Hi\\ntags: [by-hand]/'"})
    said = add(edited, "--edit", "--yes", "--no-prove")
    assert said.code == 0, said
    assert "expected: Hi" in promoted(program) and "tags: [by-hand]" in promoted(program)
