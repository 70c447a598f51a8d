"""Two runs of one evalset of any size, brought through the store without files or batches."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.material import LABELS, WORDS_BYTES, gold, words

from evaltui.domain.agent import Agent
from evaltui.domain.batch import Chunk
from evaltui.domain.case import Case, Message
from evaltui.domain.request import PlannedRequest, Succeeded
from evaltui.domain.trajectory import Usage
from evaltui.store import agents, evalsets, intents, outcomes, requests, runs, scores
from evaltui.store.database import Store, open_store

MODEL = "claude-haiku-4-5"
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ABOUT = {"name": "big", "folder": "evalsets/big", "header": "{}", "scorers_digest": "s", "gate_digest": "g"}
PINNED = '{"scorers": [], "versions": {}, "gate": {}}'
T = TypeVar("T")


def build(path: Path, cases: int, trials: int = 1) -> tuple[int, int]:
    """The ids of two finished runs; about one case in ten fails in each, not the same ones."""
    with open_store(path) as store:
        asked = [Message(role="user", content="{{input}}")]
        agent = Agent(name="a", model=MODEL, max_tokens=9, messages=asked)
        agents.save_agent(store, agent, "a")
        kept = evalsets.save_evalset(store, cases=made(cases), **ABOUT)
        new = runs.NewRun(kept.id, agent.digest, "a", agent.model, trials, "scripted", "http://loopback")
        return _finished(store, new, 1), _finished(store, new, 2)


def made(count: int) -> Iterator[Case]:
    """Every hundredth is critical, every tenth belongs to a group; tags are its label and one of fifty areas."""
    text = words(WORDS_BYTES // 4)
    for n in range(count):
        asked = text[(start := n * 1_931 % (len(text) - 300)) : start + 300]
        yield Case(
            id=f"case-{n * 7919 % count:06}", input=asked, expected=gold(n), critical=n % 100 == 0,
            tags=[gold(n), f"area-{n % 50}"], group=f"group-{n % 500}" if n % 10 == 0 else None,
        )  # fmt: skip


def _finished(store: Store, new: runs.NewRun, seed: int) -> int:
    run = runs.create_run(store, new, None)
    chance = random.Random(seed)
    with store.transaction():
        intent = intents.open_intent(store, run.id, f"n{run.id}", AT)
        wanted = (todo.sample_id for todo in requests.unplanned(store, run.id))
        todo = (PlannedRequest(f"n{run.id}-{sample}", sample, 1, 1, "d" * 32, 500) for sample in wanted)
        names = []
        for page in _pages(todo):
            intents.add_requests(store, intent, page)
            names += [one.custom_id for one in page]
        intents.seal_intent(store, intent, Chunk(f"n{run.id}", len(names), Path("body"), 1, "d"))
    outcomes.ingest(store, intent, _replies(names, chance), AT)
    scoring = scores.open_scoring(store, run.id, "s", PINNED, AT)
    for answered in _pages(scores.unscored(store, scoring)):
        with store.transaction():
            scores.add_grades(store, scoring, [_grade(one, chance) for one in answered])
    return run.id


def _replies(names: Iterable[str], chance: random.Random) -> Iterator[tuple[str, Succeeded]]:
    for name in names:
        used = Usage(chance.randint(100, 900), chance.randint(5, 400))
        yield name, Succeeded(b'{"content": [{"type": "text", "text": "refund"}]}', "end_turn", MODEL, used)


def _grade(one: scores.Answered, chance: random.Random) -> scores.GradeRow:
    passed = chance.random() > 0.1
    label, other = chance.choice(LABELS), chance.choice(LABELS)
    why = f'label is "{label}"' if passed else f'label is "{label}", expected "{other}": {"the reply says so " * 5}'
    said = (float(passed), passed, why, '{"found": "x"}')
    each = [scores.ScoreRow(name, "label", "d", *said) for name in ("route", "tone")]
    return scores.GradeRow(one.sample_id, one.request_id, passed, float(passed), why, tuple(each))


def _pages(rows: Iterable[T], size: int = 1_000) -> Iterator[Sequence[T]]:
    rows = iter(rows)
    while page := list(islice(rows, size)):
        yield page
