"""An item comes back from the store as it was, whatever it holds."""

from evaltui.domain.conversation import Turn
from evaltui.domain.item import Item, Mark, Place
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored, Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Usage
from evaltui.store.item_codec import read_item, write_item

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


def test_where_it_stands_in_its_log_makes_no_other_version() -> None:
    moved = Item(**{**vars(FULL), "place": Place(7, 8, 2), "notes": ()})
    assert write_item(moved)[1] == write_item(FULL)[1]
    assert write_item(Item(**{**vars(FULL), "told": 0}))[1] != write_item(FULL)[1]
