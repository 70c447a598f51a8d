"""What differs between a terminal and a pipe: colour, progress, wrapping, closed pipes and Ctrl-C."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import DEADLINE, Program, Said, case, prompted, write_project

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import Sandbox, running


def test_colour_marks_the_verdict_on_a_terminal_that_wants_it(history: Program) -> None:
    _, seen = history.terminal("gate", "2")
    assert re.match(rb"\x1b\[33m\x1b\[1mBLOCKED: ", seen)
    for unwanted in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        _, plain = replace(history, more=unwanted).terminal("gate", "2")
        assert plain.startswith(b"BLOCKED: ")
        assert b"\x1b" not in plain


@pytest.mark.parametrize(
    "words", [("gate", "2"), ("runs",), ("show",), ("compare", "1", "2"), ("doctor",), ("--help",)]
)
def test_a_pipe_gets_no_escape_code(history: Program, words: tuple[str, ...]) -> None:
    done = history(*words)
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.out + done.err


def test_progress_is_for_terminals_only(project: Program) -> None:
    piped = project("run", "greetings", "--yes")
    assert "in progress:" not in piped.err and "\r" not in piped.err
    _, seen = project.terminal("run", "greetings", "--yes")
    assert re.search(rb"\r(sending|sent|in progress|downloading|collected|scored|decided): 2", seen)
    assert b"\x1b[33m" not in seen  # nothing has failed


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("words", [("gate", "2"), ("runs",), ("show", "2"), ("compare", "1", "2")], ids=" ".join)
def test_a_terminal_gets_lines_that_fit_and_words_that_stay_whole(
    history: Program, words: tuple[str, ...], columns: int
) -> None:
    quiet = replace(history, more={"NO_COLOR": "1"})
    _, seen = quiet.terminal(*words, columns=columns)
    lines = seen.decode().splitlines()
    assert [line for line in lines if len(line) > columns] == []
    if words[0] != "runs":  # a table is cut, all else is broken between words
        assert " ".join(seen.decode().split()) == " ".join(quiet(*words).out.split())


@pytest.mark.parametrize(("line", "code"), [
    ("evaltui runs | head -0", 0), ("evaltui gate 2 | head -0", 1), ("evaltui show 1 --json | head -1", 0),
    ("evaltui export 1 | head -1", 0), ("evaltui gate 2 --format markdown | head -1", 1),
])  # fmt: skip
def test_a_reader_that_leaves_early_changes_neither_the_exit_code_nor_stderr(
    history: Program, line: str, code: int
) -> None:
    done = history.shell(f"{line}\nexit ${{PIPESTATUS[0]}}")
    assert (done.code, done.err) == (code, "")


def test_a_terminal_that_has_no_tick_is_no_reason_to_fail(history: Program) -> None:
    done = replace(history, more={"PYTHONIOENCODING": "latin-1"}).shell("evaltui runs; evaltui gate 3")
    assert done.code == 0
    assert "\\u2713 pass" in done.out


@contextmanager
def slow(folder: Path) -> Iterator[tuple[Program, Sandbox]]:
    """A project whose batches never end by themselves."""
    write_project(folder, [case("hello"), case("bye")])
    with running(Scripted(prompted), clock=Clock(batch_seconds=3600)) as sandbox:
        yield Program(folder, sandbox.url), sandbox


def interrupted(program: Program, *words: str, ready: Callable[[], object], number: int = signal.SIGINT) -> Said:
    """The program, given a signal once it is `ready`."""
    with program.start(*words) as process:
        deadline = time.monotonic() + DEADLINE
        while not ready():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)
    return Said(process.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_where_it_stands_and_is_taken_up_again(tmp_path: Path, number: int) -> None:
    with slow(tmp_path) as (program, sandbox):
        done = interrupted(
            program, "run", "greetings", "--yes", ready=lambda: sandbox.counters()["polls"], number=number
        )
        assert done.code == 3
        assert "Stopping; what was sent goes on at the provider." in done.err
        assert "`evaltui resume 1` takes it up again" in done.err
        assert "Traceback" not in done.err
        assert done.out == ""
        seen = sandbox.counters()["polls"]
        again = interrupted(program, "resume", "1", ready=lambda: sandbox.counters()["polls"] > seen, number=number)
        assert (again.code, sandbox.counters()["creates_committed"]) == (3, 1)


def test_the_sandbox_ends_quietly(tmp_path: Path) -> None:
    write_project(tmp_path, [])
    program = Program(tmp_path, "http://127.0.0.1:9")
    with program.start("sandbox", "--port", "0") as process:
        assert process.stdout and process.stderr
        line = process.stdout.readline().decode()
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=DEADLINE)[1].decode()
    assert re.fullmatch(r"export ANTHROPIC_BASE_URL=http://127.0.0.1:\d+ ANTHROPIC_API_KEY=sandbox\n", line)
    assert process.returncode == 0
    assert re.fullmatch(r"Sandbox \(not Claude\) at \S+; Ctrl-C stops it. In another terminal:\n", err)


def test_an_interrupted_demo_ends_at_once_and_without_a_traceback(tmp_path: Path) -> None:
    program = Program(tmp_path, "http://127.0.0.1:9")
    with program.start("demo", "--headless", "--dir", "scratch") as process:
        assert process.stdout
        while not process.stdout.readline().startswith("── 1.".encode()):
            pass
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 3
    assert err.decode().strip().startswith("Stopped.")
    assert "Traceback" not in err.decode()


def test_a_question_interrupted_sends_nothing(tmp_path: Path) -> None:
    with slow(tmp_path) as (program, _):
        code, seen = program.terminal("run", "greetings", typed=b"\x04")
        assert code == 3
        assert b"Traceback" not in seen
        assert not (tmp_path / ".evaltui").exists()
