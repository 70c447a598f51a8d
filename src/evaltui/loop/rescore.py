"""Scoring a run's stored replies again: only the two steps that send nothing."""

from pathlib import Path
from threading import Event

from evaltui.batches.scripted import ScriptedEngine
from evaltui.domain.errors import BadInput
from evaltui.domain.run import Run
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.again import rescore as new_scoring
from evaltui.loop.decide import decide
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.score import score
from evaltui.loop.session import Notify, Pace
from evaltui.store.database import Store
from evaltui.store.locks import run_lock


def scorers_of(path: Path) -> EvalsetSource:
    """The evalset as its file is now; raises BadInput when it cannot score. Its agent and cases are not needed."""
    loaded = load(path, equip=False)
    errors = (problem for problem in loaded.problems if problem.severity == "error")
    files = {str(file) for file in (loaded.source.path, *loaded.source.rubric_files)}
    ours = tuple(problem for problem in errors if problem.file in files and problem.field != "agent")
    if ours:
        raise BadInput(ours)
    return loaded.source


def rescore(store: Store, run: Run, source: EvalsetSource, notify: Notify) -> None:
    """Every reply that is there, by the evalset's scorers as they are now; requests under way are left alone.

    Raises Busy when another process drives the run, Refused when the run is of another evalset.
    """
    with run_lock(store.path, run.id):
        new_scoring(store, run, source)
        session = open_session(store, run, ScriptedEngine(), notify, Pace(), stop=Event())
        score(session)
        decide(session)
