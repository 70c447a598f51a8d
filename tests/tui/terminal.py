"""The real program in a pseudo-terminal of any size: keys go in, every byte that comes out is kept with its moment."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.tui.vt import Vt

PATIENCE = 30.0
QUIET = 0.08
"""A frame is over once nothing came for this long."""
EVALTUI = (sys.executable, "-m", "evaltui")
KEYS = {
    "enter": b"\r", "escape": b"\x1b", "space": b" ", "tab": b"\t", "backspace": b"\x7f", "up": b"\x1b[A",
    "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D", "pagedown": b"\x1b[6~", "pageup": b"\x1b[5~",
    "ctrl+d": b"\x04", "ctrl+u": b"\x15", "ctrl+p": b"\x10", "ctrl+q": b"\x11", "f1": b"\x1bOP",
}  # fmt: skip
FOREIGN = ("ANTHROPIC_", "EVALTUI_", "NO_COLOR", "XDG_", "COLUMNS", "LINES", "TMUX", "TEXTUAL")


class Terminal:
    """`vt` is the screen as a person sees it; `raw` all bytes; `moments` when each part of them came."""

    def __init__(self, words: Sequence[str], folder: Path, size: tuple[int, int], **environment: str) -> None:
        self.vt = Vt(*size)
        self.raw = bytearray()
        self.moments: list[tuple[float, int]] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._ours, theirs = pty.openpty()
        _resize(theirs, size)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            words, cwd=folder, env=surroundings(folder) | environment, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return self.vt.text

    def sees(self, *texts: str) -> str:
        """Wait until all of them are on the screen; the screen."""
        deadline = time.monotonic() + PATIENCE
        while not all(text in self.text for text in texts):
            if time.monotonic() > deadline or not self.read(deadline - time.monotonic()):
                raise AssertionError(f"{texts} not seen; the screen:\n{self.text}")
        return self.text

    def press(self, *keys: str) -> None:
        """One key after the other, each as a terminal sends it."""
        for key in keys:
            os.write(self._ours, KEYS.get(key, key.encode()))
            if key == "escape":
                self.settle()  # so that the next key is not taken for the rest of a sequence

    def type(self, keys: Sequence[str]) -> None:
        """All of them in one breath."""
        os.write(self._ours, b"".join(KEYS.get(key, key.encode()) for key in keys))

    def read(self, patience: float) -> bool:
        """Take what is there, waiting for it at most so long; False when nothing came or all is over."""
        if not select.select([self._ours], [], [], max(0.0, patience))[0]:
            return False
        try:
            part = os.read(self._ours, 1 << 16)
        except OSError:  # the program has left the terminal
            return False
        self.raw += part
        self.moments.append((time.perf_counter(), len(part)))
        self.vt.feed(self._decoder.decode(part))
        return bool(part)

    def settle(self, quiet: float = QUIET) -> float:
        """Read until nothing comes for a while; when the last byte came."""
        while self.read(quiet):
            pass
        return self.moments[-1][0] if self.moments else self.started

    def latency(self, key: str) -> float:
        """Seconds from a key to the last byte of what it caused; 0.0 when it caused nothing."""
        self.settle()
        before, sent = len(self.moments), time.perf_counter()
        self.press(key)
        self.read(1.0)
        return self.settle() - sent if len(self.moments) > before else 0.0

    def resize(self, width: int, height: int) -> None:
        """As when a person drags the window's corner."""
        self.settle()
        self.vt.resize(width, height)
        _resize(self._ours, (width, height))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def leaves(self) -> int:
        """Wait until the program ends; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.wait(1)

    def kill(self) -> None:
        """As when the machine dies."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        """As when the window is closed; without the signal, which not every program gets."""
        os.close(self._ours)
        self._ours = -1

    def close(self) -> None:
        """Ends the program if it still runs."""
        self.process.kill()
        self.process.wait(PATIENCE)
        if self._ours >= 0:
            os.close(self._ours)


@contextmanager
def terminal(
    folder: Path, *words: str, size: tuple[int, int] = (120, 36), command: Sequence[str] = EVALTUI, **environment: str
) -> Iterator[Terminal]:
    """The program (or another `command`) on a terminal, until the context ends."""
    opened = Terminal([*command, *words], folder, size, **environment)
    try:
        yield opened
    finally:
        opened.close()


def surroundings(folder: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's settings is seen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    home = str(folder / ".home")
    ours = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
    return kept | ours | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}


def _resize(terminal: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
