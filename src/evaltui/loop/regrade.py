"""Scoring a run and its baseline again from the app: what it takes first, then the act, then what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evaltui.domain.run import Run
from evaltui.evalsets.source import EvalsetSource
from evaltui.gate.words import naming
from evaltui.loop.estimate import Forecast, together
from evaltui.loop.gate_view import gate_view
from evaltui.loop.regolding import Due, due
from evaltui.loop.rescore import built_of, judges_cost, rescore, scorers_of
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Regrade:
    """What scoring again would do; `cost` is None where no judge must be asked, `asking` are the runs that need one."""

    run: Run
    source: EvalsetSource
    due: tuple[Due, ...]
    cost: Forecast | None
    asking: tuple[Run, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """The cases whose gold is not what the scores stand on."""
        return tuple(sorted({name for each in self.due for name in each.changed}))

    @property
    def endpoints(self) -> str:
        """Where judges are asked: each run asks where it was made."""
        return " and ".join(dict.fromkeys(run.endpoint for run in self.asking))

    def words(self) -> str:
        """`runs 1 and 2 by the gold of c001`."""
        which = " and ".join(str(each.run.id) for each in self.due)
        runs = f"runs {which}" if len(self.due) > 1 else f"run {which}"
        return f"{runs} by the gold of {naming(self.changed)}" if self.changed else f"{runs} by the scorers as they are"


def regrade_of(store: Store, run: Run, folder: Path | None = None) -> Regrade:
    """What is to be scored again, by the run's own evalset or that of a folder; BadInput where it cannot score."""
    source = scorers_of(folder or Path(run.folder))
    every = due(store, run, source)
    costs = [judges_cost(store, each.run, built_of(source), each.golds) for each in every]
    asking = tuple(each.run for each, cost in zip(every, costs, strict=True) if cost)
    return Regrade(run, source, every, together([cost for cost in costs if cost]), asking)


def regrade(store: Store, found: Regrade, notify: Callable[[object], None] = lambda _: None) -> str:
    """Score them; what the gate says after it, in one sentence. Where a judge must be asked that is still open."""
    for each in found.due:
        rescore(store, each, found.source, notify)
    return gate_view(store, found.run).headline
