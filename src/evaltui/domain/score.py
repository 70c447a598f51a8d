"""What a scorer sees and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from evaltui.domain.case import Case
from evaltui.domain.request import Outcome, Succeeded
from evaltui.domain.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Evidence:
    """A scorer's only input."""

    case: Case
    trajectory: Trajectory


@dataclass(frozen=True, slots=True)
class Score:
    """`value` in [0, 1]; `reason` is one line for a person; `detail` is JSON for metrics and screens."""

    value: float
    passed: bool
    reason: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unscored:
    """The scorer could not judge: counted as missing evidence, never as a zero. `detail` keeps a traceback."""

    reason: str
    detail: str = ""


class Scorer(Protocol):
    """A frozen dataclass whose fields are its YAML arguments."""

    def applies(self, case: Case) -> bool:
        """Whether the case holds the gold this scorer compares with."""
        ...

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One call to a judge: `params` is the JSON of a Messages request.

    `key` is the digest of the judge's model, all that the judge is told and sees, and the number of the repeat: what
    was once answered under a key is neither asked nor paid again.
    """

    key: str
    model: str
    params: bytes


class JudgeScorer(Scorer, Protocol):
    """A scorer that needs calls of its own; `score` is never asked of it."""

    @property
    def asked_of(self) -> tuple[str, int]:
        """The model that is asked, and the most tokens of one judgement."""
        ...

    def ask(self, evidence: Evidence) -> tuple[Question, ...]:
        """What must be asked about one sample, always the same for the same evidence."""
        ...

    def readable(self, reply: Succeeded) -> bool:
        """Whether a reply is a judgement; one that is not is asked for once more."""
        ...

    def read(self, evidence: Evidence, answers: Sequence[Outcome]) -> Score | Unscored:
        """The score that follows from the last answer to each question of `ask`, in their order."""
        ...
