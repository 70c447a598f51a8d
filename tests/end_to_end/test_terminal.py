"""The whole program as a person has it: a sandbox in one window, evaltui in another, and a process that dies."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.end_to_end.tmux import EVALTUI, Pane, Tmux, tmux, until

from evaltui.loop.shipped import copy_shipped
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.server import running

ONLY = "id:refund-now-*"
RUN = f"{EVALTUI} run support-desk --yes --only '{ONLY}'"
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Tmux]:
    """A project with the shipped evalset, and a tmux server."""
    copy_shipped(tmp_path, "support-desk")
    with tmux(tmp_path) as server:
        yield server


def sandbox(desk: Tmux, *words: str) -> str:
    """The address of a sandbox started in a window of its own."""
    pane = desk.pane("sandbox")
    pane.type(f"{EVALTUI} sandbox --port 0 {' '.join(words)}")
    found = re.search(r"ANTHROPIC_BASE_URL=(http://\S+) ANTHROPIC_API_KEY", pane.sees("ANTHROPIC_API_KEY=sandbox"))
    assert found
    return found[1]


def client(desk: Tmux, url: str) -> Pane:
    home = str(desk.folder / ".home")
    return desk.pane("client", ANTHROPIC_BASE_URL=url, ANTHROPIC_API_KEY="sandbox", HOME=home, XDG_CONFIG_HOME=home)


def counters(url: str) -> dict[str, int]:
    found: dict[str, int] = httpx2.get(f"{url}/_sandbox").json()
    return found


def exported(folder: Path, run: str = "1") -> dict[str, tuple[bool, str]]:
    words = [sys.executable, "-m", "evaltui", "export", run]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=True)
    samples = map(json.loads, done.stdout.splitlines())
    return {sample["case"]: (sample["passed"], sample["output"]) for sample in samples}


def undisturbed(folder: Path, home: Path) -> dict[str, tuple[bool, str]]:
    """What the same run comes to when nothing goes wrong."""
    copy_shipped(folder, "support-desk")
    with running(Lexical(), clock=Clock(batch_seconds=0.1)) as server:
        environment = {
            **os.environ,
            "ANTHROPIC_BASE_URL": server.url,
            "ANTHROPIC_API_KEY": "sandbox",
            "HOME": str(home),
        }
        words = [sys.executable, "-m", "evaltui", "run", "support-desk", "--yes", "--only", ONLY]
        subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
    return exported(folder)


def test_a_process_killed_while_it_submits_loses_nothing_and_pays_nothing_twice(desk: Tmux, tmp_path: Path) -> None:
    url = sandbox(desk, "--faults slow-commit=5")
    pane, file = client(desk, url), tmp_path / "pid"
    pane.type(f"sh -c 'echo $$ > {file}; exec {RUN.replace(chr(39), '')} --detach'")
    until(lambda: counters(url)["creates_committed"] == 1, "batch accepted by the sandbox")
    os.kill(int(file.read_text()), signal.SIGKILL)
    pane.sees("Killed")

    pane.type(f"{EVALTUI} resume; echo left with $?")
    screen = pane.sees("left with 3")
    assert "Found it: batch msgbatch_" in screen.replace("\n", "")
    assert "INCOMPLETE: there is no baseline to compare with yet" in screen
    assert counters(url)["creates_committed"] == 1
    assert exported(tmp_path) == undisturbed(tmp_path / "calm", tmp_path / ".home")


def test_a_run_shows_where_it_is_on_one_line_and_leaves_only_its_verdict(desk: Tmux) -> None:
    pane = client(desk, sandbox(desk, "--batch-seconds 2"))
    pane.type(f"{RUN}; echo left with $?")
    shown = re.findall(r"^in progress: \d+ requests · \d:\d\d *$", pane.sees("in progress: "), re.MULTILINE)
    assert len(shown) == 1
    screen = pane.sees("left with 3")
    assert "in progress" not in screen
    assert re.search(r"^INCOMPLETE: ", screen, re.MULTILINE)


def test_ctrl_c_leaves_the_batch_alone_and_says_how_to_go_on(desk: Tmux) -> None:
    url = sandbox(desk, "--batch-seconds 3600")
    pane = client(desk, url)
    pane.type(f"{RUN}; echo left with $?")
    pane.sees("in progress: ")
    pane.press("C-c")
    screen = pane.sees("left with 3")
    assert "Stopping; what was sent goes on at the provider." in screen
    assert "`evaltui resume 1` takes it up again" in screen
    assert "Traceback" not in screen
    assert counters(url)["cancels"] == 0

    pane.type(f"{EVALTUI} cancel 1; echo then $?")
    assert re.search(r"^batch msgbatch_\w+: (canceling|ended)", pane.sees("then 0"), re.MULTILINE)
