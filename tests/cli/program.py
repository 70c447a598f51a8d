"""The real program in a folder of its own: started as a person starts it, with pipes or under a terminal."""

import atexit
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.scripted import last_text, text_answer

KEY = "sk-ant-key-of-tests-0f3a9c71"
DEADLINE = 60.0
ROOT = Path(__file__).resolve().parents[2]
EVALTUI = (sys.executable, "-m", "evaltui")


@dataclass(frozen=True)
class Said:
    """What the program left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """`folder` is the project; nothing of the machine's own settings is seen."""

    folder: Path
    url: str
    key: str | None = KEY
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("ANTHROPIC_", "EVALTUI_", "NO_COLOR", "XDG_", "COLORTERM", "PYTHONIOENCODING", "COLUMNS", "LINES")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        home = self.folder / ".home"
        ours = {"ANTHROPIC_BASE_URL": self.url, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "TERM": "xterm"}
        return inherited | ours | ({"ANTHROPIC_API_KEY": self.key} if self.key else {}) | self.more

    def __call__(self, *words: str) -> Said:
        """What a process of its own says, its output in files and nobody at its standard input."""
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            out.touch(), err.touch()
            code = _forked(self, words, [os.devnull, str(out), str(err)])
            said = Said(code, out.read_bytes().decode(), err.read_bytes().decode())
        assert said.code in (0, 1, 2, 3) and "Traceback" not in said.err, said
        return said

    def shell(self, line: str) -> Said:
        """A line of bash in which `evaltui` is the program."""
        text = f'evaltui() {{ "{sys.executable}" -m evaltui "$@"; }}\n{line}'
        done = subprocess.run(
            ["bash", "-c", text], cwd=self.folder, env=self.environment, capture_output=True, timeout=DEADLINE,
            check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """The program with its output in pipes, to be interrupted."""
        pipe = subprocess.PIPE
        return subprocess.Popen([*EVALTUI, *words], cwd=self.folder, env=self.environment, stdout=pipe, stderr=pipe)

    def terminal(self, *words: str, typed: bytes = b"", columns: int = 80) -> tuple[int, bytes]:
        """The exit code and every byte that reached a terminal on which the program ran."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [*EVALTUI, *words], cwd=self.folder, env=self.environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        os.write(ours, typed)
        try:
            seen = _read_all(ours)
            return process.wait(DEADLINE), seen
        finally:
            process.kill()
            os.close(ours)


@cache
def _forker() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.cli.forker"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, process)
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate()


def _forked(program: Program, words: tuple[str, ...], files: list[str]) -> int:
    process = _forker()
    assert process.stdin and process.stdout
    order = {"words": words, "folder": str(program.folder), "environment": program.environment, "files": files}
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def _read_all(terminal: int) -> bytes:
    seen, deadline = b"", time.monotonic() + DEADLINE
    while select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the last program on the terminal has ended
            return seen
        if not part:
            return seen
        seen += part
    raise TimeoutError(f"still running after {DEADLINE} s; it said {seen[-2000:]!r}")


def prompted(params: dict[str, Any]) -> str | Answer | Refused:
    """A model that says what its prompt tells it to: lines `text => reply`; any other text is said again.

    A reply may be written as JSON text; `!kind: message` refuses.
    """
    table = dict(line.split(" => ", 1) for line in params.get("system", "").splitlines() if " => " in line)
    text = last_text(params)
    reply = table.get(text, text)
    if reply.startswith("!"):
        kind, _, message = reply[1:].partition(": ")
        return Refused(kind, _text(message))
    return text_answer(params, _text(reply))


def _text(written: str) -> str:
    return json.loads(written) if written.startswith('"') else written


def agent(*lines: str, name: str = "greeter") -> str:
    """An agent file whose prompt are these lines."""
    body = "\n".join(f"  {line}" for line in ("Answer as told.", *lines))
    quoted = "".join(char if char.isprintable() and char not in '"\\' else f"\\u{ord(char):04x}" for char in name)
    return f'name: "{quoted}"\nmodel: claude-haiku-5-5\nmax_tokens: 64\nsystem: |\n{body}\n'


def case(name: str, expected: Any = None, **more: Any) -> dict[str, Any]:
    """A case whose input is its name, and whose expected reply is its name unless another is given."""
    return {"id": name, "input": name, "expected": name if expected is None else expected, **more}


def write_project(
    folder: Path, cases: list[dict[str, Any]], scorers: str = "[exact]", gate: str = "{}", prompt: tuple[str, ...] = ()
) -> Path:
    """A project with one evalset, `greetings`; quick to poll."""
    home = folder / "evalsets" / "greetings"
    home.mkdir(parents=True)
    (home / "evalset.yaml").write_text(
        f"name: greetings\ncases: cases.jsonl\nscorers: {scorers}\ngate: {gate}\n", "utf-8"
    )
    (home / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in cases), "utf-8")
    (home / "agent.yaml").write_text(agent(*prompt), "utf-8")
    settings = folder / ".home" / "evaltui"
    settings.mkdir(parents=True)
    (settings / "config.yaml").write_text("poll_seconds: 0.02\n", "utf-8")
    return home
