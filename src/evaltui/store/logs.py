"""Owns production logs that were read: which files they are, and how far each was read."""

from dataclasses import dataclass

from evaltui.store.database import Store
from evaltui.store.text import now, text


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log that was read before byte `after`; `digest` is that of these bytes."""

    id: int
    after: int
    digest: str


@dataclass(frozen=True, slots=True)
class LogCounts:
    """What one piece of reading told: lines, items, what looks like a failure in them, lines that became nothing."""

    records: int
    items: int
    failures: int
    skipped: int
    damaged: int


def known_logs(store: Store, head: str, kind: str) -> list[LogRow]:
    """Logs that begin alike."""
    return [LogRow(*row) for row in store.connection.execute(KNOWN, (head, text(kind)))]


KNOWN = """
    SELECT logs.id, reads.after, reads.digest FROM logs
    JOIN log_reads AS reads ON reads.id = (SELECT max(id) FROM log_reads WHERE log_id = logs.id)
    WHERE head = ? AND kind = ?
"""


def add_log(store: Store, path: str, kind: str, head: str) -> int:
    """Keep that a log was found, and give its number; may be in a transaction."""
    return int(store.connection.execute(INSERT_LOG, (text(path), text(kind), head, now())).lastrowid or 0)


INSERT_LOG = "INSERT INTO logs (path, kind, head, found_at) VALUES (?, ?, ?, ?)"


def add_log_read(store: Store, log: LogRow, path: str, counts: LogCounts) -> None:
    """Keep how far a log was read; call in the transaction that keeps what was read."""
    told = (counts.records, counts.items, counts.failures, counts.skipped, counts.damaged)
    store.connection.execute(INSERT_READ, (log.id, text(path), log.after, log.digest, *told, now()))


INSERT_READ = """
    INSERT INTO log_reads (log_id, path, after, digest, records, items, failures, skipped, damaged, read_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
