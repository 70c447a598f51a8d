"""Owns the language in which lists are filtered: from what was typed to terms, or to words of what is wrong.

Words separated by blanks, all of which must hold. `!` before a word negates it, `*` in a value stands for any text,
double quotes hold blanks together and take a word literally. What the words are is for each list to say; those of
cases stand here, and every filter that `--only` takes is one of them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found, nearest

MOST_CHARACTERS = 1_000
MOST_STARS = 6  # of one value: matching costs a power of them
_LIKE = 0.8  # how near a plain word must be to a known one to be worth asking about

WORDS: dict[str, tuple[str, str]] = {
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
"""Words of cases that stand alone, and what each asks."""

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


@dataclass(frozen=True, slots=True)
class Language:
    """`words` stand alone: what each asks. `values`: what stands before a colon, and what is written behind it.

    `numbers`: what is compared with a number, and such a number. `dates`: those of `values` that must be a day.
    """

    words: Mapping[str, tuple[str, str]]
    values: Mapping[str, str]
    numbers: Mapping[str, str]
    dates: frozenset[str] = frozenset()

    @property
    def allowed(self) -> str:
        """All of it on one line."""
        return (
            f"{' '.join(self.words)} {' '.join(f'{name}:{value}' for name, value in self.values.items())} "
            f"{' '.join(f'{name}>{value}' for name, value in self.numbers.items())} TEXT, each also with ! before it"
        )


CASES = Language(WORDS, VALUES, NUMBERS)


@dataclass(frozen=True, slots=True)
class Term:
    """One word: `field` is looked at, and must be `value` or, with an `operator`, compare so with `number`."""

    word: str
    field: str
    value: str = ""
    operator: Operator | None = None
    number: float = 0.0
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is the filter as written; without terms it takes everything."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    language: Language = CASES

    @property
    def hint(self) -> str:
        """What a plain word may have meant, for a list that came out empty."""
        plain = (term for term in self.terms if term.field == "text" and not term.word.startswith(('"', '!"')))
        near = ((term.value, nearest(term.value, self.language.words, cutoff=_LIKE)) for term in plain)
        return next((f'{found(word)} is taken as text; did you mean "{name}"?' for word, name in near if name), "")


def parse(text: str, language: Language = CASES) -> Query | Problem:
    """The query, or the first word that is none."""
    read = _Reader(language)
    if len(text) > MOST_CHARACTERS:
        return read.problem(text, f"a filter has at most {MOST_CHARACTERS:,} characters")
    if text.count('"') % 2:
        return read.problem(text, "a double quote is never closed")
    terms: list[Term] = []
    for word in _WORD.findall(text):
        term = read.term(word)
        if isinstance(term, Problem):
            return term
        terms.append(term)
    return Query(text, tuple(terms), language)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one word at a time."""

    language: Language

    def term(self, word: str) -> Term | Problem:
        bare = word.removeprefix("!")
        negated = bare != word
        if bare in self.language.words:
            return Term(word, *self.language.words[bare], negated=negated)
        if compared := _COMPARED.fullmatch(bare):
            return self._number(word, *compared.groups(), negated=negated)
        name, colon, value = bare.partition(":")
        if not colon or '"' in name:
            return self._valued(word, "text", bare, negated=negated)
        if name not in self.language.values:
            return self._unknown(word, name)
        return self._valued(word, name, value, negated=negated)

    def problem(self, word: str, message: str, hint: str = "") -> Problem:
        return Problem("filter", 0, "", message, found(word), self.language.allowed, hint)

    def _valued(self, word: str, field: str, written: str, *, negated: bool) -> Term | Problem:
        value = written.replace('"', "")
        if not value:
            return self.problem(word, "a word is empty" if field == "text" else f"a value is missing after {field}:")
        if value.count("*") > MOST_STARS:
            return self.problem(word, f"a value has at most {MOST_STARS} stars")
        if field in self.language.dates and not _is_day(value):
            return self.problem(word, f"{found(value)} is no day", f"write {field}:{self.language.values[field]}")
        return Term(word, field, value, negated=negated)

    def _number(self, word: str, name: str, operator: str, written: str, *, negated: bool) -> Term | Problem:
        values, numbers = self.language.values, self.language.numbers
        if name in values:
            return self.problem(word, f"{name} is a text", f"write {name}:{values[name]}")
        if name not in numbers:
            return self._unknown(word, name)
        number = _read(written)
        if number is None:
            return self.problem(word, f"{found(written)} is no number", f"write {name}{operator}{numbers[name]}")
        return Term(word, name, written, operator, number, negated)  # type: ignore[arg-type] # the pattern says which

    def _unknown(self, word: str, name: str) -> Problem:
        values, numbers = self.language.values, self.language.numbers
        if name in numbers:
            return self.problem(word, f"{name} is a number", f"write {name}>{numbers[name]}")
        said = f"{found(name)} is not something a filter knows"
        quoted = "put it into double quotes to look for it as text"
        return self.problem(word, said, did_you_mean(name, [*values, *numbers]) or quoted)


def _read(written: str) -> float | None:
    """A finite number; money may have its sign before it, a share its percent sign behind."""
    plain = written.removeprefix("$")
    try:
        number = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
