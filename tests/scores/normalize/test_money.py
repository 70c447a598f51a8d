from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.scores.normalize.kinds import NotNormal
from evaltui.scores.normalize.money import Money, money

FORMS = (
    "{sign}{english}",
    "{european} {sign}",
    "{code} {english}",
    "{english} {code}",
    "{code}{plain}",
    "{plain} {code}",
)
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("€24.90", "24.90", "EUR"),
        ("24,90 €", "24.90", "EUR"),
        ("24,90\u00a0€", "24.90", "EUR"),
        ("EUR 24.90", "24.90", "EUR"),
        ("24.90 EUR", "24.90", "EUR"),
        ("24.9 eur", "24.90", "EUR"),
        ("$1,299.00", "1299", "USD"),
        ("US$ 5", "5", "USD"),
        ("1.299,00 €", "1299", "EUR"),
        ("1.234 €", "1234", "EUR"),
        ("£18", "18", "GBP"),
        ("CHF 1'234.50", "1234.5", "CHF"),
        ("CHF 20.-", "20", "CHF"),
        ("20,- €", "20", "EUR"),
        ("¥1200", "1200", "JPY"),
        ("12 dollars", "12", "USD"),
        ("50 cents", "0.5", None),
        ("75 pence", "0.75", "GBP"),
        ("-€5", "-5", "EUR"),
        ("79,00", "79", None),
        (24.9, "24.9", None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: Any, amount: str, currency: str | None) -> None:
    assert money(written) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("written", ["banana", "", "per 5", "€", "€5 or €6", "€24.90 EUR", "5 kg", True, None, ["€5"]])
def test_what_is_no_amount_is_refused(written: Any) -> None:
    assert isinstance(money(written), NotNormal)


def test_an_amount_without_currency_equals_only_another_without_one() -> None:
    assert money("24.90") != money("24.90 EUR")
    assert money("24.90") == money(24.9)


def test_a_default_currency_is_supplied_and_never_replaces_one() -> None:
    assert money("24.90", "EUR") == money("24.90 EUR")
    assert money("$24.90", "EUR") == money("$24.90")
    assert money("50 cents", "EUR") == money("€0.50")


@given(st.decimals(0, 10**9, places=2), st.sampled_from(sorted(SIGNS)), st.sampled_from(FORMS))
def test_an_amount_survives_every_way_of_writing_it(amount: Decimal, code: str, form: str) -> None:
    english = f"{amount:,.2f}"
    european = english.replace(",", "\0").replace(".", ",").replace("\0", ".")
    written = form.format(sign=SIGNS[code], code=code, english=english, european=european, plain=amount)
    once = money(written)
    assert once == Money(amount, code)
    assert money(once) == once


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(money(text), Money | NotNormal)
