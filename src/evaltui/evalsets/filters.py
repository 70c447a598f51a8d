"""Owns the language of `--only`: which cases a run takes.

Words separated by blanks, all of which must hold: `tag:refund`, `id:prefix*`, `group:x`, `cases:ID,ID`, `critical`;
any other word is a part of the id. `!` before a word negates it, `*` stands for any text, double quotes hold
blanks together.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found

_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_Test = Callable[[Case, str], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One word: what is looked at, the value it is compared with, and whether the answer is turned round."""

    kind: str
    value: str
    negated: bool = False

    def matches(self, case: Case) -> bool:
        """Whether the case satisfies this word."""
        return _TESTS[self.kind](case, self.value) != self.negated


@dataclass(frozen=True, slots=True)
class Filter:
    """`text` is the filter as written; without terms it takes every case."""

    text: str
    terms: tuple[Term, ...]

    def matches(self, case: Case) -> bool:
        """Whether the case satisfies every word."""
        return all(term.matches(case) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Among:
    """Cases named one by one, however many."""

    ids: frozenset[str]

    @property
    def text(self) -> str:
        """As a filter; a long list is cut, with a word that says so."""
        first = sorted(self.ids)[:MOST_WRITTEN]
        more = [f"…+{len(self.ids) - MOST_WRITTEN}"] if len(self.ids) > MOST_WRITTEN else []
        return f"cases:{','.join([*first, *more])}"

    def matches(self, case: Case) -> bool:
        """Whether the case is one of them."""
        return case.id in self.ids


MOST_WRITTEN = 200
"""Ids that are written out: the filter of a run is shown and kept with it."""


def parse_filter(text: str) -> Filter | Problem:
    """The filter, or the first word that is none."""
    if text.count('"') % 2:
        return _problem(text, "a double quote is never closed")
    terms: list[Term] = []
    for word in _WORD.findall(text):
        term = _term(word)
        if isinstance(term, Problem):
            return term
        terms.append(term)
    return Filter(text, tuple(terms))


def _term(word: str) -> Term | Problem:
    bare = word.removeprefix("!")
    kind, colon, value = bare.partition(":")
    value = value.replace('"', "")
    negated = bare != word
    if bare == "critical":
        return Term("critical", "", negated)
    if not colon:
        value = bare.replace('"', "")
        return Term("text", value, negated) if value else _problem(word, "a word is empty")
    if kind not in _KEYS:
        return _problem(word, f"{found(kind)} is not something a filter knows", did_you_mean(kind, _KEYS))
    return Term(kind, value, negated) if value else _problem(word, f"a value is missing after {kind}:")


def _problem(word: str, message: str, hint: str = "") -> Problem:
    allowed = "tag:TAG id:ID* group:GROUP cases:ID,ID critical TEXT, each also with ! before it"
    return Problem("--only", 0, "", message, found(word), allowed, hint)


def _has_tag(case: Case, value: str) -> bool:
    return any(fnmatchcase(tag, value) for tag in case.tags)


_TESTS: dict[str, _Test] = {
    "tag": _has_tag,
    "id": lambda case, value: fnmatchcase(case.id, value),
    "group": lambda case, value: case.group is not None and fnmatchcase(case.group, value),
    "cases": lambda case, value: case.id in value.split(","),
    "critical": lambda case, _: case.critical,
    "text": lambda case, value: value in case.id,
}
_KEYS = ("tag", "id", "group", "cases")
