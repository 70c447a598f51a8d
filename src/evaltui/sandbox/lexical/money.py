"""Owns amounts of money in letters: finding them and writing them the way the prompt asks.

An amount is copied as written unless the prompt shows the form `24.90 EUR` or asks for the currency code.
"""

import re
from collections.abc import Iterable

_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d{1,2})(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_UNIT = r"€|\$|£|EUR\b|USD\b|GBP\b|CHF\b|SEK\b|euros?\b|dollars?\b|pounds?\b|francs?\b"
_AMOUNT = re.compile(
    rf"(?P<before>{_UNIT})\s?(?P<one>{_NUMBER})|(?<![\w.,-])(?P<two>{_NUMBER})\s?(?P<after>{_UNIT})", re.IGNORECASE
)
_CODES = {"€": "EUR", "$": "USD", "£": "GBP", "eur": "EUR", "dol": "USD", "pou": "GBP", "fra": "CHF"}
_ASKED = re.compile(r"\b\d+\.\d\d (?:EUR|USD|GBP)\b|\bcurrency code\b|\bISO 4217\b|\bthree-letter\b", re.IGNORECASE)


def normalised(about: str, sentences: Iterable[str]) -> bool:
    """Whether the prompt asks for amounts as `24.90 EUR`."""
    said = [one for one in sentences if re.search(r"\b(?:amount|price|currency|sum|total)\b", one, re.IGNORECASE)]
    return bool(_ASKED.search("\n".join([about, *said])))


def amounts(text: str, code_form: bool) -> list[tuple[int, str]]:
    """(position, value) of every amount with a currency, in order."""
    return [(found.start(), _coded(found) if code_form else found[0].strip()) for found in _AMOUNT.finditer(text)]


def number(written: str) -> float:
    """The value of `1.299,00`, `1,299.00`, `24,9` or `24`."""
    bare = re.sub(r"[' ]", "", written)
    whole, _, cents = bare.replace(",", ".").rpartition(".")
    if not whole or len(cents) == 3:
        return float(re.sub(r"\D", "", bare))
    return float(f"{re.sub(r'[^0-9]', '', whole)}.{cents}")


def _coded(found: re.Match[str]) -> str:
    unit = (found["before"] or found["after"]).lower()
    code = _CODES.get(unit) or _CODES.get(unit[:3]) or unit.upper()
    return f"{number(found['one'] or found['two']):.2f} {code}"
