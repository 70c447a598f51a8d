"""Owns one worker process: starting it, asking it with a time limit, ending it and all it started."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from evaltui.agents.tools.scrub import scrubbed
from evaltui.agents.tools.tail import Tail

_WORKER = Path(__file__).with_name("worker.py")
_GRACE = 1.0  # seconds; a grandchild that left the group may hold a pipe open


class Worker:
    """The process that runs the tools of `target` in `folder`; a reply holds at most `most` bytes.

    Replies are read by a thread of their own, so that waiting has a limit on every system.
    """

    def __init__(self, folder: Path, target: str, memory: int, most: int) -> None:
        self._tail = Tail()
        try:
            self._process = _started(folder, (target, str(memory), str(most)), self._tail)
        finally:
            self._tail.started()
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(most + 1,), daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        """The reply to one line. Raises TimeoutError, and EOFError when the process ended or replied nonsense."""
        with suppress(OSError):  # it has ended: the reply that does not come says so
            _pipe(self._process.stdin).write(request + b"\n")
            _pipe(self._process.stdin).flush()
        return self.reply(seconds)

    def reply(self, seconds: float) -> dict[str, Any]:
        """The next line it says. Raises TimeoutError and EOFError."""
        try:
            reply = json.loads(self._lines.get(timeout=seconds))
        except queue.Empty:
            raise TimeoutError from None
        except ValueError:
            raise EOFError from None
        if not isinstance(reply, dict):
            raise EOFError
        return reply

    def end(self, patience: float = 0.0) -> tuple[str, str]:
        """Kill it and all it started; how it ended, and the last it said. One that crashes needs a little patience."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):
            _kill(self._process)
        code = self._process.wait()
        with suppress(OSError):
            _pipe(self._process.stdin).close()
        self._reader.join(_GRACE)
        return _how(code), self._tail.said()

    def _read(self, most: int) -> None:
        with _pipe(self._process.stdout) as lines:
            while line := lines.readline(most):
                self._lines.put(line)
        self._lines.put(b"")  # no JSON: whoever waits learns that this is the end


def _started(folder: Path, arguments: tuple[str, ...], tail: Tail) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script; the user's words are its arguments
        [sys.executable, "-P", "-X", "faulthandler", str(_WORKER), str(folder), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=tail.writer,
        cwd=folder,
        env=scrubbed(os.environ),
        start_new_session=True,
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "started with pipes"  # noqa: S101 - a law of Popen
    return stream


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """The whole group, where systems have groups: a tool may have started processes of its own."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
