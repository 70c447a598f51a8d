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


def closed_before(store: Store, intent_id: int) -> int:
    """How many rounds of its run we had closed so when this batch was promised; batches side by side are of one."""
    return int(store.connection.execute(CLOSED_BEFORE, (intent_id,)).fetchone()[0])


CLOSED_BEFORE = """
    SELECT count(*) FROM intents AS promised
    JOIN intents ON intents.run_id = promised.run_id
    JOIN closings ON closings.intent_id = intents.id AND closed_at <= promised.created_at
    WHERE promised.id = ? AND NOT EXISTS (SELECT 1 FROM closings AS beside
        JOIN intents AS older ON older.id = beside.intent_id
        WHERE older.run_id = intents.run_id AND older.id < intents.id AND beside.closed_at > intents.created_at)
"""


def ask_late_again(store: Store, run_id: int) -> None:
    """Want one more attempt of what closed rounds left unanswered. Its own transaction, where there is anything."""
    values = {"run": run_id, "at": now()}
    if store.connection.execute(f"SELECT EXISTS ({LATE})", values).fetchone()[0]:
        with store.transaction():
            store.connection.execute(INSERT_LATE, values)


LATE = """
    SELECT :run, standing_requests.sample_id, standing_requests.attempt + 1, :at
    FROM intents
    JOIN closings ON closings.intent_id = intents.id
    CROSS JOIN requests ON requests.intent_id = intents.id
    CROSS JOIN standing_requests ON standing_requests.sample_id = requests.sample_id
    WHERE intents.run_id = :run AND standing_requests.request_id = requests.id AND result = 'canceled'
        AND NOT EXISTS (SELECT 1 FROM retries
            WHERE retries.sample_id = requests.sample_id AND retries.attempt > requests.attempt)
    ORDER BY requests.sample_id
"""
INSERT_LATE = f"INSERT INTO retries (run_id, sample_id, attempt, asked_at) {LATE}"


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
    """Some requests, their bytes together, and those of the longest."""

    requests: int = 0
    size: int = 0
    longest: int = 0

    def more(self, size: int) -> "Load":
        """With one request more."""
        return Load(self.requests + 1, self.size + size, max(self.longest, size))


def under_way(store: Store, run_id: int) -> tuple[Load, Load]:
    """The answers and the judgements of a run that are promised or sent and have no outcome."""
    found = {purpose: Load(*load) for purpose, *load in store.connection.execute(UNDER_WAY, (run_id,))}
    return found.get("answer", Load()), found.get("judge", Load())


UNDER_WAY = """
    SELECT purpose, count(*), sum(requests.size), max(requests.size)
    FROM intents JOIN requests ON requests.intent_id = intents.id
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
