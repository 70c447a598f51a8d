"""Owns a project's redaction rules: where they are written, and the redactor that follows them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import found
from evaltui.files.document import Document, read_document
from evaltui.files.explain import problems_from
from evaltui.files.models import schema_of
from evaltui.logs.redact.kinds import KINDS
from evaltui.logs.redact.redactor import Redactor
from evaltui.logs.redact.rules import Rules

RULES = Path(".evaltui") / "redaction.yaml"
SECRETS = ("private_key", "jwt", "key", "credentials", "token", "secret", "name")
"""Kinds that stand in no case on purpose; an e-mail address or an amount may be what a case is about."""


def redactor_for(*folders: Path) -> Redactor:
    """A new redactor by the rules of the project that the folders lie in. Raises BadInput when the rules are wrong.

    Nothing may leave the machine by rules that cannot be read: there is no default for a broken file.
    """
    return Redactor(rules_for(*folders))


def secret_redactor(*folders: Path) -> Redactor:
    """By the same rules; of the built-in kinds only secrets, and the names that the project lists."""
    rules = rules_for(*folders)
    return Redactor(rules.model_copy(update={"off": [*rules.off, *(kind for kind in KINDS if kind not in SECRETS)]}))


def secrets_in(value: Any, *folders: Path) -> str:
    """What a JSON value holds that looks like a secret, in words; empty where nothing does."""
    places = secret_redactor(*folders).value(value).places
    kinds = dict.fromkeys(span.kind.replace("_", " ") for place in places for span in place.redacted.spans)
    return ", ".join(kinds) or ("what could not be searched to its end" if places else "")


def rules_for(*folders: Path) -> Rules:
    """The rules as written, or the built-in ones where there is no file. Raises BadInput with every problem of it."""
    path = rules_path(*folders)
    return Rules() if path is None else _read(path)


def rules_path(*folders: Path) -> Path | None:
    """The nearest `.evaltui/redaction.yaml` upwards from the first folder that has one."""
    places = (place / RULES for folder in folders for place in (folder.absolute(), *folder.absolute().parents))
    return next((path for path in places if path.exists() or path.is_symlink()), None)


def json_schema() -> dict[str, object]:
    """The schema of the rules file."""
    return schema_of(Rules, "redaction")


def _read(path: Path) -> Rules:
    document = read_document(path)
    if not isinstance(document, Document):
        raise BadInput(tuple(map(_without_list, document)))
    if not isinstance(document.value, dict):
        wrong = Problem(str(path), document.line(), "", "must be a mapping of fields", found(document.value))
        raise BadInput((wrong,))
    try:
        return Rules.model_validate(document.value)
    except ValidationError as error:
        raise BadInput(tuple(problems_from(error, Rules, document))) from error


def _without_list(problem: Problem) -> Problem:
    hint = "remove the file for the built-in rules, or write `names: []`"
    return replace(problem, hint=hint) if problem.message == "the file is empty" else problem
