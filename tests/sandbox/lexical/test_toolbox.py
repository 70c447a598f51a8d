"""Tools are called when the prompt says so, in its order, with arguments from the conversation."""

import json
from collections.abc import Callable
from typing import Any

from evaltui.sandbox.model import Answer

Ask = Callable[..., Answer]

NUMBER = {"order_id": {"type": "string", "description": "such as QX-1234"}}
LOOK = {"name": "find_order", "description": "Find the status of an order", "input_schema": {
    "type": "object", "properties": NUMBER, "required": ["order_id"]}}  # fmt: skip
PAY = {"name": "pay_back", "description": "Give money back", "input_schema": {
    "type": "object",
    "properties": {**NUMBER, "amount": {"type": "number"}, "cause": {"type": "string", "enum": ["late", "broken"]}},
    "required": ["order_id", "amount"],
}}  # fmt: skip
SYSTEM = "You help. If the customer wants a refund, call pay_back. Always call find_order before pay_back."


def played(ask: Ask, system: str, message: str, result: str) -> list[Answer]:
    """The model's turns until it stops calling tools, every call answered with `result`."""
    turns: list[dict[str, Any]] = [{"role": "user", "content": message}]
    answers = [ask(system, turns, tools=[PAY, LOOK])]
    while answers[-1].stop_reason == "tool_use":
        block = {"type": "tool_result", "tool_use_id": answers[-1].content[0]["id"], "content": result}
        turns += [{"role": "assistant", "content": answers[-1].content}, {"role": "user", "content": [block]}]
        answers.append(ask(system, turns, tools=[PAY, LOOK]))
    return answers


def test_the_stated_order_is_kept_and_the_results_are_cited(ask: Ask) -> None:
    first, second, last = played(
        ask, SYSTEM, "refund 24.90 EUR for QX-1234, it was late", json.dumps({"state": "sent"})
    )
    assert (first.content[0]["name"], first.content[0]["input"]) == ("find_order", {"order_id": "QX-1234"})
    assert second.content[0]["input"] == {"order_id": "QX-1234", "amount": 24.9, "cause": "late"}
    assert "state: sent" in last.content[0]["text"]


def test_a_condition_that_does_not_hold_calls_less(ask: Ask) -> None:
    names = [one.content[0].get("name") for one in played(ask, SYSTEM, "where is QX-1234?", "on its way")]
    assert names == ["find_order", None]


def test_a_missing_required_argument_is_asked_for(ask: Ask) -> None:
    answer = ask(SYSTEM, "I want a refund", tools=[LOOK])
    assert (answer.stop_reason, answer.content[0]["text"]) == ("end_turn", "Could you please tell us: order id?")


def test_without_instructions_the_closest_tool_is_called(ask: Ask) -> None:
    assert ask("", "what is the status of order QX-1234", tools=[PAY, LOOK]).content[0]["name"] == "find_order"
    assert ask("", "hello", tools=[PAY, LOOK]).stop_reason == "end_turn"


def test_the_tool_choice_of_the_request_is_honoured(ask: Ask) -> None:
    assert ask(SYSTEM, "refund QX-1234", tools=[LOOK], tool_choice={"type": "none"}).stop_reason == "end_turn"
    forced = ask("", "QX-1234", tools=[PAY, LOOK], tool_choice={"type": "tool", "name": "pay_back"})
    assert forced.content[0]["name"] == "pay_back"
