"""Who may drive a run, proved between real processes."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import pytest

from evaltui.domain.errors import Busy
from evaltui.store.locks import run_lock, submit_lock

HOLD = """
import sys, time
from pathlib import Path
from evaltui.store.locks import run_lock, submit_lock
path = Path(sys.argv[1])
with run_lock(path, 7), submit_lock(path, lambda: True):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds run 7 and the right to submit until its input closes."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "evaltui.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def test_a_held_run_is_refused_and_its_holder_named(holder, tmp_path):
    with pytest.raises(Busy, match=f"run 7 .* process {holder.pid}"), run_lock(tmp_path / "evaltui.db", 7):
        pass


def test_another_run_is_free(holder, tmp_path):
    with run_lock(tmp_path / "evaltui.db", 8):
        assert holder.poll() is None


def test_a_killed_holder_holds_nothing(holder, tmp_path):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with run_lock(tmp_path / "evaltui.db", 7), submit_lock(tmp_path / "evaltui.db", lambda: True):
        pass


def test_waiting_to_submit_ends_when_it_is_told_to(holder, tmp_path):
    answers = iter([False, False, True])
    with (
        pytest.raises(Busy, match=f"process {holder.pid}"),
        submit_lock(tmp_path / "evaltui.db", lambda: next(answers)),
    ):
        pass
    assert next(answers, "asked thrice") == "asked thrice"


def test_waiting_to_submit_ends_when_the_holder_does(holder, tmp_path):
    asked = []

    def stop():
        asked.append(holder.stdin.close() if not asked else None)
        return False

    with submit_lock(tmp_path / "evaltui.db", stop):
        assert asked


def test_the_same_process_cannot_drive_a_run_twice(tmp_path):
    with ExitStack() as held:
        held.enter_context(run_lock(tmp_path / "evaltui.db", 1))
        with pytest.raises(Busy, match=str(os.getpid())):
            held.enter_context(run_lock(tmp_path / "evaltui.db", 1))
    with run_lock(tmp_path / "evaltui.db", 1):
        pass
