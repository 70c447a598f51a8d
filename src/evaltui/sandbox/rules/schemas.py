"""Which JSON Schemas structured output and tools accept."""

import re
from collections.abc import Iterator
from typing import Any

from evaltui.sandbox.rules.shapes import Problems

_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
_UNSUPPORTED = {
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength"),
    "array": ("maxItems", "uniqueItems"),
}
_COMBINED = ("oneOf", "allOf", "anyOf")


def strict_schema(schema: Any, where: str) -> Problems:
    """Structured output compiles the schema, so it refuses what cannot be compiled."""
    for part in _parts(schema):
        yield from _part(part, where)


def input_schema(schema: Any, where: str) -> Problems:
    """The `input_schema` of a tool must describe an object."""
    if "type" not in schema:
        yield f"{where}.type: Field required"
    elif schema["type"] != "object":
        yield f"{where}.type: Input should be 'object'"
    if any(name in schema for name in _COMBINED):
        yield f"{where}: input_schema does not support oneOf, allOf, or anyOf at the top level"
    properties = schema.get("properties") or {}
    if not isinstance(properties, dict):
        yield f"{where}.properties: Input should be a valid dictionary"
    elif not all(_PROPERTY.fullmatch(name) for name in properties):
        yield f"{where}.properties: Property keys should match pattern '^{_PROPERTY.pattern}$'"


def _part(part: dict[str, Any], where: str) -> Problems:
    kinds = part.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "object" in kinds and part.get("additionalProperties") is not False:
        yield f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false"
    for kind, names in _UNSUPPORTED.items():
        if kind in kinds and (found := [name for name in names if name in part]):
            yield f"{where}: For '{kind}' type, properties {', '.join(found)} are not supported"
    if "array" in kinds and part.get("minItems", 0) not in (0, 1):
        yield f"{where}: For 'array' type, 'minItems' values other than 0 or 1 are not supported"


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema inside it; `enum`, `const` and `default` hold data, not schemas."""
    if not isinstance(schema, dict):
        return
    yield schema
    for name in ("properties", "$defs", "definitions"):
        named = schema.get(name)
        for part in named.values() if isinstance(named, dict) else ():
            yield from _parts(part)
    for name in (*_COMBINED, "prefixItems"):
        listed = schema.get(name)
        for part in listed if isinstance(listed, list) else ():
            yield from _parts(part)
    yield from _parts(schema.get("items"))
