"""Owns the names of the normalisers and how several are applied together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

from evaltui.scores.normalize.booleans import boolean
from evaltui.scores.normalize.dates import iso_date, us_date
from evaltui.scores.normalize.kinds import NotNormal
from evaltui.scores.normalize.money import is_currency, money
from evaltui.scores.normalize.numbers import number, number_eu
from evaltui.scores.normalize.phones import is_region, phone
from evaltui.scores.normalize.text import TEXT, normal_text
from evaltui.scores.paths import same
from evaltui.scores.shown import nearest, shown

_TYPED: dict[str, Callable[..., Any]] = {
    "number": number,
    "number-eu": number_eu,
    "money": money,
    "date": iso_date,
    "date-us": us_date,
    "phone": phone,
    "boolean": boolean,
}
# NAME:VALUE, for the two that take one: what VALUE must be and how it is checked.
_PARAMETERS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "money": ("an ISO currency such as EUR", is_currency),
    "phone": ("a country such as DE", is_region),
}
NORMALISERS: dict[str, str] = {
    name: (function.__doc__ or "").partition("\n")[0] for name, function in (TEXT | _TYPED).items()
}
"""Each name with its sentence."""

FOLDED = frozenset({"unicode", "case", "space"})


@dataclass(frozen=True, slots=True)
class Match:
    """Whether two values are equal once normalised; `note` says when they were compared as text instead."""

    equal: bool
    note: str = ""


def name_problems(names: Iterable[str]) -> list[str]:
    """What is wrong with a list of normaliser names, in sentences; empty when all is well."""
    listed = list(names)
    typed = [name for name in listed if name.partition(":")[0] in _TYPED]
    problems = [problem for name in listed if (problem := _name_problem(name))]
    return problems + ([f"{' and '.join(typed)} cannot be combined: name one"] if len(typed) > 1 else [])


def normalize(value: Any, names: Iterable[str]) -> Any:
    """`value` in the form the named normalisers give it, or `NotNormal`.

    Text normalisers act first, in their fixed order; one of the others (number, money, date, …) may follow. Names
    must be known (`name_problems`).
    """
    textual, typed = _parts(tuple(names))
    if typed is None:
        text = as_text(value)
        return NotNormal("not text") if text is None else normal_text(text, textual)
    return typed(normal_text(value, textual) if isinstance(value, str) else value)


def match(gold: Any, got: Any, names: Iterable[str]) -> Match:
    """Compare two values; one that cannot be normalised makes both compare as folded text, and the note says so."""
    listed = tuple(names)
    left, right = normalize(gold, listed), normalize(got, listed)
    odd = next((item for item in (left, right) if isinstance(item, NotNormal)), None)
    if odd is None:
        return Match(bool(left == right))
    which = got if isinstance(right, NotNormal) else gold
    reason = right.reason if isinstance(right, NotNormal) else odd.reason
    return Match(_same_text(gold, got), f"compared as text: {shown(which, 40)} is {reason}")


def as_text(value: Any) -> str | None:
    """The text of a scalar: true, false and numbers as JSON writes them; None for lists, objects and null."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | Decimal) else None


def _same_text(gold: Any, got: Any) -> bool:
    left, right = as_text(gold), as_text(got)
    if left is None or right is None:
        return same(gold, got)
    return normal_text(left, FOLDED) == normal_text(right, FOLDED)


@cache
def _parts(names: tuple[str, ...]) -> tuple[frozenset[str], Callable[[Any], Any] | None]:
    """All names, and the normaliser behind the one that is not of text, if there is one."""
    typed = next((name for name in names if name.partition(":")[0] in _TYPED), None)
    return frozenset(names), None if typed is None else _typed(typed)


def _typed(name: str) -> Callable[[Any], Any]:
    base, _, parameter = name.partition(":")
    function = _TYPED[base]
    return partial(function, **{_ARGUMENT[base]: parameter}) if parameter else function


_ARGUMENT = {"money": "currency", "phone": "region"}


def _name_problem(name: str) -> str:
    base, colon, parameter = name.partition(":")
    if base not in NORMALISERS:
        return f"{shown(name)} is no normaliser; allowed: {', '.join(NORMALISERS)}{nearest(base, NORMALISERS)}"
    if not colon:
        return ""
    if base not in _PARAMETERS:
        return f"{base} takes nothing after a colon; found {shown(name)}"
    what, is_good = _PARAMETERS[base]
    return "" if is_good(parameter) else f"{base}: needs {what} after the colon; found {shown(name)}"
