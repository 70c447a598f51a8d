"""One evalset that is run again and again, each time with other cases wrong: releases, baselines, candidates."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workbench import QUICK, bench, write_evalset

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.load import load, selection
from evaltui.loop.open import open_session
from evaltui.loop.start import Wanted, choose, start
from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.scripted import Scripted, last_text, text_answer
from evaltui.store.database import Store, open_store

AGENT = "name: clerk\nmodel: claude-haiku-4-5\nmax_tokens: 9\n"


class Desk:
    """Cases `c000`, `c001`, … want `yes`; those in `wrong` get `no`, those in `broken` an error of the server."""

    def __init__(self, folder: Path, cases: int) -> None:
        self.folder, self.cases = folder / "evalsets" / "desk", cases
        self.wrong: set[str] = set()
        self.broken: set[str] = set()

    def reply(self, params: dict[str, Any]) -> Answer | Refused:
        name = last_text(params)
        if name in self.broken:
            return Refused("api_error", "out of order")
        return text_answer(params, "no" if name in self.wrong else "yes")

    def write(self, *, critical: Iterable[str] = (), gate: str = "", expected: Any = "yes", count: int = 0) -> None:
        marked = set(critical)
        names = [f"c{number:03}" for number in range(count or self.cases)]
        cases = [{"id": name, "input": name, "expected": expected, "critical": name in marked} for name in names]
        write_evalset(self.folder, cases, "  - exact", AGENT, gate)


@dataclass
class RunDesk:
    """`run(wrong=(1, 2))` makes a run in which c001 and c002 fail; without `finish` it is only begun."""

    desk: Desk
    store: Store
    engine: ClaudeEngine

    def __call__(
        self, wrong: Iterable[int] = (), broken: Iterable[int] = (), only: str = "", *, finish: bool = True
    ) -> Run:
        self.desk.wrong = {f"c{number:03}" for number in wrong}
        self.desk.broken = {f"c{number:03}" for number in broken}
        loaded = load(self.desk.folder)
        positions = choose(loaded, selection(only)).positions if only else None
        loaded.refuse_problems()
        begun = start(self.store, loaded, positions, Wanted(1, only, self.engine.name, self.engine.endpoint))
        if finish:
            drive(open_session(self.store, begun, self.engine, lambda _: None, QUICK))
        return begun

    def go_on(self, run: Run) -> None:
        """Drive a run to its end, in any thread."""
        with open_store(self.store.path) as store:
            drive(open_session(store, run, self.engine, lambda _: None, QUICK))


@contextmanager
def desk(folder: Path, cases: int = 20) -> Iterator[tuple[Desk, Store, RunDesk]]:
    """The desk, its store, and how to run it."""
    made = Desk(folder, cases)
    made.write()
    with bench(folder, Scripted(made.reply)) as (store, engine, _):
        yield made, store, RunDesk(made, store, engine)
