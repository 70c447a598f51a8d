"""Which run another is held against; light, because the first screen must not wait for a verdict's arithmetic."""

from evaltui.domain.errors import Unknown
from evaltui.domain.run import Run
from evaltui.store.database import Store
from evaltui.store.promotions import promotions
from evaltui.store.runs import run as run_by_id


def promoted_run(store: Store, run: Run) -> Run | None:
    """The baseline a run is held against: the newest promotion of its evalset; for that run itself, the one before."""
    others = (promotion for promotion in promotions(store, run.evalset) if promotion.run_id != run.id)
    promotion = next(others, None)
    if promotion is None:
        return None
    found = run_by_id(store, promotion.run_id)
    if found is None:
        raise Unknown(f"the baseline, run {promotion.run_id}, is not in this database")
    return found
