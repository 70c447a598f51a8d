"""Projects to open the app on: made once, read by all, copied for a test that changes something."""

import asyncio
from pathlib import Path
from time import monotonic, process_time

import pytest
from tests.tui.big import write_big
from tests.tui.elsewhere import write_airline, write_hostile, write_tickets
from tests.tui.seed import Seeds
from tests.tui.still import copied, stilled
from tests.tui.story import write_story

LOOK_SECONDS = 0.002
IDLE_SHARE = 0.25
CALM_LOOKS = 3


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each key Textual looks every 20 ms whether the process is idle yet; here it looks more often."""

    async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
        until, calm = monotonic() + max_sleep, 0
        while calm < CALM_LOOKS and monotonic() < until:
            began, used = monotonic(), process_time()
            await asyncio.sleep(LOOK_SECONDS)
            calm = calm + 1 if process_time() - used < IDLE_SHARE * (monotonic() - began) else 0

    monkeypatch.setattr("textual.app.wait_for_idle", wait_for_idle)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Seeds:
    """Projects shared by all processes of this session."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "seeds"
    folder.mkdir(exist_ok=True)
    return Seeds(folder)


@pytest.fixture(scope="session")
def pristine(seeds: Seeds) -> Path:
    """Two evalsets with releases and blocked gates, in which time stands still. Only ever copied."""
    return seeds.once("pristine", lambda folder: stilled(write_story(folder)))


@pytest.fixture(scope="session")
def story(seeds: Seeds, pristine: Path) -> Path:
    """Such a project to look at: views may keep verdicts in it, and nothing else."""
    return seeds.once("story", lambda folder: copied(pristine, folder))


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return copied(pristine, tmp_path / "shop")


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
