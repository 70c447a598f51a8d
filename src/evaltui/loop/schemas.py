"""The JSON Schemas of the files a person writes, by kind."""

from collections.abc import Callable
from typing import Any

from evaltui.agents import schema as agents
from evaltui.evalsets import schema as evalsets
from evaltui.loop import redaction

_MAKERS: dict[str, Callable[[], dict[str, Any]]] = {
    "case": lambda: evalsets.json_schema("case"),
    "evalset": lambda: evalsets.json_schema("evalset"),
    "agent": agents.json_schema,
    "rubric": lambda: evalsets.json_schema("rubric"),
    "redaction": redaction.json_schema,
}
KINDS = tuple(_MAKERS)


def json_schema(kind: str) -> dict[str, Any]:
    """A draft 2020-12 schema; KeyError for a kind not in KINDS."""
    return _MAKERS[kind]()
