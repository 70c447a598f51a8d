"""Owns reading numbers as people write them, with their unit."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from evaltui.scores.normalize.kinds import NotNormal, short_text

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]")
_NUMBER = re.compile(r"(?P<sign>[-+−]?)\s?(?P<digits>\d(?:[\d.,'’]|[ \u00a0\u2007\u2009\u202f](?=\d))*|[.,]\d+)")
_EXPONENT = re.compile(r"[eE][-+]?\d{1,3}(?![\w])")
_UNIT = re.compile(r"[^\W\d_]\S{0,19}|[%‰°]\S{0,4}|")
_PERCENT = {"percent": "%", "prozent": "%", "pct": "%"}


class Quantity(NamedTuple):
    """A number and its unit as written ("" for none); 12 % is 12 of the unit %, not 0.12."""

    number: Decimal
    unit: str = ""


def number(value: Any) -> Quantity | NotNormal:
    """A number with its unit: 1,234.56 · 1.234,56 · 1 234,56 · 1'234 · 5 kg · 12 %.

    One kind of separator that stands once: a comma before exactly three digits groups (1,234 is 1234), any other
    comma and every point is decimal (0,5 is 0.5; 1.234 is 1.234).
    """
    return _quantity(value, decimal_comma=False)


def number_eu(value: Any) -> Quantity | NotNormal:
    """As number, but a point before exactly three digits groups and commas are decimal: 1.234 is 1234, 0,5 is 0.5."""
    return _quantity(value, decimal_comma=True)


def _quantity(value: Any, *, decimal_comma: bool) -> Quantity | NotNormal:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Decimal) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return _of_number(value)
    text = short_text(value)
    if text is None:
        return NotNormal("not a number")
    return _read(text, decimal_comma=decimal_comma)


def _of_number(value: int | float | Decimal) -> Quantity | NotNormal:
    try:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (ValueError, InvalidOperation):
        return NotNormal("not a number")
    return Quantity(exact) if exact.is_finite() else NotNormal("not a finite number")


def _read(text: str, *, decimal_comma: bool) -> Quantity | NotNormal:
    split = split_number(text)
    if split is None:
        return NotNormal("not a number")
    before, written, after = split
    unit = _PERCENT.get(after.casefold(), after)
    if before or not _UNIT.fullmatch(unit):
        return NotNormal("not a number")
    comma, point = ("decimal", "by digits") if decimal_comma else ("by digits", "decimal")
    amount = decimal(written, lone_comma=comma, lone_point=point)
    return NotNormal("not a number: its separators do not fit") if amount is None else Quantity(amount, unit)


def split_number(text: str) -> tuple[str, str, str] | None:
    """What stands before the only number of a text, the number as written, and what stands after it."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    exponent = _EXPONENT.match(text, match.end())
    end = exponent.end() if exponent else match.end()
    before, after = text[: match.start()].strip(), text[end:].strip()
    another = re.search(r"\d", before) or re.search(r"\s\S*\d", text[end:])
    return None if another else (before, text[match.start() : end], after)


def decimal(written: str, *, lone_comma: str, lone_point: str) -> Decimal | None:
    """The value of digits with separators, or None where they contradict each other.

    `lone_comma` and `lone_point` say what one separator standing once means: "decimal", or "by digits" (it groups
    when exactly three digits follow and one to three, not a lone 0, go before).
    """
    body, exponent = _without_exponent(_SPACES.sub(" ", written).replace("’", "'").replace("−", "-"))
    sign, digits = ("-", body[1:]) if body.startswith("-") else ("", body.lstrip("+"))
    plain = _plain(digits.strip().rstrip(".,"), lone_comma, lone_point)
    return Decimal(sign + plain + exponent) if plain else None


def _without_exponent(text: str) -> tuple[str, str]:
    match = re.search(r"[eE][-+]?\d+$", text)
    return (text[: match.start()], match[0]) if match else (text, "")


def _plain(digits: str, lone_comma: str, lone_point: str) -> str | None:
    """Digits with at most a decimal point, or None."""
    marks = [char for char in digits if not char.isdigit()]
    if not marks:
        return digits
    point = _decimal_mark(digits, marks, {",": lone_comma, ".": lone_point})
    whole, _, fraction = digits.rpartition(point) if point else (digits, "", "")
    groups = re.split(r"[^\d]", whole)
    one_mark = len({char for char in whole if not char.isdigit()}) <= 1
    if not one_mark or not _well_grouped(groups):
        return None
    return f"{''.join(groups) or '0'}.{fraction}" if point else "".join(groups)


def _decimal_mark(digits: str, marks: list[str], lone: dict[str, str]) -> str:
    """The mark before the fraction, or "" when every mark groups."""
    last = marks[-1]
    if last not in ",." or (marks.count(last) > 1):
        return ""
    if len(marks) > 1:
        return last if any(mark != last for mark in marks) else ""
    head, _, tail = digits.partition(last)
    groups = lone[last] == "by digits" and len(tail) == 3 and 1 <= len(head) <= 3 and head != "0"
    return "" if groups else last


def _well_grouped(groups: list[str]) -> bool:
    return len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
