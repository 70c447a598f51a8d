"""Owns the language in which lists of cases are filtered: from what was typed to terms, or to words of what is wrong.

Words separated by blanks, all of which must hold. `!` before a word negates it, `*` in a value stands for any text,
double quotes hold blanks together and take a word literally. Every filter that `--only` takes is one here too.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found, nearest

Field = Literal[
    "kind", "state", "critical", "flaky", "label", "tag", "id", "group", "tool", "scorer", "reason", "finding", "cases",
    "cost", "turns", "tokens", "value", "drop", "text",
]  # fmt: skip

MOST_CHARACTERS = 1_000
MOST_STARS = 6  # of one value: matching costs a power of them
_LIKE = 0.8  # how near a plain word must be to a known one to be worth asking about

WORDS: dict[str, tuple[Field, str]] = {
    "broke": ("kind", "broke"),
    "regressed": ("kind", "broke"),
    "fixed": ("kind", "fixed"),
    "changed": ("kind", "changed"),
    "same": ("kind", "same"),
    "new": ("kind", "new"),
    "gone": ("kind", "gone"),
    "unresolved": ("kind", "unresolved"),
    "pass": ("state", "pass"),
    "fail": ("state", "fail"),
    "critical": ("critical", ""),
    "flaky": ("flaky", ""),
    "open": ("label", "open"),
    "accepted": ("label", "accept"),
    "real": ("label", "real"),
    "disputed": ("label", "dispute"),
    "bad": ("label", "bad"),
    "later": ("label", "later"),
    "noted": ("label", "noted"),
}
"""Words that stand alone, and what each asks."""

VALUES: dict[str, str] = {
    "tag": "TAG",
    "id": "ID*",
    "group": "GROUP",
    "tool": "NAME",
    "scorer": "NAME",
    "reason": "TEXT",
    "finding": "TEXT",
    "cases": "ID,ID",
}
"""What stands before a colon, and what is written behind it."""

NUMBERS: dict[str, str] = {"cost": "0.01", "turns": "5", "tokens": "2000", "value": "0.8", "drop": "0.2"}
"""What is compared with a number, and such a number."""

Operator = Literal["<", "<=", ">", ">=", "="]

_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_COMPARED = re.compile(r"([A-Za-z_]+)(<=|>=|<|>|=)(.*)")
ALLOWED = (
    f"{' '.join(WORDS)} {' '.join(f'{name}:{value}' for name, value in VALUES.items())} "
    f"{' '.join(f'{name}>{value}' for name, value in NUMBERS.items())} TEXT, each also with ! before it"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word: `field` is looked at, and must be `value` or, with an `operator`, compare so with `number`."""

    word: str
    field: Field
    value: str = ""
    operator: Operator | None = None
    number: float = 0.0
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is the filter as written; without terms it takes every case."""

    text: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def hint(self) -> str:
        """What a plain word may have meant, for a list that came out empty."""
        plain = (term for term in self.terms if term.field == "text" and not term.word.startswith(('"', '!"')))
        near = ((term.value, nearest(term.value, WORDS, cutoff=_LIKE)) for term in plain)
        return next((f'{found(word)} is taken as text; did you mean "{name}"?' for word, name in near if name), "")


def parse(text: str) -> Query | Problem:
    """The query, or the first word that is none."""
    if len(text) > MOST_CHARACTERS:
        return _problem(text, f"a filter has at most {MOST_CHARACTERS:,} characters")
    if text.count('"') % 2:
        return _problem(text, "a double quote is never closed")
    terms: list[Term] = []
    for word in _WORD.findall(text):
        term = _term(word)
        if isinstance(term, Problem):
            return term
        terms.append(term)
    return Query(text, tuple(terms))


def _term(word: str) -> Term | Problem:
    bare = word.removeprefix("!")
    negated = bare != word
    if bare in WORDS:
        return Term(word, *WORDS[bare], negated=negated)
    if compared := _COMPARED.fullmatch(bare):
        return _number(word, *compared.groups(), negated=negated)
    name, colon, value = bare.partition(":")
    if not colon or '"' in name:
        return _valued(word, "text", bare, negated=negated)
    if name not in VALUES:
        return _unknown(word, name)
    return _valued(word, name, value, negated=negated)


def _valued(word: str, field: str, written: str, *, negated: bool) -> Term | Problem:
    value = written.replace('"', "")
    if not value:
        return _problem(word, "a word is empty" if field == "text" else f"a value is missing after {field}:")
    if value.count("*") > MOST_STARS:
        return _problem(word, f"a value has at most {MOST_STARS} stars")
    return Term(word, field, value, negated=negated)  # type: ignore[arg-type] # a name of VALUES


def _number(word: str, name: str, operator: str, written: str, *, negated: bool) -> Term | Problem:
    if name in VALUES:
        return _problem(word, f"{name} is a text", f"write {name}:{VALUES[name]}")
    if name not in NUMBERS:
        return _unknown(word, name)
    number = _read(written)
    if number is None:
        return _problem(word, f"{found(written)} is no number", f"write {name}{operator}{NUMBERS[name]}")
    return Term(word, name, written, operator, number, negated)  # type: ignore[arg-type] # both were looked up


def _read(written: str) -> float | None:
    """A finite number; money may have its sign before it, a share its percent sign behind."""
    plain = written.removeprefix("$")
    try:
        number = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unknown(word: str, name: str) -> Problem:
    if name in NUMBERS:
        return _problem(word, f"{name} is a number", f"write {name}>{NUMBERS[name]}")
    said = f"{found(name)} is not something a filter knows"
    quoted = "put it into double quotes to look for it as text"
    return _problem(word, said, did_you_mean(name, [*VALUES, *NUMBERS]) or quoted)


def _problem(word: str, message: str, hint: str = "") -> Problem:
    return Problem("filter", 0, "", message, found(word), ALLOWED, hint)
