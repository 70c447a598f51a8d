"""One process working on one run: what every step may use, and when each outside thing is due again."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from evaltui.agents.turn import Requests
from evaltui.batches.engine import Engine
from evaltui.batches.split import Limits
from evaltui.domain.agent import Agent
from evaltui.domain.errors import Stopped
from evaltui.domain.run import Run
from evaltui.domain.tool import ToolBackend
from evaltui.domain.verdict import Verdict
from evaltui.plugins import Built
from evaltui.scores.run import is_judge
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Phase:
    """Where a run stands, for a progress line: `done` of `total`, both in `unit`; `total` 0 when unknown."""

    name: str
    done: int
    total: int
    unit: str = "samples"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should read once."""

    words: str


Notify = Callable[[Phase | Notice], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: the first poll after a create, how long an unanswered create is looked for, how long a 404 may last.

    A round of conversations ends when the share `enough` of them is back, or after `patience` seconds.
    """

    poll: float = 2.0
    settle: float = 180.0
    missing: float = 180.0
    enough: float = 0.9
    patience: float = 4 * 3600.0


@dataclass(slots=True)
class Agenda:
    """When each thing is due again, by monotonic clock; what was never put off is due at once."""

    due: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    looked: dict[int, datetime] = field(default_factory=dict)
    """When each intent whose create got no answer was first looked for since it was last sent."""

    def ready(self, key: str) -> bool:
        return time.monotonic() >= self.due.get(key, 0.0)

    def later(self, key: str, seconds: float) -> None:
        self.due[key] = time.monotonic() + seconds

    def failed(self, key: str) -> int:
        """Count one more failure in a row; the number so far."""
        self.failures[key] = self.failures.get(key, 0) + 1
        return self.failures[key]

    def done(self, key: str) -> None:
        self.due.pop(key, None)
        self.failures.pop(key, None)

    def fine(self, key: str) -> None:
        self.failures.pop(key, None)

    def next_in(self) -> float | None:
        """Seconds until the next thing is due; None when nothing is awaited."""
        return max(0.0, min(self.due.values()) - time.monotonic()) if self.due else None


@dataclass(slots=True)
class Session:
    """`stop` ends every wait at once; the database keeps all that matters, so stopping loses nothing."""

    store: Store
    run: Run
    agent: Agent
    requests: Requests
    scorers: list[Built]
    engine: Engine
    notify: Notify
    stop: threading.Event = field(default_factory=threading.Event)
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    same_workspace: bool = False  # a person said that a new key is of the workspace of the old one
    agenda: Agenda = field(default_factory=Agenda)
    tools: ToolBackend | None = None
    """Who answers the agent's tool calls; None: a conversation ends at its first."""
    also_judged_by: tuple[tuple[str, int], ...] = ()
    """Judges that are none of the scorers: the model that is asked, and the most tokens of one judgement."""
    verdict: Verdict | None = None
    """Of what was scored last; None until it is decided."""

    @property
    def in_rounds(self) -> bool:
        """Whether replies lead to further requests: the next turn of a conversation, or a judge's."""
        return self.run.turns > 1 or any(is_judge(scorer) for _, scorer in self.scorers)

    @property
    def spool(self) -> Path:
        """Where request bodies wait to be sent and results wait to be read; nobody else's files are in it."""
        folder = self.store.path.parent / "spool" / f"{self.store.path.name}-{self.run.id}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def say(self, words: str) -> None:
        self.notify(Notice(words))

    def phase(self, name: str, done: int, total: int, unit: str = "samples") -> None:
        self.notify(Phase(name, done, total, unit))


def each(acts: Iterable[Callable[[], bool]]) -> bool:
    """Take every act; True when one moved something. A Stopped is raised once the others have had their turn."""
    taken = [_attempt(act) for act in acts]
    stopped = next((result for result in taken if isinstance(result, Stopped)), None)
    if stopped is not None:
        raise stopped
    return any(taken)


def _attempt(act: Callable[[], bool]) -> bool | Stopped:
    try:
        return act()
    except Stopped as stopped:
        return stopped
