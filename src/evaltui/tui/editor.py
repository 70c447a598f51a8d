"""Owns how the person's editor is started at a line of a file."""

import os
import shlex
import shutil
from pathlib import Path

GOTO = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})
COLON = frozenset({"subl", "zed", "hx", "helix", "micro"})
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


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        return shlex.split(named)
    return next(([name] for name in USUAL if shutil.which(name)), [])
