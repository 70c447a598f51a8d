"""Driving a run from the command line: the engine, the progress line, Ctrl-C, and the verdict at the end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from evaltui.batches.engine import Engine
from evaltui.cli.exits import OF_STATUS, Exit
from evaltui.cli.progress import Progress
from evaltui.cli.render import as_json, note, note_at_once
from evaltui.cli.verdicts import say_verdict
from evaltui.domain import run as runs
from evaltui.domain.run import Run
from evaltui.domain.verdict import Verdict
from evaltui.loop.advance import drive
from evaltui.loop.decide import verdict
from evaltui.loop.engines import pace_of
from evaltui.loop.open import open_session
from evaltui.loop.session import Pace
from evaltui.store.database import Store
from evaltui.store.intents import unsubmitted
from evaltui.store.questions import awaited
from evaltui.store.runs import progress

LEAVING = "Stopping; what was sent goes on at the provider. Ctrl-C again leaves at once and loses nothing."
LEAVING_LIVE = (
    "Stopping; nothing more is sent, and the replies under way are waited for. Ctrl-C again leaves at once; what was "
    "missed then may have been paid for, and only `evaltui retry` asks for it again."
)


def finish(
    store: Store, run: Run, engine: Engine, pace: Pace, *, detach: bool, same_workspace: bool = False, json_: bool
) -> int:
    """Drive a run to its verdict, or until all is submitted, or until Ctrl-C; the exit code."""
    with working(engine) as (shown, stop):
        session = open_session(store, run, engine, shown, pace_of(run, pace), stop=stop)
        session.same_workspace = same_workspace
        drive(session, detach=detach)
    if session.verdict is not None:
        return _say(session.verdict, json_=json_)
    return _leave(store, run, stop, detach=detach, json_=json_)


@contextmanager
def working(engine: Engine) -> Iterator[tuple[Progress, Event]]:
    """A progress line and Ctrl-C while the engine works; it is closed in the end."""
    shown = Progress()
    try:
        with _stoppable(LEAVING_LIVE if engine.name == "live" else LEAVING) as stop:
            yield shown, stop
    finally:
        shown.close()
        engine.close()


def _leave(store: Store, run: Run, stop: Event, *, detach: bool, json_: bool) -> int:
    where = progress(store, run.id)
    if not where.settled and (detach or stop.is_set()):
        note(_whereabouts(store, run, where))
        note(f"`evaltui resume {run.id}` takes it up again, on any day; `evaltui cancel {run.id}` ends it.")
        if json_:
            as_json({"run": run.id, "progress": where, "detached": detach})
        return Exit.PASS if detach and not stop.is_set() else Exit.INCOMPLETE
    return say_decided(store, run, json_=json_)


def _whereabouts(store: Store, run: Run, where: runs.Progress) -> str:
    """Which requests the provider has, which it may have, and which never left."""
    open_intents = unsubmitted(store, run.id)
    held = sum(intent.size for intent in open_intents if intent.sent_at is None)
    unclear = sum(intent.size for intent in open_intents) - held
    judging = awaited(store, run.id)
    with_provider = max(0, where.waiting - held - unclear)
    said = f"Run {run.id}: {with_provider:,} of {where.samples:,} samples are with the provider, "
    said += f"{where.unplanned + held:,} not sent" + (f", {judging:,} judgements awaited" if judging else "")
    return said + (f", {unclear:,} sent without an answer yet: resume finds out." if unclear else ".")


def say_decided(store: Store, run: Run, *, json_: bool) -> int:
    """Print the verdict of a run as it is now; its exit code."""
    return _say(verdict(store, run), json_=json_)


def _say(found: Verdict, *, json_: bool) -> int:
    if json_:
        as_json(found)
    else:
        say_verdict(found)
    return OF_STATUS[found.status]


@contextmanager
def _stoppable(words: str) -> Iterator[Event]:
    """The first Ctrl-C (or SIGTERM) ends waiting and leaves the batches running; a second one ends the program."""
    stop = Event()

    def asked(number: int, _frame: FrameType | None) -> None:
        # The way out first: `set` could wait for a lock that the interrupted code holds.
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)
        stop.set()
        note_at_once(words)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
