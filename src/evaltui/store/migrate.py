"""Owns how a file comes to the newest version: one transaction in which every step is applied and recorded.

The shape of each version is in the `.sql` file beside this one that bears its number.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from evaltui.store.text import now

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x6556616C
"""Marks a file as ours in bytes 68 to 71 of its header ("eVal")."""

MUTABLE = frozenset({"batches"})
RECORD = """CREATE TABLE migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT"""


def loop_of_runs(db: "Database") -> None:
    """Cases, runs, batches, outcomes, scores, verdicts and promotions."""
    db.execute(RECORD)
    _run_file(db, "version_1.sql")
    protect(db)


def conversations(db: "Database") -> None:
    """Replies over several turns, tool results, judges, cancellations and budgets."""
    _run_file(db, "version_2.sql")
    protect(db)


def triage(db: "Database") -> None:
    """What people found in cases, as acts that can be undone."""
    _run_file(db, "version_3.sql")
    protect(db)


def lists(db: "Database") -> None:
    """Indexes by which a case that is critical, and what judges were asked of a sample, are found."""
    _run_file(db, "version_4.sql")


def inbox(db: "Database") -> None:
    """What production logs hold, the failures in it, and what people did with them."""
    _run_file(db, "version_5.sql")
    protect(db)


STEPS: tuple[Callable[["Database"], None], ...] = (loop_of_runs, conversations, triage, lists, inbox)
VERSION = len(STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply every step the file lacks; another process may have done so while this one waited for the lock."""
    from sqlite_utils import Database

    connection.execute("BEGIN IMMEDIATE")
    try:
        _apply(Database(connection), connection.execute("PRAGMA user_version").fetchone()[0])
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def protect(db: "Database") -> None:
    """Forbid UPDATE and DELETE on every fact table; safe to call again after a step that adds tables."""
    for name in set(db.table_names()) - MUTABLE:
        for act in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name}_forbid_{act.lower()} BEFORE {act} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is insert-only: record a later fact instead'); END"
            )


def _run_file(db: "Database", name: str) -> None:
    """Statement by statement: `executescript` would commit first and leave half a schema behind on a crash."""
    from importlib.resources import files

    for statement in (files("evaltui.store") / name).read_text(encoding="utf-8").split(";\n"):
        db.execute(statement)


def _apply(db: "Database", version: int) -> None:
    for number, step in enumerate(STEPS[version:], version + 1):
        step(db)
        db.table("migrations").insert({"version": number, "name": step.__name__, "applied_at": now()})
        db.execute(f"PRAGMA user_version = {number}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
