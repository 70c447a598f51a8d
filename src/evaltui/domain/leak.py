"""What an agent is told in its own files, and which cases stand in it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["leak", "near"]
Part = Literal["input", "answer"]


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the agent: what it is (`system prompt`), its file, and the line of the file that it starts in.

    `one_line`: all of it stands in that line, its line ends being escapes there; else each line end is one of the file.
    """

    name: str
    file: str
    text: str
    line: int = 1
    one_line: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines of the file, counted from 1, and `text[start:end]` of the source."""

    name: str
    file: str
    line: int
    last_line: int
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}({self.start},{self.end})"


@dataclass(frozen=True, slots=True)
class Leak:
    """A passage of a case, `text[start:end]` of its `field`, and the `place` of the agent's text that holds it.

    A `leak` blocks the gate, what is `near` is shown. `share` of the passage's words, boilerplate not counted, was
    found; `run` of them in a row. `file` and `line` are where the case is written, empty and 0 where nobody said.
    """

    case: str
    part: Part
    severity: Severity
    field: str
    start: int
    end: int
    text: str
    place: Place
    share: float
    run: int
    file: str = ""
    line: int = 0

    @property
    def written(self) -> str:
        """Where the passage of the case is written: `cases.yaml:12 input`."""
        return f"{self.file}:{self.line} {self.field}" if self.file else self.field


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """What came of looking for `cases` in the agent's texts; paths are relative to the folder of the evalset."""

    cases: int
    leaks: tuple[Leak, ...]
