"""Owns what the inbox view reads from the database, in a worker's store or, for a page of rows, in the app's own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evaltui.domain.inbox import InboxGroup, InboxLine
from evaltui.domain.inbox_query import INBOX, OPEN_FAILURES, VALUES, WORDS, parse_inbox
from evaltui.domain.problem import Problem
from evaltui.domain.query import Query, Term
from evaltui.store.database import Store

if TYPE_CHECKING:
    from evaltui.loop.inbox import InboxIndex
    from evaltui.loop.item_view import ItemView

FILTER_WORDS: Final = (*WORDS, *(f"{name}:" for name in VALUES))
FILTER_HINT: Final = "open reason:tool_error tool:Bash model:claude* since:2026-11-01 dismissed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is listed: a filter as typed, one group's signature or "", and the order."""

    text: str
    signature: str
    order: str
    turned: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of a filter; `hint`: what a word of it may have meant."""

    index: "InboxIndex"
    hint: str = ""


def wrong(text: str) -> str | None:
    """What is wrong with a filter."""
    found = parse_inbox(text)
    return f"{found.message}{f': {found.hint}' if found.hint else ''}" if isinstance(found, Problem) else None


def listed(store: Store, asked: Asked) -> Listed:
    """The items; reads the whole inbox."""
    from evaltui.loop.inbox import browse_inbox

    query = _query(asked)
    page(store, ())  # what pages need is loaded here, where nobody waits for a row
    return Listed(browse_inbox(store, query, sort=asked.order, reverse=asked.turned), query.hint)


def grouped(store: Store, text: str) -> list[InboxGroup]:
    """The groups of the same filter, redacted; takes longer than the items."""
    from evaltui.loop.inbox import inbox_groups
    from evaltui.loop.item_view import redacted_groups

    found = inbox_groups(store, _query(Asked(text, "", "newest", turned=False)))
    return redacted_groups(found, store.path.parent)


def keys_alike(store: Store, asked: Asked, signature: str) -> "Sequence[int]":
    """The items of a group that the filter takes, in order."""
    from evaltui.loop.inbox import browse_inbox

    return browse_inbox(store, _query(Asked(asked.text, signature, "newest", turned=False))).keys


def next_open(store: Store, keys: Sequence[int], place: int, by: int, without: Collection[int] = ()) -> int | None:
    """The next open item of a list behind (-1: before) a place; None where there is none."""
    from evaltui.loop.inbox import inbox_lines

    rest = keys[place + 1 :] if by > 0 else keys[:place][::-1]
    for start in range(0, len(rest), 500):
        for line in inbox_lines(store, rest[start : start + 500]):
            if line.state == "open" and line.key not in without:
                return line.key
    return None


def page(store: Store, keys: Sequence[int]) -> list[InboxLine]:
    """Lines for a list, redacted."""
    from evaltui.loop.inbox import inbox_lines
    from evaltui.loop.item_view import redacted_lines

    return redacted_lines(inbox_lines(store, keys), store.path.parent)


def conversation(store: Store, line: InboxLine, *, whole: bool) -> "ItemView":
    """The conversation of an item, redacted."""
    from evaltui.loop.inbox import failures, item
    from evaltui.loop.item_view import item_view
    from evaltui.loop.redaction import redactor_for

    found = [failure for failure, _ in failures(store, line.key)]
    return item_view(item(store, line.key), line.turn, redactor_for(store.path.parent), found, whole=whole)


def _query(asked: Asked) -> Query:
    """What stands in the filter, else what is open and failed; of one group, where one is looked into."""
    found = parse_inbox(asked.text) if asked.text.strip() else OPEN_FAILURES
    query = found if isinstance(found, Query) else OPEN_FAILURES
    if not asked.signature:
        return query
    term = Term(asked.signature, "signature", asked.signature)
    return Query(query.text, (*query.terms, term), INBOX)
