"""Owns reading one value out of a message: which kind of thing a key asks for, and which candidate to take."""

import re
from collections.abc import Callable
from typing import Any

from evaltui.sandbox.lexical.dates import date_rules, dates
from evaltui.sandbox.lexical.identifiers import identifiers, pattern
from evaltui.sandbox.lexical.match import Matcher, Option, top
from evaltui.sandbox.lexical.money import amounts, normalised, number
from evaltui.sandbox.lexical.shape import Key
from evaltui.sandbox.lexical.words import stem, stems, words

Reader = Callable[[str, frozenset[str]], Any]
Finder = Callable[[str], list[tuple[int, Any]]]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d ()/-]{6,}\d")
_NUMBER = re.compile(r"(?<![\w.,-])-?\d+(?:[.,]\d+)*(?![\w-]|\.\d)")
_NAME = re.compile(r"\b(?i:my name is|i am|this is|i'm|regards,?|cheers,?|for)\s+([A-Z][a-z]+(?: [A-Z][a-z]+)?)")
_TITLE = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]+(?:,? [A-Z][\w'-]+)*")
_CLAUSE = re.compile(r"[.,;:!?]\s|\n| and | but | while ")
_DEPICTED = re.compile(r"[\"“']([^\"”']{2,80})[\"”'](?!\w)")


def reader(key: Key, sentences: tuple[str, ...]) -> Reader:
    """A function from a message, and stems of what it is about, to the key's value; None where it gives none."""
    finder = _finder(key, sentences)
    about = frozenset(stems(f"{key.name} {key.about}"))
    return lambda text, topic: _pick(finder(text), text, about | topic, key.about)


def _finder(key: Key, sentences: tuple[str, ...]) -> Finder:
    if key.choices:
        return _choice(key)
    if key.kind in _BY_KIND:
        return _BY_KIND[key.kind](key)
    asked = set(words(key.name))
    return next((make(key, sentences) for names, make in _BY_NAME if names & asked), _title)


def _pick(found: list[tuple[int, Any]], text: str, about: frozenset[str], said: str) -> Any:
    """The candidate whose neighbourhood shares most with the key's description; the first one on ties."""
    if not found:
        return None
    if re.search(r"\b(?:last|latest|most recent)\b", said, re.IGNORECASE):
        return found[-1][1]
    return max(found, key=lambda one: _nearness(one[0], text, about))[1]


def _nearness(at: int, text: str, about: frozenset[str]) -> int:
    """Shared stems in the candidate's own clause count double, those within 40 characters once."""
    start = max((found.end() for found in _CLAUSE.finditer(text, 0, at)), default=0)
    end = _CLAUSE.search(text, at + 3)
    clause, around = text[start : end.start() if end else None], text[max(0, at - 40) : at + 40]
    return 2 * len(about.intersection(stems(clause))) + len(about.intersection(stems(around)))


def _choice(key: Key) -> Finder:
    """The allowed value the message names, else the closest one in letters; nothing when nothing is close."""
    matcher = Matcher(tuple(Option(choice, _described(choice, key.about)) for choice in key.choices))

    def find(text: str) -> list[tuple[int, Any]]:
        given, scores = set(map(stem, words(text))), matcher.scores(text)
        named = [choice for choice in key.choices if set(map(stem, words(choice))) <= given]
        return [(0, named[0])] if named else [(0, top(scores))] if max(scores.values()) > 0 else []

    return find


def _described(choice: str, about: str) -> str:
    """What a description says of one allowed value: "late (came too late, a delay)"."""
    found = re.search(rf"(?<!\w){re.escape(choice)} \(([^)]+)\)", about)
    return found[1] if found else choice


def _boolean(key: Key) -> Finder:
    told = frozenset(stems(f"{key.name} {re.sub('true|false|whether', ' ', key.about)}"))
    return lambda text: [(0, bool(told & frozenset(stems(text))))]


def _numeric(key: Key) -> Finder:
    read = int if key.kind == "integer" else _plain_number
    return lambda text: [(found.start(), read(number(found[0].lstrip("-")))) for found in _NUMBER.finditer(text)]


def _plain_number(value: float) -> float:
    return int(value) if value.is_integer() else value


def _date(key: Key, sentences: tuple[str, ...]) -> Finder:
    rules = date_rules(key.about, sentences)
    return lambda text: list(dates(text, rules))


def _money(key: Key, sentences: tuple[str, ...]) -> Finder:
    code_form = normalised(key.about, sentences)
    return lambda text: list(amounts(text, code_form))


def _identifier(key: Key, sentences: tuple[str, ...]) -> Finder:
    shown = pattern(key.name, key.about, sentences)
    return lambda text: list(identifiers(text, shown))


def _found_by(form: re.Pattern[str], group: int = 0) -> Callable[[Key, tuple[str, ...]], Finder]:
    return lambda _key, _sentences: lambda text: [(found.start(), found[group]) for found in form.finditer(text)]


def _title(text: str) -> list[tuple[int, Any]]:
    """For a key of unknown kind: what stands in quotes, else capitalised words inside a sentence."""
    quoted = [(found.start(), found[1]) for found in _DEPICTED.finditer(text)]
    return quoted or [(found.start(), found[0]) for found in _TITLE.finditer(text)]


_BY_KIND: dict[str, Callable[[Key], Finder]] = {
    "boolean": _boolean,
    "integer": _numeric,
    "number": _numeric,
    "array": lambda _key: lambda text: [(0, [value for _, value in _title(text)])],
}
_BY_NAME: tuple[tuple[frozenset[str], Callable[[Key, tuple[str, ...]], Finder]], ...] = (
    (frozenset({"date", "day", "since", "when", "deadline"}), _date),
    (frozenset({"amount", "price", "total", "sum", "cost", "money", "fee"}), _money),
    (frozenset({"id", "number", "no", "reference", "ref", "code"}), _identifier),
    (frozenset({"email", "mail"}), _found_by(_EMAIL)),
    (frozenset({"phone", "telephone"}), _found_by(_PHONE)),
    (frozenset({"name", "user"}), _found_by(_NAME, 1)),
)
