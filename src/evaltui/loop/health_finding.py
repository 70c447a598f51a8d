"""Owns the shape in which the health of a set is told: finding by finding, row by row, each with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Grade = Literal["bad", "look", "fine", "note"]
Places = Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """`case` is the case it leads to; `file` and `line` where to look. Each is empty where there is none."""

    words: str
    case: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what came of it, and every row of it.

    bad: it makes results worthless. look: a person should look. note: a number to know.
    """

    name: str
    grade: Grade
    words: str
    rows: tuple[Row, ...] = ()


def at(places: Places, case: str) -> str:
    """`refund-1 (cases.yaml:12)`."""
    file, line = places.get(case, ("", 0))
    return f"{case} ({Path(file).name}:{line})" if file else case


def row(places: Places, case: str, words: str) -> Row:
    """A row that leads to where its case is written."""
    return Row(words, case, *places.get(case, ("", 0)))


def listed(places: Places, cases: Sequence[str], words: str = "") -> tuple[Row, ...]:
    """A row for each case."""
    return tuple(row(places, case, f"{at(places, case)}{words}") for case in cases)


def near(file: str) -> str:
    """A file as seen from the working folder, when it is in there."""
    path, here = Path(file).resolve(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
