"""What a person may choose to run: the evalsets of a project, and the agent files that each could test."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.run import Run
from evaltui.evalsets.read import scan_evalset
from evaltui.store.database import Store
from evaltui.store.runs import newest_of_each

AGENT = re.compile(r"^model\s*:", re.MULTILINE)
FILE = "evalset.yaml"
LONGEST = 200_000
"""Bytes of a file that is looked into to see whether it is an agent."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An evalset with the agent files it could test, its own first; `last` is its newest run, None before the first."""

    folder: Path
    name: str
    agents: tuple[Path, ...]
    last: Run | None = None


def candidates(project: Path, store: Store | None) -> list[Candidate]:
    """Every evalset of the project, and those of its runs that lie elsewhere; most recently run first."""
    latest = {Path(run.folder): run for run in (newest_of_each(store) if store else ())}
    folders = dict.fromkeys([*latest, *_folders(project)])
    found = [_candidate(folder, latest.get(folder)) for folder in folders if (folder / FILE).is_file()]
    return [one for one in found if one is not None]


def _folders(project: Path) -> list[Path]:
    roots = [project / FILE, *sorted((project / "evalsets").glob(f"*/{FILE}"))]
    return [file.parent for file in roots if file.is_file()]


def _candidate(folder: Path, last: Run | None) -> Candidate | None:
    source, _ = scan_evalset(folder)
    if source is None:
        return None
    run = [Path(last.agent_file)] if last and last.agent_file else []
    files = (source.agent_path, *run, *_agents(folder, source.case_files))
    there = dict.fromkeys(file.resolve() for file in files if file.is_file())
    return Candidate(folder, source.file.name, tuple(there), last)


def _agents(folder: Path, others: Iterable[Path]) -> Iterator[Path]:
    """YAML files beside the evalset that name a model."""
    known = {folder / FILE, *others}
    for file in sorted(folder.glob("*.y*ml")):
        if file not in known and _is_agent(file):
            yield file


def _is_agent(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return AGENT.search(opened.read(LONGEST).decode("utf-8", "replace")) is not None
    except OSError:
        return False
