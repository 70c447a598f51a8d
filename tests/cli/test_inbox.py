"""`evaltui import` and `evaltui inbox` as a person runs them."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from evaltui.cli.app import evaltui
from evaltui.domain.errors import EvaltuiError

HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202egnp"


class Desk:
    """The program in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> Result:
        command = [*words, "--db", str(self.folder / "inbox.db")]
        return CliRunner().invoke(evaltui, command, standalone_mode=False)

    def json(self, *words: str):
        said = self(*words, "--json")
        assert said.exception is None, said.exception
        return json.loads(said.stdout)

    def log(self, name: str, *records) -> Path:
        path = self.folder / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def exchange(number: int, words: str = "no such order", model: str = "claude-haiku-4-5", **more):
    request = {"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": f"question {number}"}]}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": words}}
    return {"request": request, "response": error, "status": 529, "id": f"req-{number}", **more}


def test_the_same_log_twice_adds_nothing_and_its_items_are_listed_by_what_failed(desk):
    log = desk.log("proxy.jsonl", exchange(1), exchange(2), exchange(3, "the card was declined"))
    (first,) = desk.json("import", str(log))["logs"]
    assert (first["records"], first["items"], first["new"], first["failures"]) == (3, 3, 3, 3)
    (again,) = desk.json("import", str(log))["logs"]
    assert (again["new"], again["changed"], again["failures"]) == (0, 0, 0)
    groups = desk.json("inbox", "--groups")["groups"]
    assert [(group["items"], group["reason"]) for group in groups] == [(2, "error"), (1, "error")]
    assert "declined" in desk("inbox", "--filter", "declined").stdout
    assert desk.json("inbox", "--filter", "!declined failed")["matching"] == 2


def test_what_people_do_is_undone_and_done_again_in_a_later_process(desk):
    desk("import", str(desk.log("proxy.jsonl", exchange(1), exchange(2), exchange(3))))
    one, two, three = (item["id"] for item in desk.json("inbox")["items"])
    desk("inbox", "dismiss", one[:10])
    desk("inbox", "merge", two, "--into", three)
    desk("inbox", "note", three, "asked the team")
    counts = desk.json("inbox")["counts"]
    assert (counts["open"], counts["dismissed"], counts["merged"]) == (1, 1, 1)
    assert desk.json("inbox", "--filter", "noted")["items"][0]["note"] == "asked the team"
    for _ in range(2):
        assert desk("inbox", "undo").stdout.startswith("Undone: ")
    assert desk.json("inbox")["counts"]["merged"] == 0
    assert "merged into" in desk("inbox", "redo").stdout
    desk("inbox", "reopen", one)
    assert isinstance(desk("inbox", "redo").exception, EvaltuiError)
    assert isinstance(desk("inbox", "merge", three, "--into", two).exception, EvaltuiError)


def test_a_file_of_no_known_kind_is_told_and_the_others_are_imported(desk):
    (desk.folder / "notes.txt").write_text(f"{HOSTILE} dear diary, nora@corp.example\n", "utf-8")
    log = desk.log("proxy.jsonl", exchange(1))
    said = desk("import", str(desk.folder / "notes.txt"), str(log), str(desk.folder / "absent.jsonl"))
    assert said.return_value == 2
    assert "claude-code" in said.stderr and "dear diary" in said.stderr and "does not exist" in said.stderr
    assert "1 items, 1 of them new" in said.stdout and "nora@" not in said.output
    assert "\x1b" not in said.output and "\u202e" not in said.output


def test_a_folder_is_walked_without_what_is_hidden(desk):
    logs = desk.folder / "logs"
    (logs / "deep").mkdir(parents=True)
    desk.log("logs/deep/a.jsonl", exchange(1))
    desk.log("logs/.hidden.jsonl", exchange(2))
    (logs / "core").write_bytes(b"\0\1\2\n")
    said = desk("import", str(logs))
    assert said.return_value == 0 and "1 of them new" in said.stdout
    assert "is hidden" in said.stderr and "binary" in said.stderr


PLAIN = "question,answer,stars\nWhere is it?,No idea.,1\nThanks!,You are welcome.,5\n"


def test_a_plain_log_is_read_by_the_mapping_that_is_said_once(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    (desk.folder / ".git").mkdir()
    (desk.folder / "old").mkdir()
    log, older = desk.folder / "desk.csv", desk.folder / "old" / "desk.csv"
    log.write_text(PLAIN.replace("Where is it?", "I am nora@corp.example"), "utf-8")
    older.write_text(PLAIN.replace("Where", "When"), "utf-8")
    unsaid = desk("import", str(log), str(older.parent))
    assert unsaid.return_value == 2 and unsaid.stderr.count("nobody has said which column is what") == 2
    assert "[EMAIL_1]" in unsaid.stderr and "nora@" not in unsaid.stderr
    assert f"evaltui import {log} --map input=question --map output=answer --map score=stars" in unsaid.stderr
    wrong = desk("import", str(log), "--map", "input=qestion")
    assert wrong.return_value == 2 and 'did you mean "question"?' in wrong.stderr
    words = ("--map", "input=question", "--map", "output=answer")
    (said,) = desk.json("import", str(log), *words)["logs"]
    assert (said["kind"], said["new"], said["failures"]) == ("plain", 2, 0)
    (kept,) = desk.json("import", str(older.parent))["logs"]
    assert (kept["new"], kept["named"]) == (1, False)
    assert desk.json("import", str(log))["logs"][0]["records"] == 0
    (anew,) = desk.json("import", str(log), *words, "--map", "score=stars", "--map", "scale=1..5")["logs"]
    assert (anew["records"], anew["new"], anew["failures"]) == (2, 2, 1)


def test_words_for_a_mapping_that_nothing_is_read_by_are_not_passed_over(desk):
    said = desk("import", str(desk.log("proxy.jsonl", exchange(1))), "--map", "input=request")
    assert said.return_value == 2 and "--map was not used" in said.stderr and "1 of them new" in said.stdout
    assert "must be FIELD=COLUMN" in str(desk("import", str(desk.folder), "--map", "input").exception)


def test_an_item_is_shown_redacted_and_nothing_in_it_reaches_the_terminal_as_it_is(desk):
    log = desk.log("proxy.jsonl", exchange(1, f"mail nora@corp.example {HOSTILE}"))
    desk("import", str(log))
    item = desk.json("inbox")["items"][0]["id"]
    said = desk("inbox", "show", item)
    assert "[EMAIL_1]" in said.stdout and "question 1" in said.stdout
    lists = [desk(*words, *more) for words in (("inbox",), ("inbox", "--groups")) for more in ((), ("--json",))]
    assert not [said.output for said in lists if "nora@" in said.output or "EMAIL" not in said.output]
    raw = desk("inbox", "show", item, "--raw")
    assert "nora@corp.example" in raw.stdout
    for output in (said.output, raw.output, desk("inbox").output, desk("inbox", "--groups").output):
        assert "\x1b" not in output and "\u202e" not in output


def test_an_item_that_is_not_there_and_a_filter_that_is_none_are_refused_in_words(desk):
    desk("import", str(desk.log("proxy.jsonl", exchange(1))))
    for words in (("inbox", "show", "zzz"), ("inbox", "--filter", "reasn:error"), ("inbox", "--filter", "since:May")):
        error = desk(*words).exception
        assert isinstance(error, EvaltuiError | click.ClickException), error
    assert 'did you mean "reason"?' in str(desk("inbox", "--filter", "reasn:error").exception)


def test_the_real_logs_are_read_once(desk, shared_data):
    folder = str(shared_data / "claude_code")
    http = str(shared_data / "messages_http.jsonl")
    reports = desk.json("import", folder, http)["logs"]
    transcripts, proxy = reports[:-1], reports[-1]
    assert sum(report["items"] for report in transcripts) == 12 and proxy["items"] == 258
    lines = [Path(report["path"]).read_bytes().count(b"\n") for report in reports]
    assert [report["records"] for report in reports] == lines
    again = desk.json("import", folder, http)["logs"]
    assert {(report["new"], report["changed"]) for report in again} == {(0, 0)}
    assert desk.json("inbox", "--filter", "kind:claude-code reason:tool_error")["matching"] > 3
