"""Real processes for tests: started, killed and waited for through one driver that forks them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.durability.scene import Scene

from evaltui.domain.run import Run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds after which a test that waits has failed

DONE, KILLED = 0, -signal.SIGKILL


class Processes:
    """Orders for the driver; `pid`s are of real processes."""

    def __init__(self, driver: "subprocess.Popen[str]") -> None:
        self._driver = driver

    def drive(
        self, scene: Scene, run: Run | None = None, number: int = 0, when: str = "before", mines: str = "all"
    ) -> int:
        """The pid of a process that drives a run (the latest, or a new one) and dies before or after that effect."""
        return self._give({"drive": {**_about(scene), "run": run.id if run else None}, "die": [number, when, mines]})

    def warm(self, scene: Scene) -> None:
        self._give({"warm": {**_about(scene), "run": None}})

    def evaltui(self, scene: Scene, *argv: str) -> int:
        """The pid of an `evaltui` process on the scene's database; `said` reads what it says."""
        env = {"ANTHROPIC_API_KEY": scene.key, "EVALTUI_BASE_URL": scene.url, "EVALTUI_DB": str(scene.database)}
        return self._give({"argv": argv, "env": env, "out": str(_out(scene))})

    def wait(self, pid: int) -> int:
        """The exit code of a process, negative for a signal."""
        return self._give({"wait": pid})

    def interrupt(self, pid: int) -> int:
        os.kill(pid, signal.SIGINT)
        return self.wait(pid)

    def kill(self, pid: int) -> int:
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid)

    def _give(self, order: dict[str, Any]) -> int:
        assert self._driver.stdin and self._driver.stdout
        self._driver.stdin.write(json.dumps(order) + "\n")
        self._driver.stdin.flush()
        return int(self._driver.stdout.readline())


def said(scene: Scene) -> str:
    """All that `evaltui` processes of a scene have said so far."""
    return _out(scene).read_text() if _out(scene).exists() else ""


def until(true: Callable[[], object]) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


@contextmanager
def processes() -> Iterator[Processes]:
    command = [sys.executable, "-m", "tests.durability.driver"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        yield Processes(driver)
        assert driver.stdin
        driver.stdin.close()


def _about(scene: Scene) -> dict[str, Any]:
    places = {"evalset": str(scene.evalset), "database": str(scene.database)}
    return {"url": scene.url, "key": scene.key, "chunk": scene.chunk, **places}


def _out(scene: Scene) -> Path:
    return scene.database.parent.with_suffix(".said")
