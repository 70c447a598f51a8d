"""A sandbox that the tests of one file share, projects in folders of their own, and one project with a history."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, agent, case, prompted, write_project

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.scripted import Scripted
from evaltui.sandbox.server import Sandbox, running

HISTORY = [case("hello", critical=True), case("bye"), *(case(f"word-{n}") for n in range(6))]
MakeProgram = Callable[..., Program]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(Scripted(prompted), clock=Clock(batch_seconds=0.02)) as server:
        yield server


@pytest.fixture(scope="module")
def make_program(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> MakeProgram:
    """A project with these cases, and the program in it, with a key of its own."""
    numbers = count()

    def make(cases: list[dict[str, Any]], **files: Any) -> Program:
        folder = tmp_path_factory.mktemp("project")
        write_project(folder, cases, **files)
        return Program(folder, sandbox.url, f"sk-ant-key-of-tests-{next(numbers)}")

    return make


@pytest.fixture(scope="module")
def history(make_program: MakeProgram) -> Program:
    """Run 1 fails four words and is the baseline; run 2 mends them and breaks the critical hello; run 3 passes."""
    program = make_program(HISTORY, prompt=("word-0 => no", "word-1 => no", "word-2 => no", "word-3 => no"))
    home = program.folder / "evalsets" / "greetings"
    (home / "blocked.yaml").write_text(agent("hello => goodbye", name="polished"), "utf-8")
    (home / "mended.yaml").write_text(agent("word-0 => no", name="mended"), "utf-8")
    assert program("run", "greetings", "--yes").code == 3
    assert program("promote", "--note", "first").code == 0
    assert program("run", "greetings", "--yes", "--agent", str(home / "blocked.yaml")).code == 1
    assert program("run", "greetings", "--yes", "--agent", str(home / "mended.yaml")).code == 0
    return program


@pytest.fixture
def project(tmp_path: Path, sandbox: Sandbox) -> Program:
    """Two cases, nothing run yet."""
    write_project(tmp_path, [case("hello", critical=True), case("bye", tags=["polite"])])
    return Program(tmp_path, sandbox.url, f"sk-ant-key-of-{tmp_path.name}")
