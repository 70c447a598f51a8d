"""Owns rubric files: reading one whole, and putting its content into the scorer that names it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.problem import Problem
from evaltui.domain.rubric import Rubric
from evaltui.domain.text import dotted, found
from evaltui.evalsets.scorers import Placed
from evaltui.files.document import Document, scan_document
from evaltui.files.explain import problems_from, unrepeated
from evaltui.files.paths import missing, similar

JUDGE = "judge"
At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RubricSource:
    """A rubric and the file it was read from."""

    rubric: Rubric
    document: Document

    def problem(self, at: At, message: str, hint: str = "") -> Problem:
        """Something wrong with a part of the rubric, at its line."""
        return Problem(self.document.file, self.document.line(at), dotted(at), message, hint=hint)


def read_rubric(path: Path) -> RubricSource | tuple[Problem, ...]:
    """The rubric in a file, or every problem of it."""
    document, refused = scan_document(path)
    if document is None:
        return refused
    if not isinstance(document.value, dict):
        return (*refused, Problem(str(path), document.line(), "", "must be a mapping of fields", found(document.value)))
    problems: list[Problem] = []
    rubric = _validated(path, document, problems)
    everything = sorted((*refused, *unrepeated(refused, problems)), key=lambda problem: problem.line)
    return tuple(everything) if everything or rubric is None else RubricSource(rubric, document)


class Rubrics:
    """The rubric files that the scorers of one evalset name, each read once."""

    def __init__(self, folder: Path, document: Document, problems: list[Problem]) -> None:
        self._folder = folder
        self._document = document
        self._problems = problems
        self._read: dict[str, RubricSource | None] = {}

    def resolved(self, scorers: tuple[Placed, ...]) -> Iterator[ScorerSpec]:
        """The scorers, judges with the content of their rubric; those whose rubric has problems are left out."""
        for index, spec in scorers:
            if spec.kind != JUDGE:
                yield spec
            elif (arguments := self._arguments(index, spec.arguments)) is not None:
                yield spec.model_copy(update={"arguments": arguments})

    def files(self) -> tuple[Path, ...]:
        """Every file that was named and is there, whether it could be used or not."""
        return tuple(self._folder / name for name in self._read)

    def sources(self) -> tuple[RubricSource, ...]:
        """Every rubric that could be read."""
        return tuple(source for source in self._read.values() if source is not None)

    def _arguments(self, index: int, written: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
        """All that counts of the rubric, its defaults written out, in place of the name of its file."""
        key = "rubric" if "rubric" in written else "value"
        at = ("scorers", index, JUDGE, *(("rubric",) if key == "rubric" else ()))
        source = self._source(written.get(key), at)
        if source is None:
            return None
        rest = {name: value for name, value in written.items() if name != key}
        return rest | {"rubric": source.rubric.model_dump(mode="json", exclude={"description"})}

    def _source(self, name: Any, at: At) -> RubricSource | None:
        if not isinstance(name, str):
            hint = "write `judge: rubrics/reply.yaml`"
            self._problem(at, "must name a rubric file", "" if name is None else found(name), hint)
        elif message := missing(self._folder, name):
            self._problem(at, message, found(name), similar(self._folder, name))
        else:
            return self._once(name)
        return None

    def _once(self, name: str) -> RubricSource | None:
        if name not in self._read:
            read = read_rubric(self._folder / name)
            self._read[name] = read if isinstance(read, RubricSource) else None
            self._problems += () if isinstance(read, RubricSource) else read
        return self._read[name]

    def _problem(self, at: At, message: str, what: str, hint: str) -> None:
        document = self._document
        self._problems.append(Problem(document.file, document.line(at), dotted(at), message, what, hint=hint))


def _validated(path: Path, document: Document, problems: list[Problem]) -> Rubric | None:
    try:
        return Rubric.model_validate({"name": path.stem} | document.value)
    except ValidationError as error:
        problems += problems_from(error, Rubric, document)
        return None
