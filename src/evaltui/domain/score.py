"""What a scorer sees and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from evaltui.domain.case import Case
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
