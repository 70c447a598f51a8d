"""What may be run again after a change: all cases, the failing, the critical, the marked, and about what each costs."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evaltui.batches.prices import prices_in_force
from evaltui.domain.run import Run
from evaltui.loop.costs import spent
from evaltui.loop.open import scoring_of
from evaltui.loop.propose import Wish
from evaltui.store.cases import case_rows, count_cases
from evaltui.store.database import Store
from evaltui.store.runs import standing

Which = Literal["all", "failing", "critical", "marked"]


@dataclass(frozen=True, slots=True)
class Choice:
    """So many cases, and about how many US dollars they take in batches and live; None where nobody knows.

    `ids` name the cases; where they are None, the filter `only` does.
    """

    name: Which
    cases: int
    batch: float | None
    live: float | None
    only: str = ""
    ids: frozenset[str] | None = None

    def wish(self, run: Run, *, live: bool) -> Wish:
        """The run that follows: the same evalset and agent file as they are now, where the run was."""
        home, file = Path(run.folder), Path(run.agent_file) if run.agent_file else None
        return Wish(home, file, self.only, self.ids, run.trials, live, run.endpoint)


def choices(store: Store, run: Run, marked: Collection[str] = ()) -> tuple[Choice, ...]:
    """Those that have a case, all first."""
    every, critical = count_cases(store, run.id)
    failed, named = failing(store, run), frozenset(marked)
    batch, live = a_case(store, run)
    found = (
        _choice("all", every, batch, live),
        _choice("failing", len(failed), batch, live, ids=failed),
        _choice("critical", critical, batch, live, only="critical"),
        _choice("marked", len(named), batch, live, ids=named),
    )
    return tuple(choice for choice in found if choice.cases)


def failing(store: Store, run: Run) -> frozenset[str]:
    """The cases that failed a trial, or that a trial has no score for."""
    scoring = scoring_of(store, run).id
    rows = (row for only in ("failing", "unresolved") for row in case_rows(store, scoring, limit=-1, only=only))
    return frozenset(row.case_id for row in rows)


def a_case(store: Store, run: Run) -> tuple[float | None, float | None]:
    """About what a case cost in this run, had it been asked in batches and had it been asked live."""
    answered, paid = standing(store, run.id).progress.answered, spent(store, run)
    if paid is None or not answered or run.made_elsewhere:
        return None, None
    factor = prices_in_force().batch_factor
    each = paid / answered * run.trials
    return (each * factor, each) if run.engine == "live" else (each, each / factor)


def _choice(
    name: Which,
    cases: int,
    batch: float | None,
    live: float | None,
    *,
    only: str = "",
    ids: frozenset[str] | None = None,
) -> Choice:
    times = [None if one is None else one * cases for one in (batch, live)]
    return Choice(name, cases, times[0], times[1], only, ids)
