"""One small evalset, one database, one sandbox: what the tests of durability act on, and the laws they check."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from tests.workbench import write_evalset

from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Engine
from evaltui.batches.split import Limits
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.session import Notice, Pace, Phase, Session
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.scripted import echo
from evaltui.sandbox.server import Sandbox, running
from evaltui.store.database import Store, open_store
from evaltui.store.requests import ask_retry
from evaltui.store.runs import latest_run

CASES = 6
CHUNK = 3  # six samples make chunks of 3, 2 and 1: batches in flight differ in size
HASTE = Pace(poll=0.005, settle=0.2, missing=0.25)
AGENT = "name: parrot\nmodel: claude-haiku-5-5\nmax_tokens: 50\nmessages:\n- {role: user, content: '{{input}}'}\n"
WRONG = "case-5"  # the one case whose reply is not what was expected


def write_cases(folder: Path, count: int = CASES) -> Path:
    """An evalset of words to repeat; the last case expects another word."""
    cases = [{"id": f"case-{n}", "input": f"word {n}", "expected": f"word {n}"} for n in range(count)]
    cases[-1]["expected"] = "another word"
    return write_evalset(folder, cases, "- exact", AGENT)


def started(store: Store, engine: Engine, evalset: Path, *, primed: bool = False) -> Run:
    """A new run of the evalset."""
    loaded = load(evalset)
    run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint, primed))
    loaded.refuse_problems()
    return run


def session_on(
    store: Store,
    run: Run,
    engine: Engine,
    notify: Callable[[Phase | Notice], None],
    *,
    chunk: int = CHUNK,
    pace: Pace = HASTE,
) -> Session:
    """A session that cuts the run into chunks of at most `chunk` requests and waits for nothing longer than it must."""
    session = open_session(store, run, engine, notify, pace)
    session.limits = Limits(requests=chunk)
    return session


@dataclass
class Scene:
    """Acts on one database, each in a session of its own, as processes that follow one another would."""

    sandbox: Sandbox
    evalset: Path
    database: Path
    key: str = "key-of-tests"
    chunk: int = CHUNK
    pace: Pace = HASTE
    primed: bool = False
    events: list[Phase | Notice] = field(default_factory=list)
    waiting: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    strangers: int = 0

    @contextmanager
    def open(self) -> Iterator[tuple[Store, ClaudeEngine]]:
        engine = ClaudeEngine(self.key, self.sandbox.url, timeout=10)
        with open_store(self.database) as store, closing(engine):
            yield store, engine

    def start(self) -> Run:
        with self.open() as (store, engine):
            return started(store, engine, self.evalset, primed=self.primed)

    def drive(self, run: Run | None = None, *, detach: bool = False) -> None:
        """Resume a run (the latest) to its end, or until all of it is with the provider."""
        with self.open() as (store, engine):
            found = run or latest_run(store)
            assert found is not None
            drive(session_on(store, found, engine, self._heard, chunk=self.chunk, pace=self.pace), detach=detach)

    def retry(self, run: Run | int = 1) -> int:
        """Want failed samples tried again; how many."""
        with self.open() as (store, _):
            return ask_retry(store, run if isinstance(run, int) else run.id)

    def when(self, sign: str, act: Callable[[], object]) -> None:
        """Act once, at the first event from now on whose words hold the sign."""
        self.waiting.append((sign, act))

    def hurry(self, seconds: float) -> None:
        """Let this much time pass whenever a batch is still in progress."""
        self.when("in progress", lambda: (self.sandbox.advance(seconds), self.hurry(seconds)))

    def _heard(self, event: Phase | Notice) -> None:
        self.events.append(event)
        words = event.words if isinstance(event, Notice) else event.name
        due = [wish for wish in self.waiting if wish[0] in words][:1]
        for wish in due:
            self.waiting.remove(wish)
            wish[1]()

    def run(self) -> Run:
        run = self.start()
        self.drive(run)
        return run

    @property
    def said(self) -> str:
        return "\n".join(event.words for event in self.events if isinstance(event, Notice))

    @property
    def url(self) -> str:
        return self.sandbox.url

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql, values).fetchall()

    def grades(self, run_id: int = 1) -> dict[str, int | None]:
        """The standing grade of each case: 1 passed, 0 failed, None unresolved; a case without any is absent."""
        return dict(self.rows(GRADES, run_id))

    def reasons(self, run_id: int = 1) -> dict[str, str]:
        return dict(self.rows(GRADES.replace("passed", "reason"), run_id))

    def verdict(self, run_id: int = 1) -> dict[str, Any]:
        """The newest stored verdict."""
        (body,) = self.rows("SELECT body FROM verdicts WHERE run_id = ? ORDER BY id DESC LIMIT 1", run_id)[0]
        found: dict[str, Any] = json.loads(body)
        return found

    def spool(self, run_id: int = 1) -> list[Path]:
        """The files that wait to be sent or read for a run."""
        return list((self.database.parent / "spool" / f"{self.database.name}-{run_id}").glob("*"))

    def ask(self, method: str, path: str = "", **more: Any) -> Any:
        """Plain HTTP under our key, as any other program of the workspace would use it."""
        headers = {"x-api-key": self.key, "anthropic-version": "2026-10-21"}
        url = f"{self.url}/v1/messages/batches{path}"
        return httpx2.request(method, url, headers=headers, timeout=30, **more).raise_for_status().json()

    def batches(self) -> list[dict[str, Any]]:
        """What the provider lists under our key, newest first."""
        found: list[dict[str, Any]] = self.ask("GET", "?limit=1000")["data"]
        return found

    def stranger(self, size: int = CHUNK) -> None:
        """Somebody else in the workspace creates a batch."""
        self.strangers += 1
        params = {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "theirs"}]}
        names = [f"theirs-{self.strangers}-{n}" for n in range(size)]
        self.ask("POST", json={"requests": [{"custom_id": name, "params": params} for name in names]})

    def play(self, faults: str) -> None:
        """From now on the sandbox plays these faults and no others."""
        rules = self.sandbox.core.faults.rules
        rules.clear()
        rules.update(Faults.parse(faults).rules)

    def accepted(self) -> int:
        """Requests that the provider took, and would bill, under our key."""
        return sum(self.sizes())

    def accepted_twice(self) -> int:
        found: int = self.sandbox.counters()["duplicate_custom_ids"]["surplus"]
        return found

    def sizes(self) -> list[int]:
        """The sizes of the run's batches, oldest first."""
        return [sum(batch["request_counts"].values()) for batch in reversed(self.batches())]

    def check_whole(self, run_id: int = 1, cases: int = CASES) -> None:
        """Every sample has exactly one reply, every score is right, and nothing is left in the spool folder."""
        replies = Counter(row[0] for row in self.rows(REPLIES, run_id))
        assert replies == Counter(f"case-{n}" for n in range(cases))
        assert self.grades(run_id) == {f"case-{n}": int(n != cases - 1) for n in range(cases)}
        assert self.spool(run_id) == []

    def check_paid_once(self, cases: int = CASES) -> None:
        """The provider took each request once."""
        assert self.accepted_twice() == 0
        assert self.accepted() == cases


GRADES = """
    SELECT cases.case_id, (SELECT passed FROM grades JOIN scorings ON scorings.id = grades.scoring_id
        WHERE grades.sample_id = samples.id ORDER BY scoring_id DESC, request_id DESC LIMIT 1)
    FROM samples JOIN cases ON cases.id = samples.case_row WHERE samples.run_id = ?
"""
REPLIES = """
    SELECT cases.case_id FROM samples JOIN cases ON cases.id = samples.case_row
    JOIN requests ON requests.sample_id = samples.id JOIN outcomes ON outcomes.request_id = requests.id
    WHERE samples.run_id = ? AND outcomes.result = 'succeeded'
"""


@contextmanager
def scene(folder: Path, faults: str = "", *, cases: int = CASES, **clock: float) -> Iterator[Scene]:
    """A sandbox that plays `faults`; its batches end at once unless `batch_seconds` says otherwise."""
    clock.setdefault("batch_seconds", 0.0)
    with running(echo(), clock=Clock(**clock), faults=Faults.parse(faults)) as sandbox:
        yield Scene(sandbox, write_cases(folder / "words", cases), folder / "state" / "evaltui.db")
