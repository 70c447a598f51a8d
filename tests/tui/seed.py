"""Seeded projects, each made once in a test session however many processes it has, and copied for who changes one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock


@dataclass(frozen=True)
class Seeds:
    """`folder` is shared by all processes of the session; what is in it is for reading only."""

    folder: Path

    def once(self, name: str, make: Callable[[Path], object]) -> Path:
        """The project of this name, made by `make` where it is absent."""
        project, done = self.folder / name, self.folder / f"{name}.made"
        with FileLock(self.folder / f"{name}.lock"):
            if not done.exists():
                make(project)
                done.touch()
        return project
