"""The list of runs as a screen shows it: newest first, each with its state; filtered by words, sorted by a column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.loop.state import State, state
from evaltui.store.database import Store
from evaltui.store.promotions import baseline
from evaltui.store.runs import RunRow, runs


@dataclass(frozen=True, slots=True)
class Listed:
    """A run with its state; `baseline`: it is the promoted one of its evalset."""

    row: RunRow
    state: State
    baseline: bool

    @property
    def id(self) -> int:
        return self.row.run.id

    @property
    def rate(self) -> float | None:
        """The share of samples that passed; None while one of them has no score, for a part of them tells nothing."""
        whole = self.row.passed + self.row.failed == self.row.progress.samples
        return self.row.passed / self.row.progress.samples if whole and self.row.progress.samples else None


def listing(store: Store, limit: int) -> list[Listed]:
    """The newest runs, so many of them."""
    rows = runs(store, limit=limit)
    promoted = {name: baseline(store, name) for name in {row.run.evalset for row in rows}}
    best = {found.run_id for found in promoted.values() if found}
    return [Listed(row, state(row, baseline=row.run.id in best), row.run.id in best) for row in rows]


def matching(found: Sequence[Listed], text: str) -> list[Listed]:
    """Those that have every word somewhere: in the evalset, agent, model, state, filter or commit; `!` negates."""
    words = [(word.removeprefix("!").lower(), word.startswith("!")) for word in text.split()]
    return [one for one in found if all((word in _words(one)) != negated for word, negated in words)]


def _words(one: Listed) -> str:
    run = one.row.run
    about = (str(run.id), run.evalset, run.agent, run.model, run.only, run.git_revision or "", run.engine)
    return " ".join((*about, one.state.kind, "baseline" if one.baseline else "")).lower()


SORTS: dict[str, Callable[[Listed], Any]] = {
    "started": lambda one: one.id,
    "state": lambda one: (one.state.kind, one.id),
    "passed": lambda one: (one.rate is not None, one.rate or 0.0, one.id),
    "evalset": lambda one: (one.row.run.evalset, one.id),
    "agent": lambda one: (one.row.run.agent, one.id),
}
"""By which the list may be sorted; the first is usual."""


def ordered(found: Sequence[Listed], by: str, *, reverse: bool = False) -> list[Listed]:
    """Sorted by one of SORTS; newest and best first unless reversed, names from a to z."""
    falling = by in ("started", "passed")
    return sorted(found, key=SORTS[by], reverse=falling != reverse)
