"""Owns the short forms of `scorers` and the names that results are reported under."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted, found
from evaltui.files.document import Document

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
At = tuple[str | int, ...]
Placed = tuple[int, ScorerSpec]
"""A scorer and its place in the list as written."""
_FORMS = "Name, {Name: value} or {Name: {argument: value}}"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the list, its parts still as written."""

    index: int
    kind: str
    arguments: dict[str, JsonValue]
    name: JsonValue = None
    advisory: JsonValue = False


def read_scorers(document: Document, problems: list[Problem]) -> tuple[Placed, ...]:
    """The scorers of an evalset.yaml; entries with problems are left out and reported."""
    reader = _Reader(document, problems)
    return reader.specs(list(reader.entries(document.value.get("scorers"))))


class _Reader:
    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self._document = document
        self._problems = problems

    def entries(self, written: Any) -> Iterator[_Entry]:
        for index, item in enumerate(written if isinstance(written, list) else []):
            if isinstance(item, str):
                yield _Entry(index, item, {})
            elif isinstance(item, dict) and len(item) == 1:
                yield _entry(index, *next(iter(item.items())))
            elif isinstance(item, dict):
                hint = "indent the arguments under the scorer's name" if item else ""
                self._problem((index,), "one entry names one scorer", item, _FORMS, hint)

    def specs(self, entries: list[_Entry]) -> tuple[Placed, ...]:
        good = [entry for entry in entries if self._usable(entry)]
        taken: dict[str, int] = {}
        for entry in good:
            if isinstance(entry.name, str):
                self._take(entry, entry.name, taken)
        names = _unique((entry.kind for entry in good if entry.name is None), set(taken))
        return tuple((entry.index, _spec(entry, names)) for entry in good)

    def _take(self, entry: _Entry, name: str, taken: dict[str, int]) -> None:
        first = taken.setdefault(name, entry.index)
        if first != entry.index:
            line = self._document.line(("scorers", first))
            message = f"two scorers have the name {found(name)}; the first is on line {line}"
            self._problem((entry.index, entry.kind, "name"), message, hint="give each its own name")

    def _usable(self, entry: _Entry) -> bool:
        before = len(self._problems)
        at = (entry.index, entry.kind)
        if not _NAME.fullmatch(entry.kind):
            self._problem((entry.index,), "is not a scorer's name", entry.kind, "letters, digits, _ and -")
        if entry.name is not None and not (isinstance(entry.name, str) and _NAME.fullmatch(entry.name)):
            self._problem((*at, "name"), "must be a name", entry.name, "letters, digits, _ and -")
        if not isinstance(entry.advisory, bool):
            self._problem((*at, "advisory"), "must be true or false", entry.advisory)
        return len(self._problems) == before

    def _problem(self, at: At, message: str, value: Any = None, allowed: str = "", hint: str = "") -> None:
        path = ("scorers", *at)
        what = "" if value is None else found(value)
        document = self._document
        self._problems.append(Problem(document.file, document.line(path), dotted(path), message, what, allowed, hint))


def _entry(index: int, kind: str, value: JsonValue) -> _Entry:
    """`name` and `advisory` belong to the evalset; all other arguments belong to the scorer."""
    if not isinstance(value, dict):
        return _Entry(index, kind, {} if value is None else {"value": value})
    arguments = {key: item for key, item in value.items() if key not in ("name", "advisory")}
    return _Entry(index, kind, arguments, value.get("name"), value.get("advisory", False))


def _spec(entry: _Entry, names: Iterator[str]) -> ScorerSpec:
    return ScorerSpec(
        kind=entry.kind,
        name=next(names) if entry.name is None else str(entry.name),
        arguments=entry.arguments,
        advisory=bool(entry.advisory),
    )


def _unique(kinds: Iterable[str], taken: set[str]) -> Iterator[str]:
    """Each kind as a name, numbered from 2 where it is taken."""
    for kind in kinds:
        name, number = kind, 1
        while name in taken:
            number += 1
            name = f"{kind}-{number}"
        taken.add(name)
        yield name
