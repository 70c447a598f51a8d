"""Owns items of production logs: each version that a log told, once, and the failures in it.

A failure that two items tell counts for the one that told it first, for as long as it tells it; the other keeps it as
repeated.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.item import Failure, Item, Place
from evaltui.store.database import Store
from evaltui.store.item_codec import read_item, write_item
from evaltui.store.retold import hand_over
from evaltui.store.text import now, text

LEVEL = 3
OPENING = 160  # characters of what a conversation begins with that lists can be searched for


@dataclass(slots=True)
class Kept:
    """How many items were new, told further, and known as they are; `failures` count once and are in the first two."""

    new: int = 0
    changed: int = 0
    known: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item made ready to be kept, so that the transaction that keeps it is short.

    `row` are the columns of its version from `line` to `turns`; `searched` is what is searched for beside failures.
    """

    id: str
    content: str
    records: int
    row: tuple[Any, ...]
    searched: str
    body: bytes
    failures: tuple[Failure, ...]
    tools: tuple[str, ...]


def prepare(item: Item, failures: Sequence[Failure]) -> NewItem:
    """Write an item as JSON and compress it."""
    import zstandard

    body, told = write_item(item)
    content = hashlib.sha256(told).hexdigest()[:32]
    seen = item.trajectory
    row = (
        item.place.line, item.place.records, content, text(item.kind), text(item.source), text(item.part),
        text(item.at), text(item.model), seen.turns,
    )  # fmt: skip
    tools = tuple(sorted({text(call.tool or "") for call in seen.calls()}))
    small = zstandard.ZstdCompressor(LEVEL).compress(body)
    searched = f"{text(item.source)}\n{text(_opening(item))}"
    return NewItem(item.id, content, item.place.records, row, searched, small, tuple(failures), tools)


def keep_items(store: Store, log_id: int, items: Iterable[NewItem]) -> Kept:
    """Keep what is not kept yet; call inside a transaction."""
    kept = Kept()
    for item in items:
        _keep(store, log_id, item, kept)
    return kept


def _keep(store: Store, log_id: int, item: NewItem, kept: Kept) -> None:
    item_id, version, records = store.connection.execute(CURRENT, (item.id,)).fetchone() or (None, None, 0)
    if item_id is None:
        item_id = int(store.connection.execute("INSERT INTO items (digest) VALUES (?)", (item.id,)).lastrowid or 0)
    # An older copy of a log tells less than is known already.
    elif item.records < records or store.connection.execute(TOLD, (item_id, item.content)).fetchone():
        kept.known += 1
        return
    kept.failures += _add_version(store, log_id, item_id, version, item)
    if version is not None:
        kept.failures += hand_over(store, version, item.failures)
    kept.new += version is None
    kept.changed += version is not None


CURRENT = """
    SELECT items.id, item_versions.id, item_versions.records FROM items
    LEFT JOIN item_versions ON item_versions.id = (SELECT max(id) FROM item_versions WHERE item_id = items.id)
    WHERE digest = ?
"""
TOLD = "SELECT 1 FROM item_versions WHERE item_id = ? AND content = ?"


def _add_version(store: Store, log_id: int, item_id: int, replaces: int | None, item: NewItem) -> int:
    """How many failures it is the first to tell."""
    repeated = [_told_by_another(store, item_id, failure) for failure in item.failures]
    own = [failure for failure, again in zip(item.failures, repeated, strict=True) if not again]
    first = (own[0].reason, own[0].turn, text(own[0].words), text(own[0].signature)) if own else ("", 0, "", "")
    values = (item_id, replaces, log_id, *item.row, len(own), *first, now())
    version = store.connection.execute(INSERT_VERSION, values).lastrowid
    store.connection.execute("INSERT INTO item_bodies (version_id, body) VALUES (?, ?)", (version, item.body))
    store.connection.execute(INSERT_TEXT, (version, f"{first[2]}\n{item.searched}".casefold()))
    told = zip(item.failures, repeated, strict=True)
    rows = ((version, place, *_columns(failure), again) for place, (failure, again) in enumerate(told))
    store.connection.executemany(INSERT_FAILURE, rows)
    store.connection.executemany(INSERT_TOOL, ((tool, version) for tool in item.tools))
    return len(own)


INSERT_VERSION = """
    INSERT INTO item_versions (item_id, replaces, log_id, line, records, content, kind, source, part, told_at, model,
        turns, failures, reason, turn, words, signature, read_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_TEXT = "INSERT INTO item_texts (version_id, folded) VALUES (?, ?)"
INSERT_FAILURE = """
    INSERT INTO item_failures (version_id, position, reason, turn, words, signature, key, repeated)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_TOOL = "INSERT INTO item_tools (tool, version_id) VALUES (?, ?)"


def _columns(failure: Failure) -> tuple[Any, ...]:
    return failure.reason, failure.turn, text(failure.words), text(failure.signature), failure.key


def _told_by_another(store: Store, item_id: int, failure: Failure) -> bool:
    return store.connection.execute(TOLD_BY_ANOTHER, (failure.key, item_id)).fetchone() is not None


# What an item tells no longer is not told by it: the next to tell it counts it.
TOLD_BY_ANOTHER = """
    SELECT 1 FROM item_failures JOIN item_versions ON item_versions.id = version_id
    WHERE key = ? AND repeated = 0 AND item_id <> ?
        AND NOT EXISTS (SELECT 1 FROM item_versions AS later WHERE later.replaces = version_id) LIMIT 1
"""


def item(store: Store, key: int) -> Item | None:
    """The item as it was told last; None where there is no such key."""
    import zstandard

    row = store.connection.execute(ITEM, (key,)).fetchone()
    if row is None:
        return None
    line, records, body = row
    return read_item(zstandard.ZstdDecompressor().decompress(body), Place(line, 0, records))


ITEM = """
    SELECT line, records, body FROM current_items JOIN item_bodies ON version_id = current_items.id
    WHERE item_id = ?
"""


def failures(store: Store, key: int) -> list[tuple[Failure, bool]]:
    """All that looks like a failure in an item, turn by turn, and whether another item told it before."""
    rows = store.connection.execute(FAILURES, (key,))
    return [(Failure(*about), bool(repeated)) for *about, repeated in rows]


FAILURES = """
    SELECT item_failures.reason, item_failures.turn, item_failures.words, item_failures.signature, key, repeated
    FROM current_items JOIN item_failures ON version_id = current_items.id WHERE item_id = ? ORDER BY position
"""


def _opening(item: Item) -> str:
    """The beginning of what the user said first."""
    said = next((message.get("content") for message in item.opening if message.get("role") == "user"), "")
    if isinstance(said, list):
        said = next((block["text"] for block in said if isinstance(block, dict) and _is_text(block)), "")
    return said[:OPENING] if isinstance(said, str) else ""


def _is_text(block: dict[str, Any]) -> bool:
    return block.get("type") == "text" and isinstance(block.get("text"), str)
