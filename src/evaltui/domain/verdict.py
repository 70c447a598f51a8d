"""The gate's answer and the evidence it stands on."""

from dataclasses import dataclass, field
from typing import Literal

from evaltui.domain.leak import LeakCheck

Status = Literal["pass", "fail", "incomplete"]
Evidence = Literal["regression", "improvement", "no_worse_than_margin", "inconclusive"]
Change = Literal["same", "added", "removed", "input changed", "gold changed"]


@dataclass(frozen=True, slots=True)
class Graded:
    """One case in one run, over its trials: `value` is the mean of the gated metric over resolved trials."""

    passed: int
    resolved: int
    unresolved: int
    value: float | None
    reason: str = ""

    @property
    def failed(self) -> int:
        return self.resolved - self.passed

    @property
    def trials(self) -> int:
        return self.resolved + self.unresolved

    @property
    def all_passed(self) -> bool:
        return self.unresolved == 0 and self.resolved > 0 and self.passed == self.resolved


@dataclass(frozen=True, slots=True)
class Pair:
    """One case as both runs saw it; only pairs whose `change` is `same` are compared.

    `critical`: marked so in either run; `unmarked`: the candidate's evalset took the mark away.
    """

    case_id: str
    change: Change
    baseline: Graded | None
    candidate: Graded | None
    critical: bool = False
    unmarked: bool = False
    judged_only: bool = False
    group: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def fixed(self) -> bool:
        """Failed a trial before, passes every trial now."""
        return bool(self.baseline and self.candidate and self.baseline.failed and self.candidate.all_passed)

    @property
    def broke(self) -> bool:
        """Passed every trial before, fails a trial now."""
        return bool(self.baseline and self.candidate and self.baseline.all_passed and self.candidate.failed)


@dataclass(frozen=True, slots=True)
class Deciding:
    """A case that decided a check, with the reason its scorer gave."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the gate: `words` say what was found, `cases` decided it, worst first."""

    name: str
    status: Status
    words: str
    cases: tuple[Deciding, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """The candidate against the baseline on shared cases; rates and differences are shares in [-1, 1].

    `low`, `high`: two-sided 95 % interval of the difference; `floor`: one-sided 95 % bound; `mde`: the smallest
    drop this set would show with 80 % power. None where it cannot be computed. `unresolved` cases count as the
    worst they could be: their candidate as failed, their baseline as passed.
    """

    metric: str
    n: int
    baseline: float
    candidate: float
    difference: float
    fixed: int
    broke: int
    low: float | None = None
    high: float | None = None
    floor: float | None = None
    ceiling: float | None = None
    p: float | None = None
    mde: float | None = None
    method: str = ""
    groups: int | None = None
    trials: int = 1
    unresolved: int = 0
    evidence: Evidence = "inconclusive"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the gate must know of one run beside its cases; `metrics` are over the compared cases only.

    `only` is the filter that left cases out, empty for a run of all. `leakage`: which cases stand in what the agent is
    told, or why nobody looked.
    """

    run_id: int
    samples: int
    unfinished: int
    unscored: int
    metrics: dict[str, float | None] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    trials: int = 1
    engine: str = ""
    only: str = ""
    leakage: LeakCheck | str = "nobody looked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`headline` is the whole story in one sentence; `label` qualifies it, such as "within noise".

    `edited` are cases whose gold was changed since the baseline was promoted; `without` says what the verdict would be
    had none been. `notes` say what was not looked at.
    """

    status: Status
    headline: str
    label: str
    policy: str
    run_id: int
    baseline_run_id: int | None
    checks: tuple[Check, ...]
    estimate: Estimate | None = None
    fixed: tuple[Deciding, ...] = ()
    broke: tuple[Deciding, ...] = ()
    excluded: tuple[Deciding, ...] = ()
    next_step: str = ""
    edited: tuple[Deciding, ...] = ()
    without: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promotion:
    """An audited act: `digests` pin everything that produced the run's scores."""

    id: int
    evalset: str
    run_id: int
    who: str
    at: str
    note: str = ""
    forced: str = ""
    git_revision: str | None = None
    digests: dict[str, str] = field(default_factory=dict)
