"""Runs a command and says what it cost: the whole process, from exec to exit."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds are user + system; `rss` is the peak in bytes."""

    cpu: float
    wall: float
    rss: int
    code: int


def compiled(folder: Path) -> dict[str, str]:
    """An environment in which modules are compiled once, below `folder`, as they are once a program is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder)}


def measured(command: list[str], cwd: Path, env: dict[str, str]) -> Cost:
    """What one command costs. POSIX only."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit, process.returncode)


def evaltui(*arguments: str) -> list[str]:
    """The program as a person starts it, in this interpreter."""
    return [sys.executable, "-m", "evaltui", *arguments]


def row(name: str, cost: Cost, more: str = "") -> str:
    """One line of a report."""
    return f"{name:<26}{cost.cpu:8.2f} s CPU {cost.wall:8.2f} s wall {cost.rss / 1e6:7.0f} MB  {more}"


def disk(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
