"""A small evalset on disk that tests change to their needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaltui.domain.problem import Problem
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import CaseEntry, EvalsetSource

Write = Callable[..., Path]
ReadCases = Callable[..., tuple[list[CaseEntry], list[Problem]]]


@pytest.fixture
def evalset(tmp_path: Path) -> Write:
    """Writes evalset.yaml and other files (name with `/` and `.` as they are) and gives the folder."""

    def write(text: str = "name: demo\nscorers: [exact]\n", **files: str | bytes) -> Path:
        defaults: dict[str, str | bytes] = {
            "agent.yaml": "model: claude-haiku-5-5\nmax_tokens: 9\n", "cases.yaml": "- {id: a, input: x}\n",
        }  # fmt: skip
        for name, content in {**defaults, **files, "evalset.yaml": text}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


@pytest.fixture
def cases_of(evalset: Write) -> ReadCases:
    """The cases and problems of case files given by name."""

    def read(**files: str | bytes) -> tuple[list[CaseEntry], list[Problem]]:
        names = ", ".join(f'"{name}"' for name in files)
        source = read_evalset(evalset(f"name: demo\nscorers: [exact]\ncases: [{names}]\n", **files))
        assert isinstance(source, EvalsetSource), source
        problems: list[Problem] = []
        return list(read_cases(source, problems)), problems

    return read
