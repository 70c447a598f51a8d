"""Owns making a scorer from the arguments a person wrote, and telling all that is wrong with them."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from evaltui.domain.base import digest
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Scorer
from evaltui.scores.shown import nearest, plain, shown

SCORING_VERSION = 1
"""Raised when a built-in scorer's verdict on the same evidence changes: stored scores then count as stale."""


def build(cls: type[Any], arguments: Mapping[str, Any]) -> Scorer | list[str]:
    """A scorer of class `cls`, or every error as a sentence.

    `{"value": X}`, the short form, gives X to the first positional field, or to `of` where all are keywords.
    """
    if not is_dataclass(cls):
        return [f"{cls.__name__} is no dataclass, so it cannot be given arguments"]
    given = _long_form(cls, arguments)
    known = {item.name: item for item in fields(cls) if item.init}
    problems = [_unknown(name, known) for name in given if name not in known]
    problems += [f"{name} is missing" for name in known if name not in given and _is_required(known[name])]
    values = {name: _checked(cls, name, value) for name, value in given.items() if name in known}
    wrong = [value for value in values.values() if isinstance(value, _Wrong)]
    problems += [problem for value in wrong for problem in value.problems]
    return problems or _made(cls, values)


def scorer_digest(spec: ScorerSpec) -> str:
    """Of all that a score depends on beside the evidence; renaming a scorer or making it advisory changes nothing."""
    return digest([spec.kind, spec.arguments, SCORING_VERSION])


class _Wrong:
    """Why a value cannot be an argument."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems


def _made(cls: type[Any], values: dict[str, Any]) -> Scorer | list[str]:
    try:
        scorer: Scorer = cls(**values)
    except ValueError as error:
        return [str(error)]
    return scorer


def _long_form(cls: type[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    names = [item.name for item in fields(cls) if item.init]
    if set(arguments) != {"value"} or "value" in names or not names:
        return dict(arguments)
    positional = next((item.name for item in fields(cls) if item.init and not item.kw_only), None)
    return {positional or ("of" if "of" in names else names[0]): arguments["value"]}


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    allowed = f"allowed: {', '.join(known)}" if known else "it takes none"
    return f"unknown argument {plain(name)}; {allowed}{nearest(name, known)}"


def _is_required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _checked(cls: type[Any], name: str, value: Any) -> Any:
    """The value as the field's type has it (YAML's lists become tuples), or `_Wrong`."""
    try:
        return _adapter(get_type_hints(cls)[name]).validate_json(json.dumps(value))
    except ValidationError as error:
        return _Wrong([f"{name}: {_said(error)}; found {shown(value)}"])
    except (TypeError, ValueError) as error:
        return _Wrong([f"{name}: not a value of YAML: {plain(str(error))}"])


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    """A model of its own brings its own rules; pydantic takes no others for it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return TypeAdapter(annotation)
    return TypeAdapter(annotation, config=ConfigDict(strict=True, allow_inf_nan=False))


def _said(error: ValidationError) -> str:
    """What is due, in a few words; the members of a union each add theirs."""
    messages = dict.fromkeys(item["msg"].removeprefix("Input should be ") for item in error.errors(include_url=False))
    return "must be " + " or ".join(messages)
