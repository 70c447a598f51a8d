"""Looking for the cases of a run in what its agent is told."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaltui.agents.texts import agent_texts, offered_texts
from evaltui.domain.case import Case
from evaltui.domain.leak import Leak, Source
from evaltui.domain.run import Run
from evaltui.evalsets.health.leakage import Search
from evaltui.loop.load import Loaded
from evaltui.store.database import Store
from evaltui.store.leaks import add_leak_check


@dataclass(slots=True)
class Looking:
    """A search that cases pass through on their way; paths are kept relative to the folder of the evalset."""

    folder: Path
    search: Search

    def watch(self, loaded: Loaded) -> Iterator[Case]:
        """Every case, after it was seen."""
        for entry in loaded.entries():
            self.search.see(entry.case, (str(entry.file), entry.line))
            yield entry.case

    def found(self) -> Iterator[Leak]:
        """Once every case was seen."""
        for leak in self.search.leaks():
            place = replace(leak.place, file=self._near(leak.place.file))
            yield replace(leak, place=place, file=self._near(leak.file))

    def keep(self, store: Store, run: Run) -> None:
        """Beside the run, inside a transaction of the caller."""
        add_leak_check(store, run.id, self.search.cases, self.found())

    def _near(self, file: str) -> str:
        return os.path.relpath(file, self.folder)


def looking(loaded: Loaded) -> Looking:
    """For the cases of an evalset in the texts of its agent."""
    return Looking(loaded.source.folder, Search(told(loaded)))


def told(loaded: Loaded) -> Sequence[Source]:
    """All that the agent is told, whoever asks; nothing without an agent."""
    if loaded.agent is None:
        return ()
    path = loaded.agent_path / "agent.yaml" if loaded.agent_path.is_dir() else loaded.agent_path
    written, tools = agent_texts(path), loaded.agent.tools
    offered = offered_texts(path, tools, written) if isinstance(tools, list) and loaded.agent.answers else ()
    return (*written, *offered)
