"""Owns how many problems of one file set are listed; the rest is only counted."""

from pathlib import Path

from evaltui.domain.problem import Problem

MAX_PROBLEMS = 1000


class Problems:
    """The caller's list, filled up to `most`; the rest is only counted."""

    def __init__(self, listed: list[Problem], most: int = MAX_PROBLEMS) -> None:
        self._listed = listed
        self._most = most
        self._unlisted = 0
        self.any = False

    def add(self, *problems: Problem) -> None:
        """Lists or counts each."""
        for problem in problems:
            self.any = True
            if len(self._listed) < self._most:
                self._listed.append(problem)
            else:
                self._unlisted += 1

    def close(self, file: Path, where: str) -> None:
        """Says how many were not listed; `where` they stand, in words."""
        if self._unlisted:
            message = f"and {self._unlisted:,} more problems {where}, not listed"
            self._listed.append(Problem(str(file), 0, "", message, hint="mend these first, then check again"))
