"""Owns reading one YAML or JSON file into a plain value that remembers its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evaltui.domain.problem import Problem
from evaltui.files.compose import Composer, Place
from evaltui.files.jsontext import decode_json
from evaltui.files.raw import read_text
from evaltui.files.syntax import syntax_problem

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """`value` is made of dict, list, str, int, float, bool and None only; `places` mirrors it with lines."""

    file: str
    value: Any
    places: Place = 1

    def part(self, path: Sequence[str | int]) -> Any:
        """The value at a path that exists."""
        value = self.value
        for step in path:
            value = value[step]
        return value

    def line(self, path: Sequence[str | int] = ()) -> int:
        """The line, from 1, of the nearest part of the document on the way to `path`."""
        place = self.places
        for step in path:
            inner = _inside(place, step)
            if inner is None:
                break
            place = inner
        return int(place[0] if isinstance(place, tuple) else place)


def read_document(path: Path) -> Document | tuple[Problem, ...]:
    """The document, or everything that is wrong with it."""
    document, problems = scan_document(path)
    return problems if document is None or problems else document


def scan_document(path: Path) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document as far as it can be read, and all problems.

    A document comes with problems when a value inside is refused (a bare `no`, a duplicate key, a tag): its other
    parts can still be checked, so that every problem is reported at once. None when nothing can be trusted.
    """
    text = read_text(path)
    if isinstance(text, Problem):
        return None, (text,)
    if not text.strip():
        return None, (_empty(str(path)),)
    return _json(text, str(path)) if path.suffix == ".json" else scan_text(text, str(path))


def scan_text(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """As `scan_document`, of YAML that a person has typed; `file` is what problems call it."""
    composer = Composer(file)
    try:
        composer.feed(yaml.parse(text, Loader=LOADER))
    except yaml.YAMLError as error:
        return None, (*composer.problems, syntax_problem(error, text, file))
    problems = tuple(composer.problems)
    if composer.stopped:
        return None, problems
    if composer.root is None:
        return None, (*problems, _empty(file))
    return Document(file, composer.root.value, composer.root.place), problems


def _json(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    value, complaint, line = decode_json(text.encode())
    return (None, (Problem(file, line, "", complaint),)) if complaint else (Document(file, value), ())


def _empty(file: str) -> Problem:
    return Problem(file, 0, "", "the file is empty", hint="write [] for a list without entries")


def _inside(place: Place, step: str | int) -> Place | None:
    if not isinstance(place, tuple):
        return None
    places = place[1]
    if isinstance(places, list):
        return places[step] if isinstance(step, int) and 0 <= step < len(places) else None
    return places.get(step)
