"""Time stands still in a seeded project: its clock times, ports, names and folders are the same wherever it was made.

Facts cannot be changed, so this takes their guards away for the moment. Only a copy made for tests is ever touched.
"""

import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evaltui.loop.project import STATE

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""When a person opens the app on a project that stands still."""
LAST = NOW - timedelta(hours=1, minutes=10)
"""When its newest run was started; the others precede it by BETWEEN each."""
BETWEEN = timedelta(hours=20)
ENDPOINT = "http://127.0.0.1:8420"

OF_INTENT = "(SELECT run_id FROM intents WHERE intents.id = {}.intent_id)"
OF_BATCH = """(SELECT max(intents.run_id) FROM creations JOIN intents ON intents.id = creations.intent_id
    WHERE creations.remote_id = batches.remote_id)"""
OF_SCORING = "(SELECT run_id FROM scorings WHERE scorings.id = summaries.scoring_id)"
MOMENTS: tuple[tuple[str, str, str, int], ...] = (
    ("runs", "created_at", "id", 0),
    ("intents", "created_at", "run_id", 2),
    ("sendings", "sent_at", OF_INTENT.format("sendings"), 4),
    ("batches", "created_at", OF_BATCH, 5),
    ("batches", "ended_at", OF_BATCH, 2_470),
    ("batches", "expires_at", OF_BATCH, 86_405),
    ("batches", "mirrored_at", OF_BATCH, 2_475),
    ("creations", "recorded_at", OF_INTENT.format("creations"), 6),
    ("downloads", "received_at", OF_INTENT.format("downloads"), 2_480),
    ("scorings", "opened_at", "run_id", 1),
    ("summaries", "recorded_at", OF_SCORING, 2_490),
    ("verdicts", "decided_at", "run_id", 2_490),
    ("promotions", "promoted_at", "run_id", 4_000),
)
"""Table, column, the run it belongs to, and seconds after that run's start."""
PATHS = (
    ("evalsets", "folder"),
    ("runs", "folder"),
    ("runs", "agent_file"),
    ("agents", "source"),
    ("chunks", "body_file"),
)


def copied(source: Path, target: Path) -> Path:
    """A copy of a project that knows itself to be at `target`."""
    shutil.copytree(source, target)
    with closing(sqlite3.connect(target / STATE)) as database, database:
        guards = _lift(database)
        for table, column in PATHS:
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(source), str(target)))
        _restore(database, guards)
    return target


def stilled(folder: Path) -> Path:
    """The project, every moment in it set by the number of its run."""
    with closing(sqlite3.connect(folder / STATE)) as database, database:
        guards = _lift(database)
        runs = [row[0] for row in database.execute("SELECT id FROM runs ORDER BY id DESC")]
        for age, run in enumerate(runs):
            _still(database, run, LAST - age * BETWEEN)
        database.execute("UPDATE runs SET endpoint = ? WHERE endpoint LIKE 'http%'", (ENDPOINT,))
        database.execute("UPDATE promotions SET who = 'ada'")
        _rename(database)
        _restore(database, guards)
    return folder


def served(folder: Path, url: str) -> Path:
    """The project, its runs made at this address: what is run again is asked there."""
    with closing(sqlite3.connect(folder / STATE)) as database, database:
        guards = _lift(database)
        database.execute("UPDATE runs SET endpoint = ? WHERE endpoint LIKE 'http%'", (url,))
        _restore(database, guards)
    return folder


def _still(database: sqlite3.Connection, run: int, started: datetime) -> None:
    for table, column, owner, seconds in MOMENTS:
        at = (started + timedelta(seconds=seconds)).isoformat(timespec="microseconds")
        database.execute(f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL AND {owner} = ?", (at, run))


def _rename(database: sqlite3.Connection) -> None:
    """Batches get names that count."""
    names = database.execute("SELECT remote_id FROM creations ORDER BY id").fetchall()
    for number, (name,) in enumerate(names, 1):
        new = f"msgbatch_{number:04}"
        for table in ("batches", "creations"):
            database.execute(f"UPDATE {table} SET remote_id = ? WHERE remote_id = ?", (new, name))


def _lift(database: sqlite3.Connection) -> list[tuple[str, str]]:
    guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        database.execute(f"DROP TRIGGER {name}")
    return guards


def _restore(database: sqlite3.Connection, guards: list[tuple[str, str]]) -> None:
    for _, sql in guards:
        database.execute(sql)


if __name__ == "__main__":
    stilled(copied(Path(sys.argv[1]), Path(sys.argv[2])))
