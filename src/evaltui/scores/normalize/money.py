"""Owns reading amounts of money."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from evaltui.scores.normalize.kinds import NotNormal, short_text
from evaltui.scores.normalize.numbers import decimal, split_number

_SIGNS = {
    "€": "EUR",
    "$": "USD",
    "us$": "USD",
    "a$": "AUD",
    "c$": "CAD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "fr.": "CHF",
    "sfr.": "CHF",
}
_WORDS = (
    dict.fromkeys(("euro", "euros"), "EUR")
    | dict.fromkeys(("dollar", "dollars", "us dollar", "us dollars"), "USD")
    | dict.fromkeys(("pound", "pounds", "pounds sterling"), "GBP")
    | dict.fromkeys(("franc", "francs", "franken", "swiss francs"), "CHF")
    | {"yen": "JPY"}
)
# Hundredths, with the currency their name implies ("" for none).
_CENTS = dict.fromkeys(("cent", "cents", "ct"), "") | dict.fromkeys(("eurocent", "eurocents", "euro cents"), "EUR")
_CENTS |= {"¢": "USD", "pence": "GBP", "p": "GBP"}
_CODE = re.compile(r"[A-Za-z]{3}")
# Codes in use; a three-letter word that is none of them, such as "per", is no currency.
_IN_USE = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR NGN "
    "NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
_CODES = frozenset(_IN_USE.split())


class Money(NamedTuple):
    """An amount in the currency's main unit and the ISO 4217 code, None where the text names none."""

    amount: Decimal
    currency: str | None = None


def money(value: Any, currency: str | None = None) -> Money | NotNormal:
    """An amount with its ISO currency: €24.90 · 24,90 € · EUR 24.90 · $1,299.00 · 50 cents.

    One separator before exactly three digits groups, point or comma alike: 1.234 € is 1234 EUR. An amount without
    a currency equals only another without one, unless `currency` supplies it.
    """
    if isinstance(value, Money):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    text = short_text(value)
    split = split_number(_sign_first(text)) if text else None
    return _amount(*split, currency) if split else NotNormal("not an amount of money")


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO code that the normaliser knows."""
    return code in _CODES


def _amount(before: str, written: str, after: str, default: str | None) -> Money | NotNormal:
    after = after.removesuffix(".-").removeprefix(".-").removeprefix("-").strip() if before or after else after
    if before and after:
        return NotNormal("not one amount of money")
    name = (before or after).casefold()
    code = _currency(name)
    amount = decimal(written, lone_comma="by digits", lone_point="by digits")
    if amount is None or (name and code is None and name not in _CENTS):
        return NotNormal("not an amount of money")
    if name in _CENTS:
        return Money(amount / 100, _CENTS[name] or default)
    return Money(amount, code or default)


def _currency(name: str) -> str | None:
    code = name.upper() if _CODE.fullmatch(name) and name.upper() in _CODES else None
    return _SIGNS.get(name) or _WORDS.get(name) or code


def _sign_first(text: str) -> str:
    """`-€5` as `€-5`: the minus sign belongs to the number."""
    match = re.match(r"[-−]\s?(\D{1,4}?)\s?(?=\d)", text)
    return f"{match[1]}-{text[match.end() :]}" if match else text
