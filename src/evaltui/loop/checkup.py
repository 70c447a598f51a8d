"""The health of an evalset for a screen: from its files as they are now and the runs in the database, in words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evaltui.domain.errors import BadInput
from evaltui.domain.run import Run
from evaltui.evalsets.read import scan_evalset
from evaltui.loop.health import recent
from evaltui.loop.health_finding import Finding
from evaltui.store.database import Store
from evaltui.store.verdicts import latest_verdict

LARGE = 1 << 20
"""Bytes of files from which on looking takes seconds."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """`problem`: why the files could not be looked at, empty where they were."""

    name: str
    cases: int
    findings: tuple[Finding, ...]
    problem: str = ""


def checkup(folder: Path, database: Path) -> Checkup:
    """Reads every case and every run: for a worker, and where the files are large for a process of its own."""
    from evaltui.loop.check import past_of
    from evaltui.loop.health_words import findings
    from evaltui.loop.load import load
    from evaltui.loop.set_health import examine

    try:
        loaded = load(folder, equip=False)
        loaded.refuse_problems()
        name = loaded.source.file.name
        seen = examine(loaded, partial(past_of, database, name), lambda _: None)
    except BadInput as error:
        return Checkup(folder.name, 0, (), str(error.problems[0]))
    return Checkup(name, seen.cases, findings(seen))


def state_of(folder: Path) -> tuple[str, int]:
    """A digest of every file that the health of an evalset depends on, and how many bytes they are."""
    digest, size = hashlib.sha256(), 0
    for file in _files(folder):
        content = file.read_bytes() if file.is_file() else b""
        digest.update(f"{file}:{len(content)}:".encode())
        digest.update(content)
        size += len(content)
    return digest.hexdigest(), size


def decided(store: Store, run: Run) -> tuple[int, ...]:
    """The verdicts of the newest runs of an evalset: other ones mean that the runs say something else."""
    found = (latest_verdict(store, each.id) for each in recent(store, run))
    return tuple(row.id for row in found if row is not None)


def evalset_folders(project: Path) -> list[Path]:
    """Where the evalsets of a project are, whether they were ever run or not."""
    return sorted(path.parent for path in project.glob("evalsets/*/evalset.yaml"))


def _files(folder: Path) -> Sequence[Path]:
    from evaltui.agents.files import agent_files

    source, _ = scan_evalset(folder)
    return () if source is None else (source.path, *source.case_files, *agent_files(source.agent_path))
