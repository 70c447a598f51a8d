"""`evaltui doctor`, settings and the state file: where things come from, and what is refused."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Program


def checks(program: Program, *words: str) -> dict[str, dict[str, object]]:
    return {check["name"]: check for check in program("doctor", "--json", *words).json["checks"]}


def test_when_all_is_in_place_doctor_leaves_with_0_and_makes_nothing(project: Program) -> None:
    done = project("doctor")
    assert done.code == 0
    assert [line[0] for line in done.out.splitlines()] == ["✓"] * 6
    assert f"{project.url} (from ANTHROPIC_BASE_URL) answers and accepts the key" in done.out
    assert "will be made by the first run" in done.out
    assert not (project.folder / ".evaltui").exists()


def test_what_is_missing_is_marked_and_explained(project: Program) -> None:
    done = Program(project.folder, "http://127.0.0.1:9")("doctor")
    assert done.code == 2
    assert "✗ endpoint" in done.out and "ConnectError" in done.out
    keyless = Program(project.folder, project.url, key=None)("doctor")
    assert keyless.code == 2
    assert "✗ key" in keyless.out and "not asked" in keyless.out


def test_a_password_in_an_address_is_not_printed(project: Program) -> None:
    done = project("doctor", "--offline", "--base-url", "https://someone:hunter2@gateway.example")
    assert "hunter2" not in done.out + done.err
    assert "https://gateway.example (from --base-url)" in done.out


def test_the_first_source_that_names_an_address_wins(project: Program) -> None:
    state = project.folder / ".evaltui"
    state.mkdir()
    own = project.folder / ".home" / "evaltui" / "config.yaml"
    own.write_text("base_url: http://own.example\npoll_seconds: 0.02\n")
    bare = replace(project, url="")

    def endpoint(program: Program, *words: str) -> str:
        return str(checks(program, "--offline", *words)["endpoint"]["words"])

    assert endpoint(bare).startswith(f"http://own.example (from {own})")
    (state / "config.yaml").write_text("base_url: http://project.example/\n")
    assert endpoint(bare).startswith(f"http://project.example (from {state / 'config.yaml'})")
    elsewhere = replace(bare, more={"EVALTUI_DB": str(project.folder / ".home" / "x.db")})
    assert endpoint(elsewhere).startswith("http://project.example")
    assert endpoint(project).startswith(f"{project.url} (from ANTHROPIC_BASE_URL)")
    ours = replace(project, more={"EVALTUI_BASE_URL": "http://ours.example"})
    assert endpoint(ours).startswith("http://ours.example (from EVALTUI_BASE_URL)")
    assert endpoint(ours, "--base-url", "http://word.example").startswith("http://word.example (from --base-url)")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("base_ulr: http://x\n", 'did you mean "base_url"?'),
        ("base_url: ftp://x\n", "config.yaml:1: base_url"),
        ("poll_seconds: soon\n", "config.yaml:1: poll_seconds"),
        ("poll_seconds: 0\nsettle_seconds: -1\n", "config.yaml:2: settle_seconds"),
        ("- a\n", "config.yaml:1"),
        ("a: [\n", "config.yaml:"),
        ("", "config.yaml"),
    ],
)
def test_a_wrong_settings_file_is_explained_and_nothing_is_sent(project: Program, text: str, complaint: str) -> None:
    (project.folder / ".evaltui").mkdir()
    (project.folder / ".evaltui" / "config.yaml").write_text(text)
    done = project("run", "greetings", "--yes")
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err
    assert project("doctor").code == 2


def test_the_state_file_may_lie_anywhere(project: Program) -> None:
    there, here = project.folder / "there.db", project.folder / "here.db"
    assert project("run", "greetings", "--yes", "--db", str(there)).code == 3
    named = replace(project, more={"EVALTUI_DB": str(there)})
    assert len(named("runs", "--json").json["runs"]) == 1
    assert named("runs", "--db", str(here)).code == 2
    assert not here.exists()
    assert not (project.folder / ".evaltui").exists()


def test_a_subfolder_finds_the_database_of_its_project(project: Program) -> None:
    project("run", "greetings", "--yes")
    inside = replace(project, folder=project.folder / "evalsets" / "greetings", more={"HOME": str(project.folder)})
    assert len(inside("runs", "--json").json["runs"]) == 1


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


@pytest.mark.parametrize("words", [("runs",), ("run", "greetings", "--yes"), ("gate",)], ids=lambda words: words[0])
def test_a_database_of_a_newer_program_of_another_program_or_none_at_all_is_refused(
    project: Program, words: tuple[str, ...]
) -> None:
    project("run", "greetings", "--yes", "--db", str(project.folder / "newer.db"))
    newer = database(project.folder / "newer.db", "PRAGMA user_version = 99")
    foreign = database(project.folder / "foreign.db", "CREATE TABLE songs (title TEXT)")
    junk = project.folder / "junk.db"
    junk.write_bytes(b"this is no database" * 100)
    before = foreign.read_bytes(), junk.read_bytes()
    for path, complaint in ((newer, "newer evaltui"), (foreign, "another program"), (junk, "not a database")):
        done = project(*words, "--db", str(path))
        assert (done.code, done.out) == (2, "")
        assert complaint in done.err and str(path) in done.err
    assert (foreign.read_bytes(), junk.read_bytes()) == before
    assert "✗ database" in project("doctor", "--db", str(newer)).out
