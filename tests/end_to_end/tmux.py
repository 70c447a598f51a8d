"""A tmux server of our own: panes of a known size, typed into and read as a person would, polled with a deadline."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

PATIENCE = 60.0
EVALTUI = f"{shlex.quote(sys.executable)} -m evaltui"


def until(found: Callable[[], object], what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > deadline:
            raise TimeoutError(f"within {PATIENCE:.0f} s there was no {what}")
        time.sleep(0.05)


@dataclass(frozen=True)
class Pane:
    """A shell in a window."""

    server: str
    target: str

    def type(self, line: str) -> None:
        _tmux(self.server, "send-keys", "-t", self.target, "-l", line)
        self.press("Enter")

    def press(self, key: str) -> None:
        _tmux(self.server, "send-keys", "-t", self.target, key)

    def screen(self) -> str:
        """What stands in the pane and above it."""
        return _tmux(self.server, "capture-pane", "-p", "-J", "-S", "-200", "-t", self.target)

    def sees(self, text: str) -> str:
        """Wait until the text is on the screen; the screen."""
        try:
            until(lambda: text in self.screen(), text)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the screen:\n{self.screen()}") from error
        return self.screen()


@dataclass(frozen=True)
class Tmux:
    """`folder` is where every shell starts."""

    server: str
    folder: Path

    def pane(self, name: str, **environment: str) -> Pane:
        shell = ["env", *(f"{key}={value}" for key, value in environment.items()), "PS1=> ", "sh"]
        words = ["new-session", "-d", "-s", name, "-x", "80", "-y", "24", "-c", str(self.folder)]
        _tmux(self.server, *words, shlex.join(shell))
        return Pane(self.server, name)


@contextmanager
def tmux(folder: Path) -> Iterator[Tmux]:
    """A server that ends with the context, and all its panes with it."""
    name = f"evaltui-{uuid4().hex[:8]}"
    try:
        yield Tmux(name, folder)
    finally:
        subprocess.run([_program(), "-L", name, "kill-server"], capture_output=True, check=False)


def _tmux(server: str, *words: str) -> str:
    foreign = ("ANTHROPIC_", "EVALTUI_", "NO_COLOR", "XDG_", "TMUX")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    utf8 = {"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
    done = subprocess.run(
        [_program(), "-u", "-L", server, "-f", "/dev/null", *words], env=environment | utf8, capture_output=True,
        check=True,
    )  # fmt: skip
    return done.stdout.decode()


def _program() -> str:
    return shutil.which("tmux") or "tmux"
