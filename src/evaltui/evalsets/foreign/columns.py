"""Owns cases in a table or in flat JSON Lines: which column is what is told by its name, or by a person."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found, shown
from evaltui.evalsets.foreign.brought import Brought, Place, Report, as_input
from evaltui.evalsets.foreign.look import Looked, records
from evaltui.files.document import Document
from evaltui.files.tables import BadRow, read_rows

ROLES = ("input", "expected", "id", "tags", "critical", "group", "rubric")
SPREAD = ("input.", "expected.", "vars.")
_NAMES = {
    "input": "input inputs question query prompt user user_input message text request utterance problem",
    "expected": "expected expected_output target ideal gold label answer output reference completion category intent",
    "id": "id case_id case uuid name",
    "tags": "tags tag",
    "critical": "critical",
    "group": "group",
    "rubric": "rubric",
}
_YES, _NO = frozenset({"true", "yes", "1", "x", "critical"}), frozenset({"false", "no", "0", ""})
Roles = Mapping[str, str]
"""The column of each role, such as {"input": "question", "expected.route": "label"}."""


def columns_of(looked: Looked) -> tuple[str, ...]:
    """Of a table, of the first lines, or of the objects of a list."""
    if looked.table is not None:
        return looked.table.columns
    written = looked.document.value if looked.document is not None else looked.head
    records = [each for each in written if isinstance(each, dict)] if isinstance(written, list | tuple) else []
    return tuple(dict.fromkeys(name for record in records for name in record))


def guessed(columns: Sequence[str]) -> Roles:
    """What the names of the columns say; without a column for the input that is nothing to go by."""
    plain = {column.strip().casefold().replace(" ", "_"): column for column in reversed(columns)}
    roles = {
        role: plain[name]
        for role, names in _NAMES.items()
        if (name := next((name for name in names.split() if name in plain), None)) is not None
    }
    taken = set(roles.values())
    spread = {column: column for column in columns if column.startswith(SPREAD) and column not in taken}
    if any(role.startswith("input.") for role in spread):
        roles.pop("input", None)
    if any(role.startswith("expected.") for role in spread):
        roles.pop("expected", None)
    return roles | spread


def roles_of(words: Sequence[str], columns: Sequence[str]) -> Roles:
    """`input=question` and so on, over what the names say. Raises BadInput with what is allowed."""
    told: dict[str, str] = {}
    for word in words:
        role, sign, column = (part.strip() for part in word.partition("="))
        if not sign or not (role in ROLES or role.startswith(SPREAD)):
            allowed = ", ".join(f"{name}=COLUMN" for name in (*ROLES, "expected.NAME", "input.NAME", "vars.NAME"))
            raise BadInput((Problem("--map", 0, "", "must be FIELD=COLUMN", found(word), allowed),))
        if column not in columns:
            near, have = did_you_mean(column, columns), ", ".join(map(shown, columns[:20]))
            raise BadInput((Problem("--map", 0, role, "there is no such column", found(column), have, near),))
        told[role] = column
    kept = {role: column for role, column in guessed(columns).items() if column not in told.values()}
    return {role: column for role, column in kept.items() if not _beaten(role, told)} | told


def read_columns(looked: Looked, roles: Roles, report: Report) -> Iterator[Brought]:
    """One case a row; columns that mean nothing are told once."""
    path, columns = looked.path, columns_of(looked)
    unread = [column for column in columns if column not in roles.values()]
    if unread:
        named = ", ".join(map(shown, unread[:20]))
        hint = "say what they are with --map, such as --map vars.NAME=COLUMN"
        report(Problem(str(path), 1, "", "columns are not taken", named, hint=hint, severity="warning"))
    for line, record in _rows(looked, report):
        fields = _fields(record, roles, Problem(str(path), line, "", ""), report)
        if "input" in fields:
            yield Brought(line, _text(record.get(roles.get("id", ""))), fields)
        else:
            report(Problem(str(path), line, "input", "the row has no input"))


def _rows(looked: Looked, report: Report) -> Iterable[tuple[int, Mapping[str, Any]]]:
    if looked.table is None:
        yield from records(looked.path, report) if looked.document is None else _listed(looked.document, report)
        return
    for row in read_rows(looked.path, looked.table):
        if isinstance(row, BadRow):
            report(Problem(str(looked.path), row.line, "", row.reason, row.found))
        else:
            yield row.line, {name: cell or None for name, cell in zip(looked.table.columns, row.cells, strict=True)}


def _listed(document: Document, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    for place in (Place(document, report, (index,)) for index in range(len(document.value))):
        if isinstance(place.value, dict):
            yield place.line, place.value
        else:
            place.refuse("must be an object", place.value)


def _fields(record: Mapping[str, Any], roles: Roles, at: Problem, report: Report) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for role, column in roles.items():
        value = record.get(column)
        name, dot, inner = role.partition(".")
        if value is None or role == "id":
            continue
        if dot:
            fields.setdefault(name, {})[inner] = value
        else:
            fields[role] = _read(role, value, column, at, report)
    return {role: value for role, value in fields.items() if value is not None}


def _read(role: str, value: Any, column: str, at: Problem, report: Report) -> Any:
    if role == "input":
        return as_input(value)
    if role == "tags":
        return [_text(each) for each in value] if isinstance(value, list) else _text(value).replace(",", " ").split()
    if role == "critical":
        return _flag(value, column, at, report)
    return value if role == "expected" else _text(value)


def _flag(value: Any, column: str, at: Problem, report: Report) -> bool | None:
    word = _text(value).strip().casefold()
    if word not in _YES | _NO:
        hint = "write true or false"
        report(
            Problem(
                at.file,
                at.line,
                column,
                "is neither yes nor no, so the case is not critical",
                found(value),
                hint=hint,
                severity="warning",
            )
        )
    return True if word in _YES else None


def _beaten(role: str, told: Roles) -> bool:
    """Whether a person said where this comes from, in whole or in parts."""
    first = role.partition(".")[0]
    return any(each == role or each.partition(".")[0] == first != "vars" for each in told)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(as_input(value))


def path_words(path: Path, columns: Sequence[str]) -> BadInput:
    """The refusal of a table in which no column is surely the input."""
    have = ", ".join(map(shown, columns[:20]))
    hint = "say which column is what: --map input=COLUMN --map expected=COLUMN"
    return BadInput((Problem(str(path), 1, "", "no column is surely the input", have, hint=hint),))
