"""Projects to open the app on: made once, read by all, copied for a test that changes something."""

from pathlib import Path

import pytest
from tests.tui.big import write_big
from tests.tui.elsewhere import write_airline, write_hostile, write_tickets
from tests.tui.seed import Seeds
from tests.tui.still import copied, stilled
from tests.tui.story import write_story


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Seeds:
    """Projects shared by all processes of this session."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "seeds"
    folder.mkdir(exist_ok=True)
    return Seeds(folder)


@pytest.fixture(scope="session")
def story(seeds: Seeds) -> Path:
    """Two evalsets with releases and blocked gates, in which time stands still. For reading only."""
    return seeds.once("story", lambda folder: stilled(write_story(folder)))


@pytest.fixture
def project(story: Path, tmp_path: Path) -> Path:
    """A copy of `story` to change."""
    return copied(story, tmp_path / "shop")


@pytest.fixture(scope="session")
def hostile(seeds: Seeds) -> Path:
    """A project in which every foreign text means harm. For reading only."""
    return seeds.once("hostile", write_hostile)


@pytest.fixture
def tickets(seeds: Seeds, shared_data: Path, tmp_path: Path) -> Path:
    """Real tickets under two real prompts, blocked by one critical case."""
    return copied(seeds.once("tickets", lambda folder: write_tickets(folder, shared_data)), tmp_path / "tickets")


@pytest.fixture
def airline(seeds: Seeds, shared_data: Path, tmp_path: Path) -> Path:
    """Real conversations of a desk with tools, two trials of each."""
    return copied(seeds.once("airline", lambda folder: write_airline(folder, shared_data)), tmp_path / "airline")


@pytest.fixture(scope="session")
def big(seeds: Seeds) -> Path:
    """Two runs of ten thousand cases. For reading only."""
    return seeds.once("big", lambda folder: write_big(folder, 10_000))
