"""Owns the published JSON Schemas of the files of an evalset."""

from typing import Any, Literal

from pydantic import BaseModel

from evaltui.domain.case import Case
from evaltui.domain.evalset import EvalsetFile
from evaltui.domain.rubric import Rubric
from evaltui.files.models import headed, schema_of

Kind = Literal["case", "evalset", "rubric"]
_FILES: dict[str, type[BaseModel]] = {"evalset": EvalsetFile, "rubric": Rubric}


def json_schema(kind: Kind) -> dict[str, Any]:
    """The schema of a whole file: `case` is a file of cases, which holds a list or `cases: [...]`."""
    return _cases() if kind == "case" else schema_of(_FILES[kind], kind)


def _cases() -> dict[str, Any]:
    case = Case.model_json_schema(ref_template="#/$defs/{model}")
    definitions = case.pop("$defs", {}) | {"Case": case | {"oneOf": [_given("input"), _given("messages")]}}
    cases = {"type": "array", "items": {"$ref": "#/$defs/Case"}}
    wrapped = {"type": "object", "properties": {"cases": cases}, "required": ["cases"], "additionalProperties": False}
    return headed("case", {"description": "Gold cases of an evalset", "anyOf": [cases, wrapped], "$defs": definitions})


def _given(field: str) -> dict[str, Any]:
    return {"required": [field], "properties": {field: {"not": {"type": "null"}}}}
