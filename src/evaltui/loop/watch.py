"""Whether the files behind a run changed since: looked at as often as one likes, read only when something moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path

from evaltui.agents.files import agent_files
from evaltui.agents.read import read_agent
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem
from evaltui.domain.run import Run
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.read import scan_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.store.agents import agent
from evaltui.store.database import Store
from evaltui.store.evalsets import digest_of

Stamp = tuple[int, int] | None
"""When a file was written, in nanoseconds, and its size; None where there is none."""
READING = timedelta(minutes=2)
"""How long before its record the files of a run may have been read: what they hold decides, not when they were."""


@dataclass(frozen=True, slots=True)
class Change:
    """`files` differ from what the run was made with; `fields` of the agent say in what, empty where only cases do.

    `problem`: why they cannot be run as they are now, in words; empty when they can.
    """

    run: Run
    files: tuple[Path, ...]
    fields: tuple[str, ...] = ()
    problem: str = ""

    def words(self, folder: Path) -> str:
        """Which files, as seen from the evalset's folder or a folder of the person's."""
        first, *more = (_shown(file, (Path(self.run.folder), folder)) for file in self.files)
        others = f" and {len(more)} more" if len(more) > 1 else f" and {more[0]}" if more else ""
        return f"{first}{others} changed since run {self.run.id}"


@dataclass(slots=True)
class Watch:
    """The files behind one run. Not for several threads at once."""

    run: Run
    _stamps: dict[Path, Stamp] = field(default_factory=dict)
    _first: dict[Path, Stamp] = field(default_factory=dict)
    _cases: tuple[dict[Path, Stamp], bool] = field(default_factory=lambda: ({}, False))
    _found: Change | None = None

    def moved(self) -> bool:
        """Whether a file was written since the last look: a few microseconds for each."""
        return stamps(self._stamps) != self._stamps

    def look(self, store: Store) -> Change | None:
        """What changed since the run; None where nothing did, or nobody can say."""
        if self.run.made_elsewhere or not self.run.agent_file or not Path(self.run.folder).is_dir():
            return None
        if not self._stamps or self.moved():
            source, wrong = scan_evalset(Path(self.run.folder))
            evalset, agents = _evalset_files(self.run, source), agent_files(Path(self.run.agent_file))
            self._stamps = stamps([*agents, *evalset])
            self._first = self._stamps | self._first
            self._found = self._examine(store, agents, source, wrong)
        return self._found

    def _examine(
        self, store: Store, agents: Mapping[Path, str], source: EvalsetSource | None, wrong: tuple[Problem, ...]
    ) -> Change | None:
        tested, now = agent(store, self.run.agent_digest), read_agent(Path(self.run.agent_file))
        fields = differences(tested, now) if tested and isinstance(now, Agent) else ()
        unread = [*wrong, *(() if isinstance(now, Agent) else now)]
        files = self._moved(list(agents)) if not isinstance(now, Agent) else list(self._behind(agents, fields))
        files += [file for file in self._written(agents) if file.suffix == ".py"]
        if source is None or self._other_cases(source):
            files += self._moved(_evalset_files(self.run, source))
        problem = str(unread[0]) if unread else ""
        return Change(self.run, tuple(dict.fromkeys(files)), fields, problem) if files else None

    def _behind(self, agents: Mapping[Path, str], fields: Sequence[str]) -> Iterator[Path]:
        """The files that fill the fields that differ; those that were written since, where they are several."""
        own = next(iter(agents))
        for name in fields:
            files = [file for file, filled in agents.items() if filled == name]
            yield from self._written(files) or self._written([own]) or files or [own]

    def _moved(self, files: Sequence[Path]) -> list[Path]:
        """Those that were written since; the first stands for them where none seems to have been."""
        return self._written(files) or self._written(files, READING) or [files[0]]

    def _written(self, files: Iterable[Path], before: timedelta = timedelta()) -> list[Path]:
        """Files written after the run, or so long before it, or since we first looked."""
        since = (self.run.created_at - before).timestamp() * 1e9
        dated = ((file, self._stamps.get(file)) for file in files)
        return [file for file, stamp in dated if stamp is None or stamp[0] > since or stamp != self._first[file]]

    def _other_cases(self, source: EvalsetSource) -> bool:
        """Whether the cases or the scorers are others; read only when one of their files may have changed."""
        files = _evalset_files(self.run, source)
        if not self._written(files, READING):
            return False
        seen = stamps(files)
        if self._cases[0] != seen:
            now = digest_of(source.file.name, source.scorers_digest, (entry.case for entry in read_cases(source, [])))
            self._cases = seen, now != self.run.evalset_digest
        return self._cases[1]


def stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    """Of each file as it is now."""
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> Stamp:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def _evalset_files(run: Run, source: EvalsetSource | None) -> list[Path]:
    if source is None:
        return [Path(run.folder) / "evalset.yaml"]
    return list(chain((source.path,), source.case_files, source.rubric_files))


def differences(before: Agent, now: Agent) -> tuple[str, ...]:
    """The fields in which two versions of an agent differ; tools that a backend offers are not in its files."""
    fields = [name for name in Agent.model_fields if name != "name" and not (name == "tools" and now.answers)]
    return tuple(name for name in fields if getattr(before, name) != getattr(now, name))


def _shown(file: Path, folders: Sequence[Path]) -> str:
    """Relative to the first folder that holds it."""
    inside = (folder for folder in folders if file.is_relative_to(folder))
    return next((str(file.relative_to(folder)) for folder in inside), file.name)
