"""Owns reading cases from JSON Lines: one case a line, streamed, every bad line reported and left behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from evaltui.domain.case import Case
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.evalsets.mistakes import case_problems, written_id
from evaltui.files.document import Document
from evaltui.files.jsontext import NotPlainError, sentence, strict
from evaltui.files.lines import numbered_lines, too_long
from evaltui.files.raw import JSONL_LIMIT, LINE_LIMIT, open_bytes

Report = Callable[[Problem], None]
_ARRAY_HINT = "one JSON object a line; a JSON array of cases can be read from a .yaml file"


def read_jsonl(path: Path, report: Report) -> Iterator[tuple[int, str, Case | str]]:
    """Line, the name of the id's field, and the case; only the id of a case that has other problems."""
    opened = open_bytes(path, JSONL_LIMIT)
    if isinstance(opened, Problem):
        report(opened)
        return
    with opened as file:
        for number, raw in numbered_lines(file):
            case = _case(raw, number, str(path), report)
            if case is not None:
                yield number, "id", case


def _case(raw: bytes, line: int, file: str, report: Report) -> Case | str | None:
    if len(raw) > LINE_LIMIT:
        report(too_long(file, line))
        return None
    try:
        case = Case.model_validate_json(raw)
        strict(raw.decode())
    except NotPlainError as error:
        report(Problem(file, line, "", str(error), shown(raw.decode())))
        return None
    except ValidationError as error:
        return _explained(error, raw, line, file, report)
    return case


def _explained(error: ValidationError, raw: bytes, line: int, file: str, report: Report) -> str | None:
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        text = raw.decode("utf-8", "replace").strip()
        hint = _ARRAY_HINT if text in ("[", "]") else ""
        report(Problem(file, line, "", sentence(first["msg"]), shown(text), hint=hint))
        return None
    return _described(error, raw, line, file, report)


def _described(error: ValidationError, raw: bytes, line: int, file: str, report: Report) -> str | None:
    try:
        value = strict(raw.decode())
    except NotPlainError as refused:
        report(Problem(file, line, "", str(refused), shown(raw.decode())))
        return None
    for problem in case_problems(error, Document(file, value, line)):
        report(problem)
    return written_id(value)
