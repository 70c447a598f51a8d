"""Owns changing the gold and the marks of one case in its file, so that nothing else of the file changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evaltui.domain.base import canonical
from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput, Refused, Unknown
from evaltui.domain.finding import Edit
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.evalsets.difference import difference
from evaltui.evalsets.source import EvalsetSource
from evaltui.files.document import Document, scan_document
from evaltui.files.edit import Splice, Step, edit_fields, with_splice
from evaltui.files.jsontext import NotPlainError, strict
from evaltui.files.lines import numbered_lines
from evaltui.files.raw import JSONL_LIMIT, open_bytes, read_bytes
from evaltui.files.splice import splice_file

GOLD = "expected"
GOLDS = (GOLD, "rubric", "tags", "critical")
"""What of a case is changed in place; what the agent is given is not: its replies would be to another question."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is written: `start` are the bytes before its line in a .jsonl, `path` leads to it in a document.

    `gold_line` is the line of what is expected, where that is written.
    """

    file: Path
    line: int
    gold_line: int
    written: Mapping[str, Any]
    path: tuple[Step, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of one file that was tried and reads back as it should; `diff` are lines with `-`, `+` or a blank."""

    edit: Edit
    line: int
    diff: tuple[tuple[str, str], ...]


def place_of(source: EvalsetSource, case_id: str) -> Place:
    """Where a case is written now; raises Unknown when it is in none of the evalset's files."""
    for file in source.case_files:
        found = _in_jsonl(file, case_id) if file.suffix == ".jsonl" else _in_document(file, case_id)
        if found is not None:
            return found
    raise Unknown(f"the case {case_id} is in none of the files of {source.file.name} any more")


def rewrite(place: Place, wanted: Mapping[str, Any]) -> Rewrite | None:
    """What makes keys of a case (of GOLDS) read as wanted, added where it has none; None where all are so already.

    Nothing is changed yet. Raises BadInput where the case would not be one any more, Refused where the change cannot
    be made without touching anything else.
    """
    _check_case(place, wanted)
    try:
        canonical(dict(wanted)).decode()
    except UnicodeDecodeError as error:
        raise Refused("the answer holds half of a surrogate pair, which no file can hold") from error
    return _in_line(place, wanted) if place.file.suffix == ".jsonl" else _in_whole(place, wanted)


def _check_case(place: Place, wanted: Mapping[str, Any]) -> None:
    if foreign := sorted(set(wanted) - set(GOLDS)):
        raise BadInput(tuple(_problem(place, name, "cannot be changed in place") for name in foreign))
    try:
        Case.model_validate({**place.written, **wanted})
    except ValidationError as error:
        told = ((".".join(map(str, each["loc"])), each["msg"]) for each in error.errors())
        raise BadInput(tuple(_problem(place, name, words) for name, words in told)) from error


def _problem(place: Place, name: str, words: str) -> Problem:
    return Problem(str(place.file), place.line, shown(name), shown(words), allowed=", ".join(GOLDS))


def _in_jsonl(file: Path, case_id: str) -> Place | None:
    """Only lines that hold the id as it is need a parser; an id written with escapes takes a second look."""
    return _line_of(file, case_id, case_id.encode()) or _line_of(file, case_id, b"\\")


def _line_of(file: Path, case_id: str, sign: bytes) -> Place | None:
    opened = open_bytes(file, JSONL_LIMIT)
    if isinstance(opened, Problem):
        raise BadInput((opened,))
    with opened as lines:
        for number, raw in numbered_lines(lines):
            value = _line_value(raw) if sign in raw else None
            if isinstance(value, dict) and value.get("id") == case_id:
                return Place(file, number, number, value, start=lines.tell() - len(raw))
    return None


def _line_value(raw: bytes) -> Any:
    try:
        return strict(raw.decode())
    except (NotPlainError, ValueError):
        return None


def _in_document(file: Path, case_id: str) -> Place | None:
    document = read_whole(file)
    for path in _paths(document):
        case = document.part(path)
        if isinstance(case, dict) and case.get("id") == case_id:
            return Place(file, document.line(path), document.line((*path, GOLD)), case, path)
    return None


def read_whole(file: Path) -> Document:
    """A document without a problem; raises BadInput with all that is wrong."""
    document, problems = scan_document(file)
    if document is None or problems:
        raise BadInput(problems)
    return document


def _paths(document: Document) -> Iterator[tuple[Step, ...]]:
    value = document.value
    cases, at = (value.get("cases"), ("cases",)) if isinstance(value, dict) else (value, ())
    return ((*at, index) for index in range(len(cases) if isinstance(cases, list) else 0))


def _in_whole(place: Place, wanted: Mapping[str, Any]) -> Rewrite | None:
    raw = read_bytes(place.file)
    if isinstance(raw, Problem):
        raise BadInput((raw,))
    mark = len(_MARK) if raw.startswith(_MARK) else 0
    text = raw[mark:].decode()
    splice = edit_fields(text, place.path, place.written, wanted)
    if splice is None:
        return None
    edit = _tried(place, text, splice, mark, lambda file: _check_document(file, place, wanted))
    return Rewrite(edit, _line(text, splice), difference(text, splice))


def _line(text: str, splice: Splice) -> int:
    """Of what changes first: an added line stands below the one whose end it is put at."""
    return text.count("\n", 0, splice.start) + 1 + splice.text.startswith(("\n", "\r\n"))


def _in_line(place: Place, wanted: Mapping[str, Any]) -> Rewrite | None:
    with place.file.open("rb") as file:
        file.seek(place.start)
        text = file.readline().removeprefix(_MARK).decode()
    splice = edit_fields(text, (), place.written, wanted, json=True)
    if splice is None:
        return None
    if canonical(_line_value(with_splice(text, splice).encode())) != canonical({**place.written, **wanted}):
        raise _not_surgical(place)
    edit = _tried(place, text, splice, place.start, lambda _: None)
    return Rewrite(edit, place.line, difference(text, splice))


def _tried(place: Place, text: str, splice: Splice, offset: int, check: Any) -> Edit:
    start = offset + len(text[: splice.start].encode())
    removed, inserted = text[splice.start : splice.end].encode(), splice.text.encode()
    return splice_file(place.file, start, removed, inserted, check)


def _check_document(file: Path, place: Place, wanted: Mapping[str, Any]) -> None:
    """The new file says what is wanted, and of everything else what the old one said."""
    after, problems = scan_document(file)
    before = read_whole(place.file)
    before.part(place.path).update(wanted)
    if after is None or problems or canonical(after.value) != canonical(before.value):
        raise _not_surgical(place)


def _not_surgical(place: Place) -> Refused:
    return Refused(f"{place.file}:{place.line}: that cannot be written without touching more; change it by hand")
