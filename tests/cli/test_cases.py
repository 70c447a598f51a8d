"""`evaltui import-cases` and `export-cases`: what is said, written and answered."""

import json
from pathlib import Path

import pytest
from tests.cli.program import Program, case, write_project

HOSTILE = "id,input,expected\nnew,\x1b[2Jclear,x\nshort,row\n"


@pytest.fixture
def project(tmp_path: Path) -> Program:
    """Two cases; nothing here asks a server."""
    write_project(tmp_path, [case("hello", critical=True), case("bye", tags=["polite"])])
    return Program(tmp_path, "http://127.0.0.1:9", "sk-ant-key-of-tests")


def test_a_dry_run_shows_the_lines_and_an_import_writes_them(project: Program, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text(HOSTILE, "utf-8")
    shown = project("import-cases", "greetings", str(table), "--dry-run")
    imported = tmp_path / "evalsets" / "greetings" / "imported.yaml"
    assert shown.code == 3 and not imported.exists()
    assert "table: 1 new case, 1 problem left a case out" in shown.out and "+ - id: new" in shown.out
    assert "in.csv:3: the row has fewer cells than the head" in shown.err
    assert "\x1b" not in shown.out + shown.err
    told = project("import-cases", "greetings", str(table), "--json")
    assert (told.code, json.loads(told.out)["cases"], json.loads(told.out)["written"]) == (3, ["new"], True)
    assert "- id: new" in imported.read_text("utf-8")


def test_what_cannot_be_read_is_refused_with_what_to_do(project: Program, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("x,y\n1,2\n", "utf-8")
    refused = project("import-cases", "greetings", str(table))
    assert refused.code == 2 and "--map input=COLUMN" in refused.err
    taken = project("import-cases", "greetings", str(table), "--map", "input=x", "--map", "expected=y")
    assert taken.code == 0 and "next: evaltui check greetings" in taken.out


def test_cases_are_exported_to_stdout_or_a_file(project: Program, tmp_path: Path) -> None:
    lines = project("export-cases", "greetings").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["hello", "bye"]
    target = tmp_path / "cases.jsonl"
    assert project("export-cases", "greetings", "--output", str(target)).out == ""
    assert target.read_text("utf-8").splitlines() == lines
