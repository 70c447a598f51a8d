"""A run under way as a screen shows it, from the database alone: runs that other processes drive are seen too.

A batch tells how many of its requests are done only when it ends, so that there are stages and no percentage.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from evaltui.domain.batch import Intent
from evaltui.domain.run import Progress, Run
from evaltui.loop.costs import spent
from evaltui.loop.durations import Usually, usually
from evaltui.loop.estimate import caches, known
from evaltui.loop.history import usual
from evaltui.loop.state import State, state
from evaltui.store.agents import agent
from evaltui.store.batches import TrackedBatch, batches
from evaltui.store.database import Store
from evaltui.store.history import Likeness
from evaltui.store.intents import intent_of_run, unsubmitted
from evaltui.store.limits import Load, budget, under_way
from evaltui.store.locks import driver
from evaltui.store.promotions import baseline
from evaltui.store.questions import awaited
from evaltui.store.runs import RunRow, run_row
from evaltui.store.verdicts import latest_verdict


@dataclass(frozen=True, slots=True)
class Stage:
    """So many of so many; `total` is 0 where nobody knows how many there will be."""

    name: str
    done: int
    total: int
    unit: str

    @property
    def over(self) -> bool:
        """Whether everything that is known to come has come."""
        return 0 < self.total <= self.done


@dataclass(frozen=True, slots=True)
class Money:
    """US dollars: paid so far, and what the run will have cost at least and at most; None where a price is unknown.

    `words` say what the range stands on; `limit` is the most a person allowed.
    """

    paid: float | None
    low: float | None
    high: float | None
    words: str
    limit: float | None


@dataclass(frozen=True, slots=True)
class Watched:
    """`soonest`, `latest`: when the last batch under way usually would be back; `driver`: the process that drives it.

    `unclear`: requests that were sent without an answer yet; `judging`: judgements that are awaited.
    `headline`: the verdict in a sentence, as it was decided last; empty before.
    """

    row: RunRow
    state: State
    stages: tuple[Stage, ...]
    batches: tuple[TrackedBatch, ...]
    money: Money
    soonest: datetime | None
    latest: datetime | None
    expires: datetime | None
    driver: int | None
    unclear: int
    judging: int
    headline: str

    @property
    def run(self) -> Run:
        return self.row.run

    @property
    def progress(self) -> Progress:
        return self.row.progress

    @property
    def under_way(self) -> bool:
        """Whether more may come by itself, once somebody drives it."""
        return not self.progress.settled


def monitor(store: Store, run: Run) -> Watched:
    """All that is known of a run now."""
    row = run_row(store, run.id)
    assert row is not None, "runs are never deleted"  # noqa: S101 - a law of the schema
    promoted, tracked = baseline(store, run.evalset), tuple(batches(store, run.id))
    waiting = [batch for batch in tracked if not batch.collected]
    soonest, latest = _back(waiting, usually(store, run.endpoint, run.model) if waiting else None, run)
    return Watched(
        row,
        state(row, baseline=promoted is not None and promoted.run_id == run.id),
        tuple(_stages(row, intent_of_run(store, run.id), tracked)),
        tracked,
        money(store, row),
        soonest,
        latest,
        min((batch.remote.expires_at for batch in waiting if batch.remote.expires_at), default=None),
        driver(store.path, run.id),
        sum(intent.size for intent in unsubmitted(store, run.id) if intent.sent_at is not None),
        awaited(store, run.id),
        _headline(store, run),
    )


def _headline(store: Store, run: Run) -> str:
    found = latest_verdict(store, run.id)
    return str(json.loads(found.body).get("headline", "")) if found else ""


def _stages(row: RunRow, intents: list[Intent], tracked: tuple[TrackedBatch, ...]) -> list[Stage]:
    at, built = row.progress, sum(intent.size for intent in intents)
    sent = sum(batch.intent.size for batch in tracked)
    here = [batch for batch in tracked if batch.collected]
    ended = sum(batch.remote.status == "ended" for batch in tracked)
    done = sum(_answered(batch) for batch in tracked)
    return [
        Stage("built", built, 0 if at.unplanned else built, "requests"),
        Stage("sent", sent, built, "requests"),
        Stage("batches", ended, len(tracked), "ended"),
        Stage("answered", done, sent, "requests")
        if row.run.engine == "live"
        else Stage("downloaded", sum(batch.intent.size for batch in here), sent, "results"),
        Stage("scored", at.scored, at.samples, "samples"),
    ]


def _answered(batch: TrackedBatch) -> int:
    """Requests that this process sends itself are counted as they come back."""
    return batch.intent.size if batch.collected else batch.remote.counts.total - batch.remote.counts.processing


def _back(waiting: list[TrackedBatch], found: Usually | None, run: Run) -> tuple[datetime | None, datetime | None]:
    """When the last of the batches under way would usually be back."""
    begun = max((batch.remote.created_at for batch in waiting if batch.remote.created_at), default=None)
    if found is None or begun is None or run.engine == "live":
        return None, None
    return begun + timedelta(seconds=found.quick), begun + timedelta(seconds=found.slow)


def money(store: Store, row: RunRow) -> Money:
    """What a run has cost, and what it will have."""
    run, paid = row.run, spent(store, row.run)
    limit = budget(store, run.id)
    if row.progress.settled or paid is None:
        return Money(paid, paid, paid, "", limit)
    like = Likeness(run.evalset, run.agent, run.model, run.engine, run.endpoint, run.only)
    if (expected := usual(store, like, row.progress.samples)) is not None:
        return Money(paid, max(paid, expected.low), max(paid, expected.high), "as earlier runs went", limit)
    low, high = _rest(store, row)
    if low is None or high is None:
        return Money(paid, None, None, "", limit)
    return Money(paid, paid + low, paid + high, "from what is sent", limit)


def _rest(store: Store, row: RunRow) -> tuple[float | None, float | None]:
    """At least and at most, for requests that are promised; None while others are still to be written."""
    tested = agent(store, row.run.agent_digest)
    if tested is None or row.progress.unplanned:
        return None, None
    asked, judged = under_way(store, row.run.id)
    both = Load(asked.requests + judged.requests, asked.size + judged.size, max(asked.longest, judged.longest))
    live, cached = row.run.engine == "live", caches(tested)
    cost = known(
        tested.model, tested.max_tokens, both.requests, both.size, caches=cached, live=live, longest=both.longest
    )
    return cost.low, cost.high
