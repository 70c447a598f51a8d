"""The program on one line: each step asks the store what is missing and does exactly that."""

from collections.abc import Callable
from functools import partial

from evaltui.loop.act import act
from evaltui.loop.collect import collect
from evaltui.loop.decide import decide
from evaltui.loop.plan import plan
from evaltui.loop.score import score
from evaltui.loop.session import Session, each
from evaltui.loop.spool import sweep
from evaltui.loop.submit import submit
from evaltui.store.locks import run_lock

Step = Callable[[Session], bool]

STEPS: tuple[Step, ...] = (plan, submit, collect, act, score, decide)
SENDING: tuple[Step, ...] = (plan, submit)


def advance(session: Session, steps: tuple[Step, ...] = STEPS) -> None:
    """Take every step until nothing moves: the run is decided, or waits for the provider."""
    while not session.stop.is_set() and _moves(session, steps):
        pass


def _moves(session: Session, steps: tuple[Step, ...]) -> bool:
    return each(partial(step, session) for step in steps)  # results are kept even where nothing more can be sent


def drive(session: Session, *, detach: bool = False, steps: tuple[Step, ...] = STEPS) -> None:
    """Advance a run to its end, waiting as long as it takes; with `detach` only until all is submitted.

    Raises Busy when another process drives the run, Stopped when the provider wants a person to act.
    """
    with run_lock(session.store.path, session.run.id):
        sweep(session)
        try:
            _send(session) if detach else _finish(session, steps)
        finally:
            _close(session)
        sweep(session)


def _close(session: Session) -> None:
    if session.tools is not None:
        session.tools.close()


def _finish(session: Session, steps: tuple[Step, ...]) -> None:
    advance(session, steps)
    while not session.stop.is_set() and (seconds := session.agenda.next_in()) is not None:
        session.stop.wait(seconds)
        advance(session, steps)


def _send(session: Session) -> None:
    while not session.stop.is_set():
        if not _moves(session, SENDING):
            if (seconds := session.agenda.next_in()) is None:
                return
            session.stop.wait(seconds)
