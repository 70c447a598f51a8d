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
    """The run and what it is held against; None in an empty project.

    When none is named the newest, and one that asked only named cases, such as a proof, where there is no other.
    """
    from evaltui.loop.baselines import promoted_run
    from evaltui.store.runs import latest_run, run

    newest = (latest_run(store, reruns=reruns) for reruns in (False, True))
    found = run(store, run_id) if run_id is not None else next(filter(None, newest), None)
    if found is None:
        return None
    pinned = run(store, pinned_id) if pinned_id is not None and pinned_id != found.id else None
    if pinned is not None and pinned.evalset == found.evalset:
        return Subject(found, pinned, pinned=True)
    return Subject(found, promoted_run(store, found))
