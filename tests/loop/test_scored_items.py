"""What an evalset's scorers fail in a logged conversation is a failure of the inbox, where they can do without gold."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import write_evalset

from evaltui.domain.errors import Refused
from evaltui.loop.draft import draft
from evaltui.loop.inbox import browse_inbox, inbox_lines
from evaltui.loop.intake import take_in
from evaltui.loop.scored_items import look_of
from evaltui.store.database import open_store

AGENT = "model: claude-haiku-5-5\nmax_tokens: 9\n"
CASES = [{"id": "a", "input": "x", "expected": "y"}]


def turn(number: int, order: str) -> list[dict[str, Any]]:
    call = {"type": "tool_use", "id": f"t{number}", "name": "lookup_order", "input": {"order_id": order}}
    result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": "shipped"}
    return [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]


def write_log(path: Path, *orders: str) -> Path:
    """One exchange whose history looks up these orders; nothing in it is an error."""
    history = [message for number, order in enumerate(orders) for message in turn(number, order)]
    messages = [{"role": "user", "content": "Where is it?"}, *history]
    reply = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "on its way"}]}
    request = {"model": "claude-x", "max_tokens": 9, "messages": messages}
    path.write_text(json.dumps({"request": request, "response": reply, "id": path.stem}) + "\n", "utf-8")
    return path


def test_what_only_a_scorer_sees_comes_into_the_inbox_at_its_turn(tmp_path: Path) -> None:
    scorers = "  - exact: {take: text}\n  - no_repeats\n"
    evalset = write_evalset(tmp_path / "echo", CASES, scorers, AGENT)
    again = write_log(tmp_path / "again.jsonl", "1", "1")
    fine = write_log(tmp_path / "fine.jsonl", "1", "2")
    with open_store(tmp_path / "inbox.db") as store:
        reports = take_in(store, [again, fine], lambda _: None, look=look_of(evalset))
        assert [report.failures for report in reports] == [1, 0]
        (line,) = inbox_lines(store, browse_inbox(store).keys)
        made = draft(store, line.key, evalset)
    assert (line.reason, line.turn, line.source) == ("score", 2, "again")
    assert line.words.startswith("no_repeats: ") and "lookup_order" in line.words
    assert made.turn == 2 and "no_repeats" in made.why


def test_an_evalset_whose_scorers_all_need_gold_cannot_look_at_a_log(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "echo", CASES, "  - exact: {take: text}\n", AGENT)
    with pytest.raises(Refused, match=r"no scorer of .* can look at a log: each needs gold or a judge \(exact\)"):
        look_of(evalset)
