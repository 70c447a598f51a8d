"""One thing wrong in a file a person wrote, with all that is needed to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1 (0: the whole file); `field` is a dotted path such as `[3].expected`."""

    file: str
    line: int
    field: str
    message: str
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        file = _near(self.file)
        return f"{file}:{self.line}: {self.words}" if self.line else f"{file}: {self.words}"

    @property
    def words(self) -> str:
        """All of it but the place, for where that is on the screen already."""
        parts = [f"{self.field}: {self.message}" if self.field else self.message]
        parts += [f"found {self.found}"] if self.found else []
        parts += [f"allowed: {self.allowed}"] if self.allowed else []
        parts += [self.hint] if self.hint else []
        return "; ".join(parts)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """File by file, in the order in which the files were first named, and line by line in each."""
    found = list(problems)
    files = {file: place for place, file in enumerate(dict.fromkeys(problem.file for problem in found))}
    return tuple(sorted(found, key=lambda problem: (files[problem.file], problem.line)))


def _near(file: str) -> str:
    """As seen from the working folder, when it is in there."""
    return file.removeprefix(f"{Path.cwd()}/")
