"""Owns what the app is looking at: a run, and the run it is held against."""

from dataclasses import dataclass

from evaltui.domain.run import Run
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class Subject:
    """`against` is the pinned run, else the promoted baseline; None before the first promotion."""

    run: Run
    against: Run | None = None
    pinned: bool = False


def subject_of(store: Store, run_id: int | None, pinned_id: int | None) -> Subject | None:
    """The run (the newest when none is named) and what it is held against; None in an empty project."""
    from evaltui.loop.baselines import promoted_run
    from evaltui.store.runs import latest_run, run

    found = run(store, run_id) if run_id is not None else latest_run(store, reruns=False)
    if found is None:
        return None
    pinned = run(store, pinned_id) if pinned_id is not None and pinned_id != found.id else None
    if pinned is not None and pinned.evalset == found.evalset:
        return Subject(found, pinned, pinned=True)
    return Subject(found, promoted_run(store, found))
