"""Owns all that can be said at once about a case that did not validate."""

from typing import Any

from pydantic import ValidationError

from evaltui.domain.case import ONE_INPUT, Case
from evaltui.domain.problem import Problem
from evaltui.domain.text import dotted
from evaltui.files.document import Document
from evaltui.files.explain import problems_from

At = tuple[str | int, ...]


def case_problems(error: ValidationError, document: Document, at: At = ()) -> list[Problem]:
    """Every problem of the case at `at`; pydantic looks at the rule of one input only when all fields are fine."""
    problems = problems_from(error, Case, document, at)
    if _input_is_clear(document.part(at), problems):
        return problems
    return [Problem(document.file, document.line(at), dotted(at), ONE_INPUT), *problems]


def written_id(written: Any) -> str | None:
    """The id a case was meant to have, if it can be told."""
    case_id = written.get("id") if isinstance(written, dict) else None
    return case_id if isinstance(case_id, str) else None


def _input_is_clear(written: Any, problems: list[Problem]) -> bool:
    """True also where a problem already speaks of it: a misspelt `input` needs no second sentence."""
    if not isinstance(written, dict) or (written.get("input") is None) != (written.get("messages") is None):
        return True
    misspelt = written.get("input") is None and any(
        '"input"' in each.hint or '"messages"' in each.hint for each in problems
    )
    return misspelt or any(each.message == ONE_INPUT for each in problems)
