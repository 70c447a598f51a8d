"""Which commit a folder is at, so that a score can be traced to the files that produced it."""

import subprocess
from pathlib import Path


def revision(folder: Path) -> tuple[str | None, bool]:
    """The commit hash and whether tracked files of the repository differ from it; (None, False) outside git."""
    head = _git(folder, "rev-parse", "HEAD")
    return (head, bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))) if head else (None, False)


def user(folder: Path) -> str:
    """Who acts, as git knows them; empty when it does not."""
    return _git(folder, "config", "user.name") or ""


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
