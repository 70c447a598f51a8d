"""An item comes back from the store as it was, whatever it holds, and each failure is counted once."""

from pathlib import Path

from evaltui.domain.conversation import Turn
from evaltui.domain.inbox import InboxFinding
from evaltui.domain.inbox_query import parse_inbox
from evaltui.domain.item import Failure, Item, Mark, Place
from evaltui.domain.problem import Problem
from evaltui.domain.query import Query
from evaltui.domain.request import Errored, Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.store.database import Store, open_store
from evaltui.store.inbox import inbox_lines, listed_items
from evaltui.store.inbox_acts import add_inbox_act
from evaltui.store.item_codec import read_item, write_item
from evaltui.store.items import failures, keep_items, prepare
from evaltui.store.logs import add_log

USAGE = Usage(1, 2, 3, 4, 5)
BODY = '{"content": [{"type": "text", "text": "\\ud800 é"}]}'.encode("utf-8", "surrogatepass") + b"\xff\xed\xa0\x80"
TURN = Turn(Succeeded(BODY, None, "m", USAGE), (ToolResult("no", is_error=True, detail="x"), None), [{"type": "x"}])
FULL = Item(
    kind="claude-code", id="d" * 32, source="a \ud800 b", place=Place(3, 90, 2), at="2026-11-01", model="m",
    part="part", opening=({"role": "user", "content": "q"},), turns=(TURN,), told=1, system=[{"text": "s"}],
    tools=({"name": "look"},), status=200, error=Errored("kind", "words", "req"),
    marks=(Mark(1, "rated", "down", 0.0),), scores={"tone": 0.5},
    notes=(Problem("", 3, "f", "m", "x", severity="warning"),),
)  # fmt: skip


def test_every_field_survives_and_so_does_an_item_that_has_none() -> None:
    for item in (FULL, Item("k", "i", "", Place())):
        assert read_item(write_item(item)[0], item.place) == item


def kept(store: Store, log: int, name: str, records: int, *told: Failure) -> int:
    item = Item("k", name, f"source {name}", Place(1, records=records), opening=FULL.opening, scores={name: records})
    return keep_items(store, log, [prepare(item, told)]).failures


def found(store: Store, words: str) -> list[int]:
    query = parse_inbox(words)
    assert isinstance(query, Query)
    return list(listed_items(store, query, "newest"))


def test_a_failure_that_an_item_tells_no_longer_is_counted_by_another_that_tells_it(tmp_path: Path) -> None:
    three = [Failure("error", turn, f"W{turn}", f"s{turn}", f"k{turn}") for turn in range(3)]
    with open_store(tmp_path / "inbox.db") as store, store.transaction():
        log = add_log(store, "log", "k", "head")
        assert [kept(store, log, name, 1, *three) for name in "abc"] == [3, 0, 0]
        (one,) = found(store, "source:source*b")
        add_inbox_act(store, "noted", [InboxFinding(one, note="n")], "me")
        assert kept(store, log, "a", 2, three[1]) == 1 + 2
        assert kept(store, log, "d", 1, *three) == 0
        lines = {line.id: line for line in inbox_lines(store, found(store, ""))}
        assert {name: (line.failures, line.words) for name, line in lines.items()} == {
            "a": (1, "W1"), "b": (2, "W0"), "c": (0, ""), "d": (0, ""),
        }  # fmt: skip
        assert lines["b"].note == "n"
        assert [again for _, again in failures(store, one)] == [False, True, False]
        assert found(store, "w0") == found(store, "reason:error source:source*b") == [one]


def test_where_it_stands_in_its_log_makes_no_other_version() -> None:
    moved = Item(**{**vars(FULL), "place": Place(7, 8, 2), "notes": ()})
    assert write_item(moved)[1] == write_item(FULL)[1]
    assert write_item(Item(**{**vars(FULL), "told": 0}))[1] != write_item(FULL)[1]
