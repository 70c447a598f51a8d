"""Owns the scorer that validates a reply against a JSON Schema (Draft 2020-12)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import JsonValue

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, right, wrong
from evaltui.scores.paths import ABSENT, is_null
from evaltui.scores.pattern import TIMEOUT_S, compile_pattern
from evaltui.scores.shown import plain, shown

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_MOST_ERRORS = 10
# For these the library's own sentence says more than "expected KEYWORD VALUE".
_SAID_WELL = frozenset({"required", "additionalProperties", "unevaluatedProperties", "dependentRequired", "contains"})


@dataclass(frozen=True, slots=True)
class JsonSchema(Comparison):
    """The answer is valid against `schema`, else against the schema in the gold. No `$ref` is ever fetched."""

    schema: dict[str, JsonValue] | bool | None = None

    without_path: ClassVar[str] = "json"

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        if self.schema is not None and (problem := schema_problem(json.dumps(self.schema))):
            raise ValueError(problem)

    def gold(self, case: Case) -> Any:
        """The schema, the scorer's own before the case's; a null one does not apply."""
        gold = Comparison.gold(self, case) if self.schema is None else self.schema
        return ABSENT if is_null(gold) else gold

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        written = json.dumps(gold)
        problem = schema_problem(written)
        if problem or got is ABSENT:
            return Unscored(problem) if problem else wrong("the answer has nothing at this path")
        try:
            errors = list(islice(_validator(written).iter_errors(got), _MOST_ERRORS))
        except TimeoutError:
            return Unscored(f"a pattern of the schema took longer than {TIMEOUT_S:g} s on this reply; make it simpler")
        return _verdict([_sentence(error) for error in errors])


@lru_cache(maxsize=256)
def schema_problem(written: str) -> str:
    """What is wrong with a schema, given as JSON, or "" when it can be used."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(json.loads(written))
    except SchemaError as error:
        return f"the schema is no JSON Schema: {plain(error.json_path)}: {plain(error.message)}"
    return ""


@lru_cache(maxsize=256)
def _validator(written: str) -> "Validator":
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    bounded: type[Validator] = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # the stubs leave it so
    return bounded(json.loads(written), registry=Registry())


def _pattern(validator: Any, pattern: str, instance: Any, schema: Mapping[str, Any]) -> "Iterator[ValidationError]":  # noqa: ARG001 - jsonschema's signature
    """As jsonschema's own, but a reply cannot make it run for ever."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not compile_pattern(pattern).search(instance, timeout=TIMEOUT_S):
        yield ValidationError(f"does not match {pattern!r}")


def _sentence(error: "ValidationError") -> str:
    place = plain(error.json_path.removeprefix("$").removeprefix(".") or "the whole")
    if error.validator in _SAID_WELL:
        return f"{place}: {plain(error.message)}"
    return f"{place}: expected {error.validator} {shown(error.validator_value)}, got {shown(error.instance)}"


def _verdict(errors: list[str]) -> Score:
    if not errors:
        return right("valid")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return wrong(errors[0] + more, {"errors": errors})
