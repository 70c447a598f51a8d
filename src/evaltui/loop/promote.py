"""A run becomes the baseline: an audited act, pinned to everything that produced its scores."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.domain.verdict import Promotion, Verdict
from evaltui.loop.decide import keep, promoted_run, verdict
from evaltui.loop.git import user
from evaltui.loop.open import scoring_of
from evaltui.store.database import Store
from evaltui.store.promotions import add_promotion
from evaltui.store.runs import progress


def promote(store: Store, run: Run, note: str = "", forced: str = "") -> Promotion:
    """Raises Refused, with the gate's words, unless the gate passes, it is the first baseline, or it is forced."""
    base = promoted_run(store, run)
    if base is not None and base.id == run.id:
        raise Refused(f"run {run.id} is the baseline already")
    _complete(store, run)
    if base is not None:
        found = verdict(store, run)
        keep(store, found)
        _passed(found, forced)
    return add_promotion(
        store,
        evalset=run.evalset,
        run_id=run.id,
        who=who(run),
        at=datetime.now(UTC).isoformat(),
        note=note,
        forced=forced,
        git_revision=run.git_revision,
        digests=_digests(store, run),
    )


def _complete(store: Store, run: Run) -> None:
    where = progress(store, run.id)
    if not where.complete:
        missing = where.samples - where.scored
        raise Refused(
            f"run {run.id} is not complete: {missing} of {where.samples} samples have no score; "
            f"`evaltui resume {run.id}` goes on"
        )


def _passed(found: Verdict, forced: str) -> None:
    if found.status != "pass" and not forced:
        raise Refused(
            f"{found.headline} Only a passing run becomes the baseline; `--force REASON` records why this one does."
        )


def _digests(store: Store, run: Run) -> dict[str, str]:
    return {"evalset": run.evalset_digest, "agent": run.agent_digest, "scoring": scoring_of(store, run).scorers_digest}


def who(run: Run) -> str:
    """The person, as git or the system knows them."""
    return user(Path(run.folder or ".")) or getpass.getuser()
