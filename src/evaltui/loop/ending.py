"""What is said of a run once it is decided: its verdict in a word, and what it fixed and broke."""

from dataclasses import dataclass

from evaltui.domain.run import Run
from evaltui.loop.baselines import promoted_run
from evaltui.loop.browse import kinds_of
from evaltui.loop.state import State, state
from evaltui.store.database import Store
from evaltui.store.runs import run_row, runs

RECENT = 20  # runs among which a whole one is looked for


@dataclass(frozen=True, slots=True)
class Ending:
    """`fixed` and `broke` count cases against `against`; all three are None where there is nothing to compare with."""

    run: Run
    state: State
    passed: int
    samples: int
    against: int | None = None
    fixed: int | None = None
    broke: int | None = None

    @property
    def words(self) -> str:
        """One sentence."""
        said = f"Run {self.run.id}: {self.passed:,} of {self.samples:,} pass"
        if self.against is None:
            return f"{said}; there is no baseline to hold it against yet"
        return f"{said}; {self.fixed:,} fixed, {self.broke:,} broke against run {self.against}"


def ending(store: Store, run: Run) -> Ending:
    """Of a run that is over: against its baseline, or against the run that its cases were picked from."""
    row, against = run_row(store, run.id), _picked_from(store, run) or promoted_run(store, run)
    assert row is not None, "runs are never deleted"  # noqa: S101 - a law of the schema
    found = Ending(run, state(row), row.passed, row.progress.samples)
    if against is None:
        return found
    counts = kinds_of(store, run, against)
    return Ending(run, found.state, found.passed, found.samples, against.id, counts["fixed"], counts["broke"])


def _picked_from(store: Store, run: Run) -> Run | None:
    """The newest whole run before one of some cases: what failed there is what somebody tries to mend."""
    if not run.only:
        return None
    earlier = (row.run for row in runs(store, RECENT, run.id, run.evalset))
    return next((one for one in earlier if not one.only), None)
