"""Owns streaming the cases of an evalset: every file in order, every problem reported, no id twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.domain.text import found
from evaltui.evalsets.jsonl import read_jsonl
from evaltui.evalsets.mistakes import At, case_problems, written_id
from evaltui.evalsets.source import CaseEntry, EvalsetSource
from evaltui.files.document import Document, scan_document
from evaltui.files.explain import unrepeated
from evaltui.files.problems import Problems

_LINES = 2**40


class Ids:
    """Every id met so far and its place, packed into one integer an id to stay small for 100,000 cases."""

    def __init__(self, files: tuple[Path, ...]) -> None:
        self._files = files
        self._places: dict[str, int] = {}

    def taken(self, case_id: str, file: int, line: int) -> str | None:
        """The place of an earlier case with this id, or None; remembers the id."""
        first = self._places.get(case_id)
        if first is None:
            self._places[case_id] = file * _LINES + line
            return None
        return f"{self._files[first // _LINES]}:{first % _LINES}"


def read_cases(source: EvalsetSource, problems: list[Problem]) -> Iterator[CaseEntry]:
    """Every good case, in the order written; what is wrong with the others is appended to `problems`.

    A caller must read to the end and find no new problem before it relies on the set being whole.
    """
    report = Problems(problems)
    ids = Ids(source.case_files)
    count = 0
    for index, path in enumerate(source.case_files):
        for line, field, case in _parsed(path, report):
            place = ids.taken(case.id if isinstance(case, Case) else case, index, line)
            if place is not None:
                report.add(_duplicate(path, line, field, case, place))
            elif isinstance(case, Case):
                count += 1
                yield CaseEntry(case, path, line)
    if not count and not report.any:
        report.add(Problem(str(source.path), 0, "cases", "the evalset has no case", hint="write at least one"))
    report.close(source.path, "in the cases")


Parsed = tuple[int, str, Case | str]
"""Line, field of the id, and the case; only the id of a case that has other problems."""


def _parsed(path: Path, report: Problems) -> Iterator[Parsed]:
    return read_jsonl(path, report.add) if path.suffix == ".jsonl" else _read_yaml(path, report)


def _read_yaml(path: Path, report: Problems) -> Iterator[Parsed]:
    document, refused = scan_document(path)
    report.add(*refused)
    if document is None:
        return
    at: At = ("cases",) if isinstance(document.value, dict) else ()
    cases = _listed(document, report)
    for index, written in enumerate(cases):
        here = (*at, index)
        case, problems = _case(written, document, here)
        report.add(*unrepeated(refused, problems))
        if case is not None:
            yield document.line(here), f"[{index}].id", case


def _listed(document: Document, report: Problems) -> list[Any]:
    """The list of cases: the document itself or its only field `cases`."""
    value = document.value
    for key in value if isinstance(value, dict) else ():
        if key != "cases":
            report.add(Problem(document.file, document.line((key,)), key, "unknown field", allowed="cases"))
    cases = value.get("cases") if isinstance(value, dict) else value
    if isinstance(cases, list):
        return cases
    hint = "start each case with `- id:`"
    report.add(Problem(document.file, document.line(), "", "must be a list of cases", found(value), hint=hint))
    return []


def _case(written: Any, document: Document, at: At) -> tuple[Case | str | None, list[Problem]]:
    try:
        return Case.model_validate(written), []
    except ValidationError as error:
        return written_id(written), case_problems(error, document, at)


def _duplicate(path: Path, line: int, field: str, case: Case | str, place: str) -> Problem:
    case_id = case.id if isinstance(case, Case) else case
    message = f"the id {found(case_id)} is taken by the case at {place}"
    return Problem(str(path), line, field, message, hint="give each case its own id")
