"""The reply obeys the rules the prompt states, and no others."""

import json
from collections.abc import Callable

Say = Callable[..., str]

PROMPT = """Choose one route.

## Routes
- **refund**: money back
- **delivery**: a late parcel

- `order_id`: the order number, such as FW-12345, or null

Answer as JSON: {"route": "…", "order_id": "…", "reply": "…"}

## Reply
"""


def reply(say: Say, rules: str, message: str) -> str:
    return str(json.loads(say(PROMPT + rules, message))["reply"])


def test_without_a_rule_a_refund_is_promised_blindly(say: Say) -> None:
    assert "refund has been issued" in reply(say, "", "I want my money back")


def test_with_the_rule_the_missing_number_is_asked_for_first(say: Say) -> None:
    rule = "- Ask for the order number when it is missing, before you promise any refund."
    assert reply(say, rule, "I want my money back") == "Could you please tell us your order number?"
    assert "refund has been issued" in reply(say, rule, "I want my money back for FW-11111")


def test_a_rule_that_names_an_option_covers_only_that_one(say: Say) -> None:
    rule = "- Before promising any refund, ask for the order number if it is missing."
    assert "?" not in reply(say, rule, "where is the late parcel")


def test_a_weaker_rule_asks_less_often(say: Say) -> None:
    rule = "If an amount is given but the order number is missing, ask for the order number."
    weak = f"- `amount`: the sum, as in 1.00 EUR\n- {rule}"
    prompt = PROMPT.replace('"reply"', '"amount": "…", "reply"')
    assert "?" in json.loads(say(prompt + weak, "money back, 5.00 EUR"))["reply"]
    assert "issued" in json.loads(say(prompt + weak, "money back"))["reply"]


def test_the_number_is_cited_only_where_asked(say: Say) -> None:
    assert "FW-11111" in reply(say, "- Quote the order number in the reply.", "late parcel FW-11111")
    assert "FW-11111" not in reply(say, "", "late parcel FW-11111")


def test_a_forbidden_promise_is_not_made(say: Say) -> None:
    assert "issued" not in reply(say, "- Never promise a refund.", "money back for FW-11111")


def test_told_sentences_are_added_where_they_apply(say: Say) -> None:
    rules = (
        '- For delivery, ask for a photo of the label.\n- If a courier is mentioned, add "We will call the courier."'
    )
    said = reply(say, rules, "late parcel, says the courier")
    assert "send us a photo" in said
    assert "We will call the courier." in said
    assert "photo" not in reply(say, rules, "money back")


def test_the_number_of_sentences_is_limited(say: Say) -> None:
    rules = '- Always add "We are here for you."\n{}'
    assert "here for you" in reply(say, rules.format(""), "late parcel")
    assert "here for you" not in reply(say, rules.format("- Reply in one sentence."), "late parcel")
