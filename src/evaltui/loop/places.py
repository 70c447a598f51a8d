"""Where a case of a stored run is written now, and where the agent is told it, in files that may have changed."""

from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.run import Run
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import scan_evalset
from evaltui.store.database import Store
from evaltui.store.leaks import leak_check


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


def told_at(store: Store, run: Run, case_id: str) -> Place | None:
    """Where most of a case stood in what the agent is told; None where it did not, or that file is gone."""
    check = leak_check(store, run.id)
    leaks = [leak for leak in check.leaks if leak.case == case_id] if check else []
    best = max(leaks, key=lambda leak: (leak.severity == "leak", leak.share, leak.run), default=None)
    file = Path(run.folder, best.place.file) if best else None
    return Place(file, best.place.line) if best and file and file.is_file() else None


def lost(run: Run, case_id: str) -> str:
    """What to say where there is no place."""
    return f"{case_id} is not found in {run.folder}: it is gone, or a file is broken; evaltui check {run.evalset} tells"
