"""Owns lists of the inbox: which items a filter takes and in which order, what rows show, which failures are alike."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

import json
from array import array
from collections.abc import Sequence

from evaltui.domain.inbox import InboxGroup, InboxLine
from evaltui.domain.query import Query
from evaltui.store.database import Store
from evaltui.store.inbox_terms import where

ORDERS = {
    "newest": "told_at DESC, item_id DESC",
    "failures": "failures DESC, told_at DESC, item_id DESC",
    "turns": "turns DESC, told_at DESC, item_id DESC",
    "reason": "reason = '', reason, told_at DESC, item_id DESC",
    "source": "source, told_at DESC, item_id DESC",
}


def listed_items(store: Store, query: Query, order: str) -> "array[int]":
    """The keys of the items that a query takes, in an order."""
    condition, values = where(query)
    select = f"SELECT item_id FROM listed_items WHERE {condition} ORDER BY {ORDERS[order]}"
    return array("q", (key for (key,) in store.connection.execute(select, values)))


def inbox_counts(store: Store) -> dict[str, int]:
    """How many items there are in each state, and as `failed` how many open ones look like a failure."""
    total, failing = store.connection.execute(TOTALS).fetchone()
    acted = {state: (items, fails) for state, items, fails in store.connection.execute(ACTED)}
    states = {state: acted.get(state, (0, 0))[0] for state in ("dismissed", "merged", "promoted")}
    gone = sum(acted.get(state, (0, 0))[1] for state in states)
    return {"open": total - sum(states.values()), **states, "failed": failing - gone}


TOTALS = """
    SELECT (SELECT count(*) FROM items), (SELECT count(*) FROM item_versions INDEXED BY item_versions_that_fail
        WHERE failures > 0 AND id NOT IN (SELECT replaces FROM item_versions WHERE replaces IS NOT NULL))
"""
ACTED = """
    SELECT state, count(*), count(*) FILTER (WHERE failures > 0)
    FROM current_item_states CROSS JOIN current_items USING (item_id) GROUP BY state
"""


def inbox_lines(store: Store, keys: Sequence[int]) -> list[InboxLine]:
    """The items of these keys, in their order; a key that is none is left out."""
    rows = store.connection.execute(LINES, {"keys": json.dumps(list(keys))})
    found = {row[0]: InboxLine(*row) for row in rows}
    return [found[key] for key in keys if key in found]


LINES = """
    SELECT item_id, digest, kind, source, part, told_at, model, turns, reason, turn, words, signature, failures,
        state, note, case_name, into_item_id
    FROM json_each(:keys) AS asked CROSS JOIN listed_items ON item_id = asked.value
    JOIN items ON items.id = item_id
"""


def inbox_groups(store: Store, query: Query) -> list[InboxGroup]:
    """The failures that a query takes, those that are alike together, the largest group first."""
    condition, values = where(query)
    return [InboxGroup(*row) for row in store.connection.execute(GROUPS.format(condition=condition), values)]


GROUPS = """
    SELECT signature, reason, (SELECT words FROM item_versions WHERE id = newest_id), items, open, newest FROM (
        SELECT signature, reason, max(id) AS newest_id, count(*) AS items,
            count(*) FILTER (WHERE state = 'open') AS open, max(told_at) AS newest
        FROM listed_items WHERE failures > 0 AND ({condition}) GROUP BY signature, reason)
    ORDER BY items DESC, newest DESC, signature
"""


def matching_items(store: Store, prefix: str, most: int) -> list[tuple[int, str]]:
    """Keys and ids of at most so many items whose id begins with these hex digits."""
    values = (prefix, prefix + "~", most)
    return list(store.connection.execute(MATCHING, values))


MATCHING = "SELECT id, digest FROM items WHERE digest >= ? AND digest < ? ORDER BY digest LIMIT ?"
