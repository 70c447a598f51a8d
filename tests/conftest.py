"""Fixtures that every part of the tests may use."""

import signal
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

with suppress(ValueError):  # a shell that runs tests in the background makes all their children deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How fast examples come says how busy the machine is, not whether the program is right.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data of other projects, which lies beside this one and is not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data is not beside the project: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Numeric reference cases computed by other statistics libraries."""
    file = ROOT.parent / "shared" / "reference" / "statistics.json"
    if not file.is_file():
        pytest.skip(f"the numeric references are not beside the project: {file} is absent")
    return file
