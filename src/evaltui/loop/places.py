"""Owns where a case of a stored run is written now, among files that may have changed since."""

from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.run import Run
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import scan_evalset


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, counted from 1."""

    file: Path
    line: int


def place_of(run: Run, case_id: str) -> Place | None:
    """Where the evalset of a run holds a case now; None where it does not, or cannot be read."""
    source, _ = scan_evalset(Path(run.folder))
    if source is None:
        return None
    return next((Place(each.file, each.line) for each in read_cases(source, []) if each.case.id == case_id), None)


def lost(run: Run, case_id: str) -> str:
    """What to say where there is no place."""
    return f"{case_id} is not found in {run.folder}: it is gone, or a file is broken; evaltui check {run.evalset} tells"
