"""What an inbox of N items costs, in this process: `python -m tests.benchmarks.inbox 100000`. Best of several."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.browse import said

from evaltui.domain.inbox_query import OPEN_FAILURES, parse_inbox
from evaltui.domain.item import Failure, Item, Place
from evaltui.domain.query import Query
from evaltui.loop.inbox import SORTS, browse_inbox, dismiss, find_item, inbox_groups, inbox_lines
from evaltui.store.database import Store, open_store
from evaltui.store.items import keep_items, prepare
from evaltui.store.logs import add_log

FILTERS = (
    "failed", "reason:tool_error", "kind:claude-code", "dismissed", "signature:*7*", "customer 77", "turns>5",
    "since:2026-11-15", "!open", "noted", "source:session-9*", "tool:look",
)  # fmt: skip
PAGE = 64


def main(items: int, database: Path) -> None:
    with open_store(database) as store:
        fill(store, items)
        for sort in SORTS:
            said(f"open failures, {sort}", partial(browse_inbox, store, OPEN_FAILURES, sort=sort))
        said("everything", partial(browse_inbox, store, query("")))
        for text in FILTERS:
            said(text, partial(browse_inbox, store, query(text)))
        said("groups", partial(inbox_groups, store, OPEN_FAILURES))
        keys = browse_inbox(store, query("")).keys
        said(f"{PAGE} lines", partial(inbox_lines, store, keys[:PAGE]))
        said("find one", partial(find_item, store, f"{items // 2:032x}"))
        dismiss(store, keys[: items // 2])
        said("half of them dismissed", partial(browse_inbox, store))
        said(f"{PAGE} lines of these", partial(inbox_lines, store, keys[:PAGE]))


def query(text: str) -> Query:
    found = parse_inbox(text)
    assert isinstance(found, Query), found
    return found


def fill(store: Store, items: int) -> None:
    """Two of three fail, in 500 ways."""
    for start in range(0, items, 1000):
        with store.transaction():
            log = add_log(store, "log.jsonl", "claude-code", "head")
            keep_items(store, log, [made(number) for number in range(start, min(items, start + 1000))])


def made(number: int):
    words = f"the order {number} of the customer could not be found in the register, because it was closed"
    sign = f"tool_error · look · failed in way {number % 500}"
    failures = [Failure("tool_error", 1, words, sign, f"{number:x}")] if number % 3 else []
    at = f"2026-11-{1 + number % 28:02d}T{number % 24:02d}:00:00Z"
    opening = ({"role": "user", "content": f"I am customer {number} and want to know where my order is. " * 4},)
    kind = ("claude-code", "anthropic-messages")[number % 2]
    item = Item(kind, f"{number:032x}", f"session-{number}", Place(number), at=at, model="claude-x", opening=opening)
    return prepare(item, failures)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="evaltui-bench-") as folder:
        main(int(sys.argv[1]), Path(folder) / "inbox.db")
