"""Owns the envelope in which proxies and recorders keep one HTTP exchange: request, response, status, address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from evaltui.files.jsontext import decode_json

_REQUEST = ("request", "request_body", "req", "requestBody")
_RESPONSE = ("response", "response_body", "res", "responseBody")
_STATUS = ("status", "status_code", "statusCode", "response_status")
_ADDRESS = ("uri", "url", "path", "endpoint")
_BODY = ("body", "json", "parsed_body", "content", "data")
_ID = ("request_id", "id", "trace_id")


@dataclass(frozen=True, slots=True)
class Exchange:
    """`request` is None where it is not kept or is no JSON object; `path` is that of the address, "" unknown."""

    request: dict[str, Any] | None
    response: Any
    status: int | None = None
    path: str = ""
    id: str = ""


def exchange_of(record: Mapping[str, Any]) -> Exchange | None:
    """The exchange that a record keeps; None where it keeps none."""
    asked, answered = _first(record, _REQUEST), _first(record, _RESPONSE)
    if asked is None and answered is None:
        return None
    request = _body(asked, ("messages", "prompt", "requests"))
    response = _body(answered, ("type", "choices", "error"))
    return Exchange(
        request if isinstance(request, dict) else None,
        response,
        _status(record, answered),
        _path(record, asked),
        _text(record, _ID),
    )


def _body(part: Any, marks: tuple[str, ...]) -> Any:
    """The body within a part that has its headers beside it; a body kept as text is decoded where it is JSON."""
    if isinstance(part, dict) and not any(mark in part for mark in marks):
        inner = _first(part, _BODY)
        part = part if inner is None else inner
    if isinstance(part, str) and part.lstrip()[:1] == "{":
        value, complaint, _ = decode_json(part.encode("utf-8", "surrogatepass"))
        return part if complaint else value
    return part


def _status(record: Mapping[str, Any], answered: Any) -> int | None:
    within = answered if isinstance(answered, dict) else {}
    found = (each.get(name) for each in (record, within) for name in _STATUS)
    return next((code for code in map(_code, found) if code), None)


def _code(value: Any) -> int | None:
    """Some write it as text."""
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and 100 <= value <= 599 else None


def _path(record: Mapping[str, Any], asked: Any) -> str:
    within = asked if isinstance(asked, dict) else {}
    address = _text(record, _ADDRESS) or _text(within, ("uri", "url"))
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _first(part: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((part[name] for name in names if part.get(name) is not None), None)


def _text(part: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := part.get(name), str) and value), "")
