"""Owns that a failure stays counted: what an item tells no longer is counted by the next that tells it.

Nothing that is kept changes, so that item is told once more, as it was, with one failure more of its own.
"""

from collections.abc import Sequence
from typing import Any

from evaltui.domain.item import Failure
from evaltui.store.database import Store
from evaltui.store.text import now


def hand_over(store: Store, replaced: int, told: Sequence[Failure]) -> int:
    """How many failures that version `replaced` counted, and that are not in `told`, another item counts now."""
    kept = {failure.key for failure in told}
    dropped = {key for (key,) in store.connection.execute(COUNTED, (replaced,))} - kept
    heirs: dict[int, set[str]] = {}
    for key in sorted(dropped):
        row = store.connection.execute(HEIR, (key,)).fetchone()
        if row is not None:
            heirs.setdefault(row[0], set()).add(key)
    for version, keys in heirs.items():
        _retell(store, version, set(keys))
    return sum(map(len, heirs.values()))


COUNTED = "SELECT key FROM item_failures WHERE version_id = ? AND repeated = 0"
HEIR = """
    SELECT version_id FROM item_failures WHERE key = ? AND repeated = 1
        AND NOT EXISTS (SELECT 1 FROM item_versions AS later WHERE later.replaces = version_id)
    ORDER BY version_id LIMIT 1
"""


def _retell(store: Store, version: int, keys: set[str]) -> None:
    rows = [_counted(row, keys) for row in store.connection.execute(TOLD, (version,))]
    own = [row for row in rows if not row[-1]]
    _, reason, turn, words, signature, *_ = own[0]
    new = store.connection.execute(VERSION, (len(own), reason, turn, words, signature, now(), version)).lastrowid
    store.connection.executemany(FAILURE, ((new, *row) for row in rows))
    (folded,) = store.connection.execute("SELECT folded FROM item_texts WHERE version_id = ?", (version,)).fetchone()
    text = f"{words.casefold()}\n{folded.partition(chr(10))[2]}"
    store.connection.execute("INSERT INTO item_texts (version_id, folded) VALUES (?, ?)", (new, text))
    for copied in (BODY, TOOLS):
        store.connection.execute(copied, (new, version))


def _counted(row: tuple[Any, ...], keys: set[str]) -> tuple[Any, ...]:
    """The failure as it is counted now; of two with one key the first."""
    *about, key, repeated = row
    again = bool(repeated) and key not in keys
    keys.discard(key)
    return (*about, key, again)


TOLD = """
    SELECT position, reason, turn, words, signature, key, repeated FROM item_failures WHERE version_id = ?
    ORDER BY position
"""
VERSION = """
    INSERT INTO item_versions (item_id, replaces, log_id, line, records, content, kind, source, part, told_at, model,
        turns, failures, reason, turn, words, signature, read_at)
    SELECT item_id, id, log_id, line, records, content, kind, source, part, told_at, model, turns, ?, ?, ?, ?, ?, ?
    FROM item_versions WHERE id = ?
"""
FAILURE = """
    INSERT INTO item_failures (version_id, position, reason, turn, words, signature, key, repeated)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
BODY = "INSERT INTO item_bodies (version_id, body) SELECT ?, body FROM item_bodies WHERE version_id = ?"
TOOLS = "INSERT INTO item_tools (tool, version_id) SELECT tool, ? FROM item_tools WHERE version_id = ?"
