"""Owns how a pydantic error becomes a Problem: place, field, plain words, what was found and what is allowed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, dotted, found
from evaltui.files.document import Document
from evaltui.files.models import fields_at

Path = tuple[str | int, ...]

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "date_type": "a day without a time",
}
_BOUNDS = {
    "greater_than_equal": "at least {ge:g}",
    "less_than_equal": "at most {le:g}",
    "greater_than": "more than {gt:g}",
    "less_than": "less than {lt:g}",
}


@dataclass(frozen=True, slots=True)
class _Fault:
    """One pydantic error at a path of the value, the labels of union branches removed."""

    kind: str
    path: Path
    value: Any
    text: str
    context: dict[str, Any]


def problems_from(error: ValidationError, model: type[BaseModel], document: Document, at: Path = ()) -> list[Problem]:
    """Every error of validating the part of `document` at `at` against `model`, in the order of its lines."""
    faults = [_fault(raw, document.part(at)) for raw in error.errors(include_url=False)]
    problems = [_problem(fault, model, document, at) for fault in _settled(faults)]
    return sorted(problems, key=lambda problem: problem.line)


def unrepeated(found_first: tuple[Problem, ...], later: list[Problem]) -> list[Problem]:
    """`later` without what only follows from a problem already found at the same field."""
    known = {(problem.file, problem.line, problem.field) for problem in found_first}
    return [problem for problem in later if (problem.file, problem.line, problem.field) not in known]


def _fault(raw: Any, value: Any) -> _Fault:
    kind, path = str(raw["type"]), tuple(_path(raw["loc"], value))
    if kind == "missing":
        path = (*path, raw["loc"][-1])
    return _Fault(kind, path, raw["input"], str(raw["msg"]), raw.get("ctx", {}))


def _path(location: tuple[str | int, ...], value: Any) -> Iterator[str | int]:
    """The steps of a pydantic location that exist in the value; the others name branches of a union."""
    for step in location:
        if step in (value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()):
            value = value[step]
            yield step


def _settled(faults: list[_Fault]) -> Iterator[_Fault]:
    """One fault a field: branches of a union join, and a branch that went deeper silences those that did not."""
    for index, fault in enumerate(faults):
        if fault.kind not in _KINDS:
            yield fault
        elif not _went_deeper(fault, faults) and all(fault.path != other.path for other in faults[:index]):
            yield fault if (kinds := _kinds(fault, faults)) == _KINDS[fault.kind] else _joined(fault, kinds)


def _went_deeper(fault: _Fault, faults: list[_Fault]) -> bool:
    length = len(fault.path)
    return any(len(other.path) > length and other.path[:length] == fault.path for other in faults)


def _kinds(fault: _Fault, faults: list[_Fault]) -> str:
    words = [_KINDS[other.kind] for other in faults if other.path == fault.path and other.kind in _KINDS]
    return " or ".join(dict.fromkeys(words))


def _joined(fault: _Fault, kinds: str) -> _Fault:
    return _Fault("union", fault.path, fault.value, kinds, fault.context)


def _problem(fault: _Fault, model: type[BaseModel], document: Document, at: Path) -> Problem:
    explain = _EXPLAIN.get(fault.kind, _other)
    message, allowed, hint = explain(fault, model)
    what = "" if fault.kind in ("missing", "extra_forbidden") or _is_whole(fault) else found(fault.value)
    path = (*at, *fault.path)
    return Problem(document.file, document.line(path), dotted(path), message, what, allowed, hint)


def _is_whole(fault: _Fault) -> bool:
    return not fault.path and isinstance(fault.value, dict | bytes)


Words = tuple[str, str, str]
"""Message, allowed, hint."""


def _other(fault: _Fault, _model: type[BaseModel]) -> Words:
    if fault.kind in _KINDS:
        return f"must be {_KINDS[fault.kind]}", "", _retyped(fault)
    if fault.kind in _BOUNDS:
        return "is out of range", _BOUNDS[fault.kind].format(**fault.context), ""
    return fault.text.removeprefix("Value error, "), "", ""


def _union(fault: _Fault, _model: type[BaseModel]) -> Words:
    return f"must be {fault.text}", "", ""


def _retyped(fault: _Fault) -> str:
    if fault.kind == "string_type" and isinstance(fault.value, bool | int | float):
        return "quote it"
    number = isinstance(fault.value, str) and fault.value.replace(".", "", 1).isdecimal()
    return "write it without quotes" if number and fault.kind in ("int_type", "float_type") else ""


def _missing(_fault: _Fault, _model: type[BaseModel]) -> Words:
    return "is required and missing", "", ""


def _unknown(fault: _Fault, model: type[BaseModel]) -> Words:
    known = fields_at(model, fault.path[:-1])
    return "unknown field", ", ".join(known), did_you_mean(str(fault.path[-1]), known)


def _choice(fault: _Fault, _model: type[BaseModel]) -> Words:
    allowed = str(fault.context["expected"]).replace("'", "").replace(" or ", ", ")
    return "is not one of the allowed values", allowed, did_you_mean(str(fault.value), allowed.split(", "))


def _pattern(fault: _Fault, _model: type[BaseModel]) -> Words:
    return "has characters or a length that are not allowed", f"text matching {fault.context['pattern']}", ""


def _too_short(fault: _Fault, _model: type[BaseModel]) -> Words:
    return "is too short", f"at least {fault.context['min_length']}", ""


_EXPLAIN: dict[str, Callable[[_Fault, type[BaseModel]], Words]] = {
    "union": _union,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "too_short": _too_short,
}
