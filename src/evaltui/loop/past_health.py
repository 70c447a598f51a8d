"""What the runs of an evalset say of its cases as they are now: which still tell, and how steady the set is."""

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from evaltui.domain.case import Case
from evaltui.domain.run import Run
from evaltui.evalsets.health.verdicts import Saturation, Suspect, records, saturation, suspects
from evaltui.gate.power import mde
from evaltui.loop.browse import kinds_of
from evaltui.loop.open import scoring_of
from evaltui.store.database import Store
from evaltui.store.past import cases_of, last_runs, whole_past
from evaltui.store.runs import run as run_by_id
from evaltui.store.verdicts import latest_verdict

RUNS = 12
"""The newest runs that are looked at; of fewer than ten nobody can say that a case goes against the rest."""
TELLS, STEADY = 3.0, 2.0
_KINDS = ("always_pass", "always_fail", "flips")
_STATES = {"unresolved": 0, "fail": 1, "pass": 2}
_PASSED = (None, False, True)


@dataclass(frozen=True, slots=True)
class Move:
    """Two runs over the cases that both have alike: how many came out otherwise, and the difference of the pass rate.

    `errors` is that difference in standard errors; `drop` the smallest one that would show four times in five.
    """

    run: int
    against: int
    cases: int
    flipped: int
    difference: float
    errors: float
    drop: float


@dataclass(frozen=True, slots=True)
class Stability:
    """`same`: the newest two runs of one agent (A/A). `control`: the newest run that was found worse.

    Both beside an earlier run. `drop`: the smallest one that the set shows. Each is None where no such runs are.
    """

    same: Move | None
    control: Move | None
    drop: float | None

    @property
    def steady(self) -> bool | None:
        """Whether the set stands still when nothing changed."""
        return None if self.same is None else abs(self.same.errors) <= STEADY

    @property
    def tells(self) -> bool | None:
        """Whether the set still shows that a known-worse agent is worse."""
        return None if self.control is None else self.control.errors <= -TELLS


@dataclass(frozen=True, slots=True)
class Past:
    """`runs` oldest first; a case counts where it is as it was.

    `discordance`: the share of cases that come out otherwise when nothing changed, None before one agent ran twice.
    """

    runs: tuple[int, ...]
    always_pass: tuple[str, ...]
    always_fail: tuple[str, ...]
    flips: int
    suspects: tuple[Suspect, ...]
    saturation: Saturation | None
    stability: Stability
    discordance: float | None


Passed = Mapping[str, bool]
"""Whether each case passed in the newest run."""


def past(store: Store, evalset: str, cases: list[Case]) -> tuple[Past, Passed] | None:
    """None before a run of the whole set was scored."""
    runs = last_runs(store, evalset, RUNS, whole=True)
    if not runs:
        return None
    results = _results(store, runs, cases)
    alike = {case.id: case.group or " ".join(sorted(case.tags)) for case in cases if case.group or case.tags}
    kept = records(results)
    kinds = {kind: tuple(one.case for one in kept if one.kind == kind) for kind in _KINDS}
    moves = stability(store, runs)
    newest = {case: passed for case, of in results.items() if (passed := of[-1]) is not None}
    found = Past(
        tuple(run.id for run in runs), kinds["always_pass"], kinds["always_fail"], len(kinds["flips"]),
        suspects(results, alike), saturation(results, moves.drop), moves,
        moves.same.flipped / moves.same.cases if moves.same else None,
    )  # fmt: skip
    return found, newest


def stability(store: Store, runs: list[Run]) -> Stability:
    """Of the newest runs, oldest first."""
    pairs = ((new, old) for at, new in reversed(list(enumerate(runs))) for old in reversed(runs[:at]))
    twice = next(((new, old) for new, old in pairs if new.agent_digest == old.agent_digest), None)
    same = _move(store, *twice) if twice else None
    control = next(_blocked(store, runs), None)
    latest = same or (_move(store, runs[-1], runs[-2]) if len(runs) > 1 else None)
    return Stability(same, control, latest.drop if latest else None)


def _blocked(store: Store, runs: list[Run]) -> Iterator[Move]:
    """Runs that the gate blocked and whose pass rate fell, the newest first, beside what they were held against."""
    for run in reversed(runs):
        row = latest_verdict(store, run.id)
        if row is not None and row.baseline_run_id is not None and _was_worse(row.body):
            base = run_by_id(store, row.baseline_run_id)
            if base is not None and (found := _move(store, run, base)) and found.difference < 0:
                yield found


def _was_worse(verdict: str) -> bool:
    """Whether it was what the agent answered that blocked, and not a leak or a policy."""
    found = {check["name"]: check["status"] for check in json.loads(verdict)["checks"]}
    return "fail" in {found.get("aggregate"), found.get("critical")}


def _move(store: Store, run: Run, against: Run) -> Move | None:
    counts = kinds_of(store, run, against)
    fixed, broke = counts["fixed"], counts["broke"]
    n = fixed + broke + counts["changed"] + counts["same"]
    if not n:
        return None
    difference = (fixed - broke) / n
    # Laplace's rule: that nothing changed between two runs does not say that nothing ever will.
    error = sqrt(((fixed + broke) / n - difference**2 or 1 / (n + 2)) / n)
    flipped, drop = fixed + broke + counts["changed"], min(1.0, mde(error))
    return Move(run.id, against.id, n, flipped, difference, difference / error, drop)


def _results(store: Store, runs: list[Run], cases: list[Case]) -> dict[str, list[bool | None]]:
    """What became of each case in each run, oldest first, as far as it is the case of today."""
    digests = {case.id: case.digest for case in cases}
    base = runs[-1]
    known = {position: case for position, case, digest in cases_of(store, base) if digests.get(case) == digest}
    columns = [_column(store, base, run, known) for run in runs]
    return {case: [_PASSED[column[position]] for column in columns] for position, case in known.items()}


def _column(store: Store, base: Run, run: Run, known: Mapping[int, str]) -> "array[int]":
    column = array("B", bytes(max(known, default=-1) + 1))
    for position, state in whole_past(store, scoring_of(store, base).id, scoring_of(store, run).id):
        if position in known:
            column[position] = _STATES[state]
    return column
