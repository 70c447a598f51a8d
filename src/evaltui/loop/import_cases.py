"""Cases of other tools become cases of an evalset: read, checked, cleaned of secrets, written at the end of a file."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused
from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted
from evaltui.evalsets.append import append, apply
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.change import Change
from evaltui.evalsets.foreign.brought import Brought
from evaltui.evalsets.foreign.kinds import case_of, id_for, kind_of
from evaltui.evalsets.foreign.look import look
from evaltui.evalsets.read import read_evalset
from evaltui.evalsets.source import EvalsetSource
from evaltui.files.raw import YAML_LIMIT
from evaltui.logs.redact.redactor import Redactor
from evaltui.loop.redaction import secret_redactor

IMPORTED = "imported.yaml"
"""Where new cases go when no file is named."""
HEAD = "# Gold cases taken from other tools: each names its source. Edit them like any other.\n\n"
SCORERS = {
    "equals": "exact", "contains": "contains", "excludes": "excludes", "matches": "regex", "schema": "json_schema",
}  # fmt: skip
"""What of the gold of imported cases is read by which scorer, pointed at it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read of a file: new cases, how many are in the set already, and all that was not taken.

    `changes` write the cases; none is made yet. Problems that are errors are cases that were left out.
    """

    kind: str
    cases: tuple[Case, ...]
    known: int
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...] = ()

    @property
    def left_out(self) -> int:
        """Problems for which a case could not be taken."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def advice(self) -> tuple[str, ...]:
        """Which scorers read what is expected here."""
        return tuple(_advice(self.cases))


def read_import_cases(
    evalset: Path, file: Path, kind: str | None = None, columns: Sequence[str] = (), target: str = IMPORTED
) -> Imported:
    """What importing would do; nothing is changed yet. Raises BadInput where nothing can be read, and Refused."""
    source = read_evalset(evalset)
    if not isinstance(source, EvalsetSource):
        raise BadInput(source)
    looked = look(file)
    reader = kind_of(looked, kind, columns)
    problems = [replace(problem, severity="warning") for problem in looked.problems]
    desk = _Desk(source, file, reader.name, problems)
    cases = tuple(desk.taken(reader.read(looked, problems.append)))
    if not cases and not desk.known and not any(problem.severity == "error" for problem in problems):
        problems.append(Problem(str(file), 0, "", "holds no case"))
    return Imported(reader.name, cases, desk.known, tuple(problems), _changes(source, cases, target))


def write_import_cases(imported: Imported) -> None:
    """Make the changes, all or none."""
    apply(imported.changes)


@dataclass(slots=True)
class _Desk:
    """Gives each case its id, and knows those that are there already."""

    source: EvalsetSource
    file: Path
    kind: str
    problems: list[Problem]
    known: int = 0
    ids: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    brought: dict[str, int] = field(default_factory=dict)
    redactor: Redactor = field(init=False)

    def __post_init__(self) -> None:
        self.redactor = secret_redactor(self.source.folder)
        problems: list[Problem] = []
        for entry in read_cases(self.source, problems):
            self.ids.add(entry.case.id)
            self.there.add(_content(entry.case))
        errors = tuple(each for each in problems if each.severity == "error" and each.message != _EMPTY)
        if errors:
            raise BadInput(errors)

    def taken(self, found: Iterator[Brought]) -> Iterator[Case]:
        for number, brought in enumerate(found, 1):
            case_id, cleaned = self._id(brought, number), self._clean(brought)
            if cleaned is None:
                continue
            made = case_of(cleaned, case_id, self.kind, str(self.file))
            if not isinstance(made, Case):
                self.problems += made
            elif not self._seen(made, brought):
                self.ids.add(case_id)
                if brought.name and case_id != id_for(brought.name, "") and id_for(brought.name, "") in self.ids:
                    self._warn(brought, f"the id is taken by another case: here it is {case_id}", brought.name)
                yield made

    def _seen(self, case: Case, brought: Brought) -> bool:
        content = _content(case)
        if content in self.brought:
            self._warn(brought, f"is the same case as that of line {self.brought[content]}, and is left out")
            return True
        self.brought[content] = brought.line
        self.known += content in self.there
        return content in self.there

    def _id(self, brought: Brought, number: int) -> str:
        word = id_for(brought.name, f"{id_for(self.file.stem, self.kind)}-{number}")
        return next(each for each in _numbered(word) if each not in self.ids)

    def _clean(self, brought: Brought) -> Brought | None:
        """Secrets never reach a file of cases; an address or a phone number may be what the case is about.

        None where not all of it could be searched.
        """
        cleaned = self.redactor.value(brought.fields)
        if names := sorted({name for place in cleaned.places for name in place.redacted.unfinished}):
            message = f"is left out: not all of it was searched for secrets, {', '.join(names)} ran out of time"
            hint = "make the patterns simpler in .evaltui/redaction.yaml"
            self.problems.append(Problem(str(self.file), brought.line, "", message, brought.name, hint=hint))
            return None
        for place in cleaned.places:
            self._warn(brought, "a secret was replaced", dotted(place.path))
        return replace(brought, fields=cleaned.value)

    def _warn(self, brought: Brought, message: str, found: str = "") -> None:
        self.problems.append(Problem(str(self.file), brought.line, "", message, found, severity="warning"))


_EMPTY = "the evalset has no case"


def _numbered(word: str) -> Iterator[str]:
    yield word
    number = 2
    while True:
        yield f"{word}-{number}"
        number += 1


def _content(case: Case) -> str:
    return case.input_digest + case.gold_digest


def _changes(source: EvalsetSource, cases: Sequence[Case], target: str) -> tuple[Change, ...]:
    if not cases:
        return ()
    written = [case.model_dump(exclude_unset=True) for case in cases]
    size = sum(len(json.dumps(each)) for each in written) if not target.endswith(".jsonl") else 0
    if size > YAML_LIMIT // 2:
        raise Refused(f"{len(cases):,} cases are too many for a YAML file; name another: --file imported.jsonl")
    return append(source, written, target, HEAD)


def _advice(cases: Sequence[Case]) -> Iterator[str]:
    held: Counter[str] = Counter(key for case in cases if isinstance(case.expected, dict) for key in case.expected)
    for key, scorer in SCORERS.items():
        if held[key]:
            case = ", whatever the case of its letters" if scorer in ("contains", "excludes") else ""
            yield f"{held[key]:,} expect `{key}`: the scorer `- {scorer}: {{expected: {key}}}` reads it{case}"
    if held["calls"]:
        yield f"{held['calls']:,} expect `calls`: the scorer `trajectory` reads them"
    for key in ("answer", "reference"):
        if held[key]:
            reader = f"a judge that sees the reference, or `- normalized: {{expected: {key}}}`, reads it"
            yield f"{held[key]:,} expect `{key}`: {reader}"
    rubrics = sum(case.rubric is not None for case in cases)
    if rubrics:
        yield f"{rubrics:,} have a `rubric`: a judge that sees the reference reads it"


def shown_fields(imported: Imported) -> dict[str, Any]:
    """For other programs."""
    return {
        "kind": imported.kind, "cases": [case.id for case in imported.cases], "known": imported.known,
        "left_out": imported.left_out, "problems": imported.problems,
        "files": [str(change.file) for change in imported.changes],
    }  # fmt: skip
