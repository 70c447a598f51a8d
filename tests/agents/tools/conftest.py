"""The folder of an agent, and somebody who asks its tools."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.agents.tools.asking import Asking


@pytest.fixture
def ask() -> Iterator[Asking]:
    asking = Asking()
    yield asking
    asking.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file of the agent's folder and gives the folder."""

    def written(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return tmp_path

    return written
