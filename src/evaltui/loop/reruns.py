"""Flaky cases are asked again, several times, and what comes of it is held beside the finding."""

from pathlib import Path

from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.loop.propose import Proposal, Wish
from evaltui.store.database import Store
from evaltui.store.findings import add_reruns, findings, to_rerun

TIMES = 5
"""How often a flaky case is asked again: enough to tell one that fails now and then from one that always does."""


def waiting(store: Store, run: Run) -> tuple[str, ...]:
    """The cases that were found flaky since they were last asked again."""
    found = findings(store, run.id)
    return tuple(found[position].case_id for position in to_rerun(store, run.id))


def wish_again(store: Store, run: Run, *, times: int = TIMES, live: bool = False) -> Wish:
    """What to propose so that the cost is known first; raises Refused when no case waits."""
    cases = waiting(store, run)
    if not cases:
        raise Refused("no case waits to be asked again: mark one as flaky first")
    file = Path(run.agent_file) if run.agent_file else None
    return Wish(Path(run.folder), file, cases=frozenset(cases), trials=times, live=live, base_url=run.endpoint)


def start_again(store: Store, run: Run, proposal: Proposal) -> Run:
    """Start what was proposed and accepted; the cases in it no longer wait."""
    waiting_now = to_rerun(store, run.id)
    made = proposal.start(store)
    with store.transaction():
        add_reruns(store, made.id, waiting_now.values())
    return made
