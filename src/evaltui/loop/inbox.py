"""The inbox: which items of production logs are listed, what a row shows, and the acts of people on them.

`browse_inbox` and `inbox_groups` look at every item and belong in a worker; `inbox_lines` reads a page.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from evaltui.domain.errors import Refused, Unknown
from evaltui.domain.inbox import InboxAct, InboxFinding, InboxGroup, InboxLine, InboxState
from evaltui.domain.inbox_query import OPEN_FAILURES
from evaltui.domain.item import Failure, Item
from evaltui.domain.query import Query
from evaltui.domain.text import found as quoted
from evaltui.domain.text import shown
from evaltui.loop.triage import who_of
from evaltui.store import inbox as rows
from evaltui.store import items as kept
from evaltui.store.database import Store
from evaltui.store.inbox_acts import add_inbox_act, add_inbox_undoing, inbox_act_to_redo, inbox_act_to_undo

SORTS: dict[str, str] = {
    "newest": "newest first",
    "failures": "most failures first",
    "turns": "most turns first",
    "reason": "by reason",
    "source": "by source",
}
"""The names of the orders, and how each is said."""
_NAMED = 5  # ids named where a prefix fits several


@dataclass(frozen=True, slots=True)
class InboxIndex:
    """Which items, in order. `counts` are of all items: by state, and as `failed` the open ones that look like one."""

    keys: "array[int]"
    counts: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def total(self) -> int:
        """How many items there are, listed or not."""
        return sum(count for name, count in self.counts.items() if name != "failed")


def browse_inbox(
    store: Store, query: Query = OPEN_FAILURES, *, sort: str = "newest", reverse: bool = False
) -> InboxIndex:
    """The items that a query takes."""
    keys = rows.listed_items(store, query, sort)
    return InboxIndex(keys[::-1] if reverse else keys, rows.inbox_counts(store))


def inbox_lines(store: Store, keys: Sequence[int]) -> list[InboxLine]:
    """The items of these keys, in their order."""
    return rows.inbox_lines(store, keys)


def inbox_groups(store: Store, query: Query = OPEN_FAILURES) -> list[InboxGroup]:
    """The failures that a query takes, those that are alike together, the largest group first."""
    return rows.inbox_groups(store, query)


def find_item(store: Store, name: str) -> int:
    """The key of an item that is named by its key, or by the beginning of its id; raises Unknown."""
    if name.isdecimal() and len(name) <= 18 and rows.inbox_lines(store, [int(name)]):
        return int(name)
    found = rows.matching_items(store, name.lower(), _NAMED) if name.isalnum() and name.isascii() else []
    if len(found) == 1:
        return found[0][0]
    if found:
        ids = ", ".join(digest[: max(12, len(name) + 4)] for _, digest in found)
        raise Unknown(f"{quoted(name)} begins the ids of several items; write more of it: {ids}")
    raise Unknown(f"the inbox has no item {quoted(name)}; `evaltui inbox` lists them")


def item(store: Store, key: int) -> Item:
    """The whole item, as it was told last; raises Unknown."""
    found = kept.item(store, key)
    if found is None:
        raise Unknown(f"the inbox has no item {key}; `evaltui inbox` lists them")
    return found


def failures(store: Store, key: int) -> list[tuple[Failure, bool]]:
    """All that looks like a failure in an item, and whether another item told it before and counts it."""
    return kept.failures(store, key)


def dismiss(store: Store, keys: Sequence[int]) -> InboxAct:
    """Say of items that nothing is to be done."""
    return _state(store, keys, "dismissed", "dismissed")


def reopen(store: Store, keys: Sequence[int]) -> InboxAct:
    """Say of items that they are open, whatever was said before."""
    return _state(store, keys, "open", "opened again")


def merge(store: Store, keys: Sequence[int], into: int) -> InboxAct:
    """Say of items that they are the same as another one, which stands for them. Raises Refused for a circle."""
    target = _line(store, into)
    if into in keys:
        raise Refused(f"item {target.id[:12]} cannot be merged into itself")
    if target.state == "merged":
        raise Refused(f"item {target.id[:12]} is merged into item {target.into} itself; merge into that one")
    found = tuple(InboxFinding(key, "merged", into=into) for key in keys)
    return _kept(store, f"{_named(store, keys)} merged into {target.id[:12]}", found)


def annotate(store: Store, key: int, note: str) -> InboxAct:
    """Keep a note about an item; an empty one takes the earlier one away."""
    words = f"note on {_named(store, [key])}{'' if note else ' removed'}"
    return _kept(store, words, (InboxFinding(key, note=note),))


def mark_promoted(store: Store, key: int, case: str, digest: str) -> InboxAct:
    """Keep that a case was made of an item: `case` is `EVALSET/ID`, `digest` that of the case as it was written."""
    found = InboxFinding(key, "promoted", case=case, digest=digest)
    return _kept(store, f"{_named(store, [key])} became the case {shown(case)} (undo leaves its file alone)", (found,))


def undo(store: Store) -> InboxAct | None:
    """Take back the newest act that stands; None where there is none."""
    with store.transaction():
        act = inbox_act_to_undo(store)
        if act is not None:
            add_inbox_undoing(store, act, _who(store), undone=True)
    return act


def redo(store: Store) -> InboxAct | None:
    """Do again what was taken back last; None where there is nothing, or something new was done since."""
    with store.transaction():
        act = inbox_act_to_redo(store)
        if act is not None:
            add_inbox_undoing(store, act, _who(store), undone=False)
    return act


def _state(store: Store, keys: Sequence[int], state: str, words: str) -> InboxAct:
    found = tuple(InboxFinding(key, cast(InboxState, state)) for key in keys)
    return _kept(store, f"{_named(store, keys)} {words}", found)


def _kept(store: Store, words: str, found: Sequence[InboxFinding]) -> InboxAct:
    who = _who(store)
    with store.transaction():
        return add_inbox_act(store, words, found, who)


def _named(store: Store, keys: Sequence[int]) -> str:
    """Raises Unknown where there is no such item, so that nothing is said of what is not there."""
    if not keys:
        raise Refused("no item was named; nothing was done")
    first = _line(store, keys[0])
    return f"item {first.id[:12]}" if len(keys) == 1 else f"{len(keys):,} items from {first.id[:12]} on"


def _line(store: Store, key: int) -> InboxLine:
    found = rows.inbox_lines(store, [key])
    if not found:
        raise Unknown(f"the inbox has no item {key}; `evaltui inbox` lists them")
    return found[0]


def _who(store: Store) -> str:
    return who_of(str(store.path.resolve().parent))
