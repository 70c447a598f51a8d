"""Stated rules about the choice beat the closest description."""

import pytest

from evaltui.sandbox.lexical.rules import choices, marked

NAMES = ("refund", "complaint", "damaged", "cancel")


@pytest.mark.parametrize(
    ("rule", "message", "target"),
    [
        ("If the message mentions a lawyer or a court, choose complaint.", "My lawyer will write", "complaint"),
        ("When the item is on fire, route it to `damaged`.", "the item stands on fire", "damaged"),
        ("Choose **cancel** when nothing was shipped.", "was it shipped? nothing?", None),
        ("Choose cancel if the order has not shipped.", "My order hasn't been shipped yet", "cancel"),
        ("Choose cancel if the order has not shipped.", "My order was shipped", None),
        ("Messages about an injury are damaged, even if they want money.", "an injury", "damaged"),
        ("Messages about an injury are damaged, even if they want money.", "I want money", None),
        ('If it says "no way back", choose refund.', "there is no way back now", "refund"),
        ('If it says "no way back", choose refund.', "way back, no", None),
        ("If a lawyer is named, choose complaint unless it is a joke.", "a lawyer, what a joke", None),
    ],
)
def test_a_condition_is_met_by_its_words(rule: str, message: str, target: str | None) -> None:
    assert choices([rule], NAMES).stated(message) == target


def test_the_first_rule_that_holds_wins() -> None:
    rules = choices(["If it mentions smoke, choose damaged.", "If it mentions a lawyer, choose complaint."], NAMES)
    assert rules.stated("my lawyer saw the smoke") == "damaged"


def test_a_stated_winner_settles_a_near_tie_only() -> None:
    rules = choices(["damaged wins over refund."], NAMES)
    assert rules.settle({"refund": 0.5, "damaged": 0.4, "cancel": 0.1}) == "damaged"
    assert rules.settle({"refund": 0.5, "damaged": 0.1, "cancel": 0.1}) == "refund"


def test_a_message_that_fits_nothing_takes_the_stated_fallback() -> None:
    rules = choices(["If nothing fits, choose complaint."], NAMES)
    assert rules.settle({"refund": 0.01, "complaint": 0.0}) == "complaint"
    assert rules.settle({"refund": 0.9, "complaint": 0.0}) == "refund"


def test_negated_words_are_marked() -> None:
    assert marked("it isn't broken, but torn") == {"!break", "tear"}
