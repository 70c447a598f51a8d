"""A run becomes the baseline: an audited act, pinned to everything that produced its scores."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.domain.verdict import Promotion
from evaltui.loop.decide import keep, verdict
from evaltui.loop.git import user
from evaltui.loop.open import scoring_of
from evaltui.store.database import Store
from evaltui.store.promotions import add_promotion, baseline
from evaltui.store.runs import progress


def promote(store: Store, run: Run, note: str = "", forced: str = "") -> Promotion:
    """Raises Refused, with the gate's words, unless the gate passes, it is a sound first baseline, or it is forced.

    `forced` is recorded as such only where it overrules the gate; else it is a note like any other.
    """
    reason, objection = forced.strip(), objection_to(store, run)
    if objection and not reason:
        raise Refused(f"{objection}. `--force REASON` promotes it all the same and records why")
    return add_promotion(
        store,
        evalset=run.evalset,
        run_id=run.id,
        who=who(run),
        at=datetime.now(UTC).isoformat(),
        note=note or ("" if objection else reason),
        forced=reason if objection else "",
        git_revision=run.git_revision,
        digests=_digests(store, run),
    )


def objection_to(store: Store, run: Run) -> str:
    """What speaks against this run as the baseline, in words; empty when nothing does.

    Raises Refused where no reason helps: it is the baseline already, or not complete.
    """
    current = baseline(store, run.evalset)
    if current is not None and current.run_id == run.id:
        raise Refused(f"run {run.id} is the baseline already")
    _settled(store, run)
    return _objection(store, run, first=current is None)


def _settled(store: Store, run: Run) -> None:
    where = progress(store, run.id)
    if not where.settled:
        raise Refused(
            f"run {run.id} is not complete: {where.pending} of {where.samples} samples are pending; "
            f"`evaltui resume {run.id}` goes on"
        )


def _objection(store: Store, run: Run, *, first: bool) -> str:
    """What speaks against this run as a baseline, in words; empty when nothing does."""
    if run.only:
        return f"run {run.id} asked only some of the cases (--only {run.only!r}); later runs could hide behind it"
    found = verdict(store, run)
    keep(store, found)
    if not first:
        return "" if found.status == "pass" else f"{found.headline}. Only a passing run becomes the baseline"
    speaking = (check for check in found.checks if check.name in {"complete", "leakage"} and check.status != "pass")
    return next((check.words for check in speaking), "")


def _digests(store: Store, run: Run) -> dict[str, str]:
    return {"evalset": run.evalset_digest, "agent": run.agent_digest, "scoring": scoring_of(store, run).scorers_digest}


def who(run: Run) -> str:
    """The person, as git or the system knows them."""
    return user(Path(run.folder or ".")) or getpass.getuser()
