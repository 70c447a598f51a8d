"""Owns how the person's editor is started at a line of a file."""

import contextlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

GOTO = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})
COLON = frozenset({"subl", "zed", "hx", "helix", "micro"})
ADVICE = "set EDITOR or VISUAL, such as EDITOR=vim"
USUAL = ("nano", "vim", "vi")


def command(path: Path, line: int) -> list[str]:
    """The words that open `path` at `line` (from 1) and return when the person is done; empty without an editor."""
    words = _editor()
    if not words:
        return []
    name = Path(words[0]).name
    if name in GOTO:
        return [*words, "--wait", "--goto", f"{path}:{line}"]
    if name in COLON:
        return [*words, f"{path}:{line}"]
    return [*words, f"+{line}", str(path)]


def problem(words: list[str]) -> str | None:
    """Why these words start no editor, as far as can be told beforehand."""
    if not words:
        return f"no editor; {ADVICE}"
    return None if shutil.which(words[0]) else f"the editor {words[0]} is not there; {ADVICE}"


def run(words: list[str]) -> str | None:
    """Until the person is done; why it could not be started."""
    try:
        subprocess.run(words, check=False)  # noqa: S603 - the person's own editor
    except (OSError, ValueError) as error:
        return f"the editor {words[0]} cannot be started: {error}; {ADVICE}"
    return None


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        with contextlib.suppress(ValueError):  # a quotation mark is missing: the whole is the name
            return shlex.split(named)
        return [named]
    return next(([name] for name in USUAL if shutil.which(name)), [])
