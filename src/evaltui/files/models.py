"""Owns questions about a pydantic model: its field names at a path, and its published JSON Schema."""

from typing import Any, get_args

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The field names that a value at `path` inside a `model` may have; empty where any name may stand."""
    models = [model]
    for step in path:
        if isinstance(step, str):
            models = [
                inner
                for each in models
                if step in each.model_fields
                for inner in _models_in(each.model_fields[step].annotation)
            ]
    return list(dict.fromkeys(name for each in models for name in each.model_fields))


def schema_of(model: type[BaseModel], kind: str) -> dict[str, Any]:
    """The JSON Schema of a file that holds one `model`, ready for an editor."""
    return headed(kind, model.model_json_schema())


def headed(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the dialect, identity and title that every published file kind has."""
    return {"$schema": DIALECT, "$id": f"urn:evaltui:{kind}"} | schema | {"title": f"evaltui {kind}"}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]
