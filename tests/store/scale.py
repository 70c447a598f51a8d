"""Brings a run of so many samples through the store, scores it twice and prints what came out; test_scale runs it.

`python -m tests.store.scale NEW.db 100000` is the same at full size: memory grows by no more than at a fifth of it.
"""

import resource
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from evaltui.domain.agent import Agent
from evaltui.domain.batch import Chunk
from evaltui.domain.case import Case, Message
from evaltui.domain.request import PlannedRequest, Succeeded
from evaltui.domain.trajectory import Usage
from evaltui.store import agents, evalsets, intents, outcomes, pairs, requests, runs, scores
from evaltui.store.database import Store, open_store

N = int(sys.argv[2])
AT = datetime.now(UTC)
ABOUT = {"name": "big", "folder": "f", "header": "{}", "scorers_digest": "s", "gate_digest": "g"}


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cases():
    for n in range(N):
        yield Case(id=f"case-{n * 7919 % N:06}", input=f"question {n}", expected="yes")


def reply(n: int) -> Succeeded:
    return Succeeded(f'{{"n": {n}, "text": "{str(n) * (2000 // len(str(n)))}"}}'.encode(), "end_turn", "m", Usage(1, 1))


def pages(rows, size: int = 500):
    while page := list(islice(rows, size)):
        yield page


def answer(store: Store, run_id: int) -> outcomes.Ingested:
    """Plan every sample as one chunk and keep a reply of 2 KB for each, last request first."""
    with store.transaction():
        intent = intents.open_intent(store, run_id, "n", AT)
        planned = (
            PlannedRequest(f"n-{todo.sample_id}", todo.sample_id, 1, 1, todo.case.digest, 1)
            for todo in requests.unplanned(store, run_id)
        )
        for page in pages(planned):
            intents.add_requests(store, intent, page)
        intents.seal_intent(store, intent, Chunk("n", N, Path("body"), 1, "d"))
    return outcomes.ingest(store, intent, ((f"n-{n}", reply(n)) for n in range(N, 0, -1)), AT)


def grade(store: Store, run_id: int, scorers: str, failing: int) -> int:
    """Grade every sample, each `failing`th as failed (0: none)."""
    scoring = scores.open_scoring(store, run_id, scorers, "[]", AT)
    for page in pages(scores.unscored(store, scoring)):
        rows = []
        for item in page:
            passed = not failing or item.sample_id % failing != 0
            score = scores.ScoreRow("route", "label", "d", float(passed), passed, "why")
            rows.append(scores.GradeRow(item.sample_id, item.request_id, passed, float(passed), "why", (score,)))
        with store.transaction():
            scores.add_grades(store, scoring, rows)
    return scoring


def create(store: Store) -> int:
    agent = Agent(name="a", model="m", max_tokens=1, messages=[Message(role="user", content="{{input}}")])
    agents.save_agent(store, agent, "a")
    evalset = evalsets.save_evalset(store, cases=cases(), **ABOUT)
    new = runs.NewRun(evalset.id, agent.digest, "a", "m", 1, "scripted", "http://loopback")
    return runs.create_run(store, new, None).id


def main(path: Path) -> None:
    with open_store(path) as store:
        run = create(store)
        before = peak()
        matched = answer(store, run).matched
        before_scoring, after_scoring = grade(store, run, "s1", 0), grade(store, run, "s2", 10)
        changes, broke = Counter(), 0
        for pair in pairs.pairs(store, before_scoring, after_scoring):
            changes[pair.change] += 1
            broke += pair.baseline.all_passed and not pair.candidate.all_passed
        metrics = sum(1 for _ in scores.metric_rows(store, before_scoring))
        whole = sum(outcome.body == reply(n).body for n, (_, outcome) in enumerate(outcomes.recording(store, run), 1))
        print(f"matched={matched} scored={runs.progress(store, run).scored} graded={metrics}")
        print(f"same={changes['same']} pairs={changes.total()} broke={broke} replies={whole} growth={peak() - before}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
