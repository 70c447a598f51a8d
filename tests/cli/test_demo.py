"""`evaltui demo`: the whole story, from a baseline over a gate that blocks to one that passes."""

import subprocess
from pathlib import Path

from tests.cli.program import EVALTUI, Program

CRITICAL = "refund-now-polite, refund-now-shouting, refund-now-slang"


def test_the_demo_tells_the_whole_story_without_a_key(tmp_path: Path) -> None:
    program = Program(tmp_path, "http://127.0.0.1:9", key=None)
    done = program("demo", "--headless", "--dir", "scratch")
    assert (done.code, done.err) == (0, "")
    story = done.out
    told = [
        "It is not Claude, and nothing is paid",
        "It is now the baseline",
        "BLOCKED: ",
        CRITICAL,
        "The fix",
        "  + ",
        "PASS: ",
    ]
    assert [story.find(part) for part in told] == sorted(story.find(part) for part in told)
    assert -1 not in [story.find(part) for part in told]
    assert story.count(f"3 critical cases that passed now fail: {CRITICAL}") >= 1
    assert "✗ fail        critical" in story

    here = Program(tmp_path / "scratch", "http://127.0.0.1:9", key=None)  # what the last line invites to
    assert here("runs").out.count("support-desk") >= 3
    assert "3 critical" not in here("compare", "1", "2").out.splitlines()[0]
    assert here("gate", "2").code == 1
    assert here("gate", "3").code == 0

    again = program("demo", "--headless", "--dir", "scratch")
    assert (again.code, again.out) == (2, "")
    assert "scratch is not empty" in again.err
    (tmp_path / "file").write_text("x")
    assert program("demo", "--dir", "file").code == 2


def test_without_a_terminal_the_demo_stays_text_and_says_so(tmp_path: Path) -> None:
    process = Program(tmp_path, "http://127.0.0.1:9", key=None).start("demo")
    assert process.stdout is not None and process.stderr is not None
    assert b"No terminal here, so the demo is told as text" in process.stderr.readline()
    while (line := process.stdout.readline()) and b"It is now the baseline" not in line:
        pass
    assert line
    process.kill()
    process.communicate()


def test_the_app_needs_a_terminal_and_says_so(tmp_path: Path) -> None:
    done = Program(tmp_path, "http://127.0.0.1:9", key=None)()
    assert (done.code, done.out) == (2, "")
    assert "The app needs a terminal" in done.err


def test_a_folder_that_is_not_there_is_said_to_be_none(tmp_path: Path) -> None:
    done = subprocess.run([*EVALTUI, "./nowhere"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: there is no folder './nowhere'\n")
