"""What a person types for a part of what is expected becomes its value, and reads back as it was typed."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from evaltui.domain.agent import Agent
from evaltui.domain.case import Message
from evaltui.domain.errors import Refused
from evaltui.loop.draft import Draft
from evaltui.loop.expectation import Slot
from evaltui.loop.fill import fill, typed, value_of, variables

SLOTS = {
    "route": Slot("route", "route", "label", "the label"),
    "calls": Slot("agent.calls", "calls", "trajectory", "the tool calls"),
    "turns": Slot("max_turns", "turns", "turn_budget", "the most turns"),
}


def drafted(expected: Any = None) -> Draft:
    """Only the case of it is looked at."""
    case = {"id": "a", "input": "hello"} | ({} if expected is None else {"expected": expected})
    unread: Any = SimpleNamespace()
    return Draft(
        key=1, item=unread, turn=1, failure=None, target=unread, case=case, redactions=(), why="",
        failed="", did=unread,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("part", "text", "value"),
    [
        ("route", "refund", {"route": "refund"}),
        ("calls", "lookup_order, issue_refund", {"agent": {"calls": ["lookup_order", "issue_refund"]}}),
        ("calls", "none", {"agent": {"calls": []}}),
        ("calls", '[{"name": "pay"}]', {"agent": {"calls": [{"name": "pay"}]}}),
        ("turns", "4", {"max_turns": 4}),
    ],
)
def test_what_is_typed_becomes_the_value_of_its_part_and_reads_back(part: str, text: str, value: Any) -> None:
    made = fill(drafted(), SLOTS[part], text)
    assert made.case["expected"] == value
    assert typed(made, SLOTS[part]) == text


def test_nothing_typed_takes_the_part_away_and_leaves_the_others() -> None:
    both = fill(fill(drafted(), SLOTS["route"], "refund"), SLOTS["turns"], "4")
    one = fill(both, SLOTS["turns"], " ")
    assert one.case["expected"] == {"route": "refund"}
    assert value_of(one, SLOTS["turns"]) is None
    assert "expected" not in fill(one, SLOTS["route"], "").case


def test_what_begins_as_json_and_is_none_is_refused_with_what_was_found() -> None:
    with pytest.raises(Refused, match=r"starts as JSON and is none.*found"):
        fill(drafted(), SLOTS["calls"], '["lookup_order"')


def test_what_the_agents_text_leaves_open_beside_the_input_is_asked_for() -> None:
    opening = [Message(role="user", content="{{input}} of {{customer.name}} for {{customer.id}}")]
    agent = Agent(name="a", model="m", max_tokens=9, system="Speak {{language}}.", messages=opening)
    target: Any = SimpleNamespace(agent=agent)
    asked = replace(drafted(), target=target)
    assert variables(asked) == ("language", "customer")
    assert variables(replace(asked, case={"id": "a", "messages": []})) == ("language",)
    assert variables(replace(asked, target=SimpleNamespace(agent=None))) == ()
