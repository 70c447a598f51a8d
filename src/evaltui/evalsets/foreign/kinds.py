"""Owns which tools' files cases are taken from, and the step from what a reader gives to a case of our own."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from evaltui.domain.case import Case
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean
from evaltui.evalsets.foreign import adk, inspect_log, openai_evals, ours, promptfoo, promptfoo_table, pydantic_evals
from evaltui.evalsets.foreign.brought import Brought, Report
from evaltui.evalsets.foreign.columns import columns_of, guessed, path_words, read_columns, roles_of
from evaltui.evalsets.foreign.look import Looked
from evaltui.evalsets.mistakes import case_problems
from evaltui.files.document import Document

Reader = Callable[[Looked, Report], Iterator[Brought]]
TABLE = "table"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a tool's files are called here, how they are known, and what reads them."""

    name: str
    recognises: Callable[[Looked], bool]
    read: Reader


def _promptfoo_table(looked: Looked, report: Report) -> Iterator[Brought]:
    if looked.table is not None:
        yield from promptfoo_table.read_table(looked.path, looked.table, None, report)


def _is_promptfoo_table(looked: Looked) -> bool:
    return looked.table is not None and promptfoo_table.is_table(looked.table)


KINDS = (
    Kind("evaltui", ours.recognises, ours.read),
    Kind("inspect", inspect_log.recognises, inspect_log.read),
    Kind("adk", adk.recognises, adk.read),
    Kind("pydantic-evals", pydantic_evals.recognises, pydantic_evals.read),
    Kind("promptfoo", promptfoo.recognises, promptfoo.read),
    Kind("openai-evals", openai_evals.recognises, openai_evals.read),
    Kind("promptfoo-csv", _is_promptfoo_table, _promptfoo_table),
)
"""In the order in which they are asked."""
NAMES = (*(kind.name for kind in KINDS), TABLE)


def kind_of(looked: Looked, named: str | None, words: Sequence[str]) -> Kind:
    """By its content, or as a person says; `words` say which column is what. Raises BadInput where nothing fits."""
    if named not in (None, *NAMES):
        hint = did_you_mean(str(named), NAMES)
        raise BadInput((Problem("--as", 0, "", "there is no such kind", str(named), ", ".join(NAMES), hint),))
    known = next((kind for kind in KINDS if named in (None, kind.name) and kind.recognises(looked)), None)
    if named not in (None, TABLE) and known is None:
        raise BadInput((Problem(str(looked.path), 0, "", f"is not written as {named} writes its cases"),))
    if known is not None and not words:
        return known
    return _table(looked, words)


def case_of(brought: Brought, case_id: str, kind: str, file: str) -> Case | list[Problem]:
    """The case, with where it came from; or what is wrong with it, at its line."""
    fields = {key: value for key, value in brought.fields.items() if key != "note"}
    note = brought.fields.get("note")
    source: dict[str, Any] = {"kind": kind} | ({"id": brought.name} if brought.name else {})
    written = {"id": case_id, **fields} | ({} if "source" in fields else {"source": source | _note(note)})
    try:
        return Case.model_validate(written)
    except ValidationError as error:
        return case_problems(error, Document(file, written, brought.line))


def id_for(name: str, otherwise: str) -> str:
    """An id that a case may have, as near to the name as can be."""
    word = re.sub(r"[^A-Za-z0-9._:/-]+", "-", name).strip("-._:/")[:96].rstrip("-._:/")
    return word or otherwise


def _note(note: Any) -> dict[str, str]:
    return {"note": note} if isinstance(note, str) and note else {}


def _table(looked: Looked, words: Sequence[str]) -> Kind:
    """A table, or flat lines, whose columns a person named or whose names say enough."""
    columns = columns_of(looked)
    if not columns:
        known = ", ".join(NAMES)
        raise BadInput((Problem(str(looked.path), 0, "", "nothing in it looks like cases", allowed=known),))
    roles = roles_of(words, columns) if words else guessed(columns)
    if not any(role.partition(".")[0] == "input" for role in roles):
        raise path_words(looked.path, columns)
    return Kind(TABLE, lambda _: True, lambda looked, report: read_columns(looked, roles, report))
