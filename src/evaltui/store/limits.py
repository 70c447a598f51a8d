"""Owns what holds a run back: a cancellation, a round closed before all was back, the money a person allowed."""

from dataclasses import dataclass

from evaltui.store.database import Store, synced
from evaltui.store.text import now


def record_cancellation(store: Store, run_id: int) -> None:
    """From now on the run sends nothing more, until that is lifted. Its own transaction."""
    with synced(store):
        store.connection.execute(INSERT_CANCELLATION, (run_id, True, now()))


def lift_cancellation(store: Store, run_id: int) -> None:
    """The run may send again; call inside a transaction."""
    if is_canceled(store, run_id):
        store.connection.execute(INSERT_CANCELLATION, (run_id, False, now()))


INSERT_CANCELLATION = "INSERT INTO cancellations (run_id, canceled, said_at) VALUES (?, ?, ?)"


def is_canceled(store: Store, run_id: int) -> bool:
    """Whether the run may send nothing more."""
    row = store.connection.execute(CANCELED, (run_id,)).fetchone()
    return bool(row and row[0])


CANCELED = "SELECT canceled FROM cancellations WHERE run_id = ? ORDER BY id DESC LIMIT 1"


def record_closing(store: Store, intent_id: int) -> None:
    """We cancel this batch to go on without it: what it leaves unanswered joins the next round. Its own transaction."""
    with synced(store):
        store.connection.execute(INSERT_CLOSING, (intent_id, now()))


INSERT_CLOSING = "INSERT INTO closings (intent_id, closed_at) VALUES (?, ?) ON CONFLICT DO NOTHING"


def closings(store: Store, run_id: int) -> int:
    """How many batches of the run we closed so."""
    return int(store.connection.execute(CLOSINGS, (run_id,)).fetchone()[0])


CLOSINGS = "SELECT count(*) FROM closings JOIN intents ON intents.id = closings.intent_id WHERE run_id = ?"


def ask_late_again(store: Store, run_id: int) -> int:
    """Want one more attempt of what closed rounds left unanswered; returns how many. Its own transaction."""
    with store.transaction():
        return store.connection.execute(LATE, {"run": run_id, "at": now()}).rowcount


LATE = """
    INSERT INTO retries (run_id, sample_id, attempt, asked_at)
    SELECT :run, standing_requests.sample_id, standing_requests.attempt + 1, :at
    FROM standing_requests
    JOIN requests ON requests.id = standing_requests.request_id
    JOIN closings ON closings.intent_id = requests.intent_id
    WHERE run_id = :run AND result = 'canceled'
    ORDER BY standing_requests.sample_id
    ON CONFLICT (sample_id, attempt) DO NOTHING
"""


def set_budget(store: Store, run_id: int, usd: float) -> None:
    """The most this run may cost, in US dollars; the newest counts."""
    store.connection.execute("INSERT INTO budgets (run_id, usd, set_at) VALUES (?, ?, ?)", (run_id, usd, now()))


def budget(store: Store, run_id: int) -> float | None:
    """The most this run may cost, None where nobody set a limit."""
    row = store.connection.execute(BUDGET, (run_id,)).fetchone()
    return None if row is None else float(row[0])


BUDGET = "SELECT usd FROM budgets WHERE run_id = ? ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Load:
    """Some requests and their bytes together."""

    requests: int = 0
    size: int = 0

    def more(self, size: int) -> "Load":
        """With one request more."""
        return Load(self.requests + 1, self.size + size)


def under_way(store: Store, run_id: int) -> tuple[Load, Load]:
    """The answers and the judgements of a run that are promised or sent and have no outcome."""
    found = {purpose: Load(count, size) for purpose, count, size in store.connection.execute(UNDER_WAY, (run_id,))}
    return found.get("answer", Load()), found.get("judge", Load())


UNDER_WAY = """
    SELECT purpose, count(*), sum(requests.size) FROM intents JOIN requests ON requests.intent_id = intents.id
    WHERE run_id = ? AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.request_id = requests.id)
    GROUP BY purpose
"""


def in_flight(store: Store, run_id: int) -> tuple[int, int]:
    """How many requests of a run are promised without an outcome, and how many it has at all."""
    waiting, every = store.connection.execute(IN_FLIGHT, (run_id,)).fetchone()
    return waiting, every


IN_FLIGHT = """
    SELECT count(*) FILTER (WHERE outcomes.request_id IS NULL), count(*)
    FROM intents JOIN requests ON requests.intent_id = intents.id
    LEFT JOIN outcomes ON outcomes.request_id = requests.id
    WHERE intents.run_id = ?
"""
