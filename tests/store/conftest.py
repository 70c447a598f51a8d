"""A real database file and short ways to bring a run to any state in it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaltui.domain.agent import Agent
from evaltui.domain.batch import Chunk, Counts, RemoteBatch
from evaltui.domain.case import Case, Message
from evaltui.domain.request import Outcome, PlannedRequest, Succeeded
from evaltui.domain.run import Run
from evaltui.domain.trajectory import Usage
from evaltui.store import agents, evalsets, intents, outcomes, requests, runs, scores
from evaltui.store.database import Store, open_store

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass
class World:
    """One store and the acts of a run on it."""

    store: Store
    at: datetime = AT
    nonces: int = 0

    def cases(self, count: int, **fields: object) -> list[Case]:
        return [Case(id=f"case-{n}", input=f"question {n}", **{"expected": "yes", **fields}) for n in range(count)]

    def evalset(self, cases: Iterable[Case], name: str = "desk", **over: str) -> evalsets.EvalsetRecord:
        about = {"folder": "evalsets/desk", "header": "{}", "scorers_digest": "s1", "gate_digest": "g1", **over}
        return evalsets.save_evalset(self.store, name=name, cases=cases, **about)

    def agent(self, model: str = "claude-haiku-5-5") -> Agent:
        agent = Agent(name="helper", model=model, max_tokens=64, messages=[Message(role="user", content="{{input}}")])
        agents.save_agent(self.store, agent, "agent.yaml")
        return agent

    def new_run(self, evalset_id: int, trials: int = 1, turns: int = 1) -> runs.NewRun:
        agent = self.agent()
        about = (agent.digest, agent.name, agent.model, trials, "scripted", "http://loopback")
        return runs.NewRun(evalset_id, *about, turns=turns)

    def run(self, cases: Sequence[Case], trials: int = 1, name: str = "desk", turns: int = 1) -> Run:
        return runs.create_run(self.store, self.new_run(self.evalset(cases, name).id, trials, turns), None)

    def plan(self, run: Run) -> int:
        """Promise a request for every sample that needs one; custom ids are NONCE-SAMPLE."""
        self.nonces += 1
        nonce = f"n{run.id}x{self.nonces}"
        with self.store.transaction():
            intent = intents.open_intent(self.store, run.id, nonce, self.at)
            planned = [
                PlannedRequest(f"{nonce}-{todo.sample_id}", todo.sample_id, todo.turn, todo.attempt, "d" * 64, 100)
                for todo in requests.unplanned(self.store, run.id)
            ]
            intents.add_requests(self.store, intent, planned)
            intents.seal_intent(self.store, intent, Chunk(nonce, len(planned), Path(f"{nonce}.json"), 900, "b" * 64))
        return intent

    def send(self, intent: int, remote_id: str | None = None) -> RemoteBatch:
        remote = RemoteBatch(remote_id or f"batch-{intent}", "in_progress", Counts(processing=1), created_at=self.at)
        intents.mark_sent(self.store, intent, self.at)
        intents.record_created(self.store, intent, remote, adopted=False)
        return remote

    def custom_ids(self, intent: int) -> list[str]:
        select = "SELECT custom_id FROM requests WHERE intent_id = ? ORDER BY id"
        return [row[0] for row in self.store.connection.execute(select, (intent,))]

    def collect(self, intent: int, *results: Outcome, final: bool = True) -> outcomes.Ingested:
        """The results in the order of the requests, the last one repeated."""
        names = self.custom_ids(intent)
        told = [results[min(n, len(results) - 1)] for n in range(len(names))]
        return outcomes.ingest(self.store, intent, zip(names, told, strict=True), self.at, final=final)

    def grade(self, run: Run, verdicts: Sequence[bool | None], digest: str = "s1", value: float | None = None) -> int:
        """Grade what is ungraded, in the order of samples, the last verdict repeated."""
        scoring = scores.open_scoring(self.store, run.id, digest, "[]", self.at)
        rows = [
            self.graded(answered, verdicts[min(n, len(verdicts) - 1)], value)
            for n, answered in enumerate(scores.unscored(self.store, scoring))
        ]
        with self.store.transaction():
            scores.add_grades(self.store, scoring, rows)
        return scoring

    def graded(self, answered: scores.Answered, passed: bool | None, value: float | None) -> scores.GradeRow:
        reason = f"sample {answered.sample_id} {passed}"
        number = value if value is not None or passed is None else float(passed)
        score = scores.ScoreRow("route", "label", "d1", number, passed, reason, '{"found": "x"}')
        return scores.GradeRow(answered.sample_id, answered.request_id, passed, number, reason, (score,))

    def done(self, cases: Sequence[Case], verdicts: Sequence[bool | None], trials: int = 1) -> tuple[Run, int]:
        """A run that went all the way, and its scoring."""
        run = self.run(cases, trials)
        intent = self.plan(run)
        self.send(intent)
        self.collect(intent, said("yes"))
        return run, self.grade(run, verdicts)


def said(text: str, model: str = "claude-haiku-5-5", **usage: int) -> Succeeded:
    body = json.dumps({"content": [{"type": "text", "text": text}]}).encode()
    return Succeeded(body, "end_turn", model, Usage(**{"input_tokens": 9, "output_tokens": 2, **usage}))


@pytest.fixture(name="said")
def _said() -> object:
    """Builds a reply that holds one text."""
    return said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "evaltui.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
