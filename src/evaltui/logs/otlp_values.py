"""Owns values as OTLP JSON types them, and lists of named values."""

from typing import Any

from evaltui.logs.loose import first, text

_DEEPEST = 20
_TYPES = ("stringValue", "boolValue", "doubleValue", "bytesValue", "string_value", "bool_value", "double_value")


def attributes_of(written: Any) -> dict[str, Any]:
    """Attributes by name, from the list of keys and typed values; a plain mapping is taken as it is."""
    if isinstance(written, dict):
        return {key: value_of(value) if _is_typed(value) else value for key, value in written.items()}
    return {name: value_of(each.get("value")) for each in mappings(written) if (name := text(each, "key"))}


def value_of(typed: Any, depth: int = 0) -> Any:
    """The value itself; one without a type is taken as it is."""
    if not isinstance(typed, dict) or depth > _DEEPEST:
        return typed
    if (whole := first(typed, "intValue", "int_value")) is not None:
        is_text = isinstance(whole, str) and whole.removeprefix("-").isdecimal() and len(whole) < 30
        return int(whole) if is_text else whole
    if isinstance(listed := first(typed, "arrayValue", "array_value"), dict):
        values = listed.get("values")
        return [value_of(each, depth + 1) for each in values] if isinstance(values, list) else []
    if isinstance(mapped := first(typed, "kvlistValue", "kvlist_value"), dict):
        pairs = mappings(mapped.get("values"))
        return {text(each, "key"): value_of(each.get("value"), depth + 1) for each in pairs}
    return first(typed, *_TYPES)


def mappings(value: Any) -> list[dict[str, Any]]:
    """The JSON objects of a list; none of any other value."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).endswith(("Value", "_value"))
