"""An agent on disk that tests change to their needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaltui.agents.read import read_agent
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem

BASE = "model: claude-haiku-5-5\nmax_tokens: 100\n"
Read = Callable[..., Agent]
Fail = Callable[..., tuple[Problem, ...]]


def _written(folder: Path, text: str, files: dict[str, str | bytes]) -> Path:
    for name, content in {**files, "agent.yaml": text}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "agent.yaml"


@pytest.fixture
def agent(tmp_path: Path) -> Read:
    """The agent of a text that follows `model` and `max_tokens`, with the files it names."""

    def read(text: str = "", **files: str | bytes) -> Agent:
        found = read_agent(_written(tmp_path, BASE + text, files))
        assert isinstance(found, Agent), found
        return found

    return read


@pytest.fixture
def mistakes(tmp_path: Path) -> Fail:
    """The problems of a text that follows `model` and `max_tokens`: its first line is line 3."""

    def read(text: str, base: str = BASE, **files: str | bytes) -> tuple[Problem, ...]:
        found = read_agent(_written(tmp_path, base + text, files))
        assert isinstance(found, tuple)
        return found

    return read
