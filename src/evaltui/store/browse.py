"""Owns lists of cases: which ones a filter takes and in which order, as positions only, and how many of each kind."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from array import array
from collections import Counter

from evaltui.domain.query import Query
from evaltui.store.database import Store
from evaltui.store.sides import COMPARED, Sides
from evaltui.store.terms import COST, CRITICAL, PRICES, TURNS, where

# How deep a case fell stands before what became of it, as in pairing.ordered. The last word is always the case's id.
WORST = f"kind = {COMPARED.index('same')}, {CRITICAL} DESC, fall, kind, case_id"
# In one run most critical cases pass, and would stand before all that fails.
WORST_ALONE = f"kind, {CRITICAL} DESC, value, case_id"
# Cases that are gone have keys below 0 and come last, in their own order.
PLACE = "key < 0, abs(key)"
ORDERS = {
    "worst": WORST,
    "id": "case_id",
    "position": PLACE,
    "value": f"value IS NULL, value, {PLACE}",
    "drop": f"fall, {PLACE}",
    "cost": f"{COST} DESC NULLS LAST, {PLACE}",
    "turns": f"{TURNS} DESC NULLS LAST, {PLACE}",
}


def listed(store: Store, of: Sides, query: Query, order: str, prices: str = "[]") -> "tuple[array[int], bytes]":
    """The keys of the cases a query takes, in an order, and the place of each one's kind in `of.kinds`.

    A key is a position in the candidate's evalset; a case that is gone has -(its position in the baseline's) - 1.
    `prices`: JSON rows of a model, the least and most tokens of a prompt, and the prices of a token of five kinds.
    """
    condition, values = where(of, query)
    by = WORST_ALONE if order == "worst" and of.b is None else ORDERS[order]
    select = f"{of.rows}, {PRICES} SELECT 8 * key + kind FROM listed WHERE {condition} ORDER BY {by}"
    rows = store.connection.execute(select, {**of.values, **values, "prices": prices})
    both = array("q", (code for (code,) in rows))  # one number a row: a list of rows would be 10 MB
    return array("q", [code >> 3 for code in both]), bytes([code & 7 for code in both])


def kind_counts(store: Store, of: Sides) -> dict[str, int]:
    """How many cases there are of each kind, whatever is listed of them."""
    rows = store.connection.execute(f"{of.rows} SELECT kind, count(*) FROM listed GROUP BY kind", of.values)
    return named(of, Counter(dict(rows)))


def named(of: Sides, found: "Counter[int]") -> dict[str, int]:
    """Counts by the names of the kinds, each kind once."""
    return {name: found[place] for place, name in enumerate(of.kinds)}


TagRow = tuple[str, int, float | None, float | None, int, int]
"""A tag, its cases that can be compared, the shares of their trials that passed before and after, fixed, broke."""


def tag_rows(store: Store, of: Sides) -> list[TagRow]:
    """Each tag of the candidate's cases, over those with a score in both runs, or in the one."""
    fixed, broke = (COMPARED.index(kind) if of.b else -1 for kind in ("fixed", "broke"))
    select = f"{of.rows} {TAGS}"
    return list(store.connection.execute(select, {**of.values, "fixed": fixed, "broke": broke}))


TAGS = """
    SELECT tag, count(*) FILTER (WHERE comparable), avg(share_b) FILTER (WHERE comparable),
        avg(share_a) FILTER (WHERE comparable), count(*) FILTER (WHERE kind = :fixed),
        count(*) FILTER (WHERE kind = :broke)
    FROM listed CROSS JOIN case_tags ON case_tags.case_row = listed.case_row
    WHERE key >= 0 GROUP BY tag
"""
