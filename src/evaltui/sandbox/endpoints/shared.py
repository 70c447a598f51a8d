"""What several endpoints need: the server's parts, the body, the page of a listing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request

from evaltui.sandbox.core import Core
from evaltui.sandbox.errors import ApiError, invalid
from evaltui.sandbox.rules.params import Setting

T = TypeVar("T")
_MAX_LIMIT, _LIMIT = 1_000, 20


def core_of(request: Request) -> Core:
    core: Core = request.state.core
    return core


def setting_of(request: Request, *, in_batch: bool) -> Setting:
    named = request.headers.get("anthropic-beta", "").split(",")
    return Setting(request.state.version, tuple(filter(None, map(str.strip, named))), in_batch)


async def receive_into(request: Request, path: Path, most: int) -> None:
    """Write the body to a file as it arrives; 413 once it is longer than `most` bytes."""
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            _check_size(size, most)
            file.write(chunk)


async def receive(request: Request, most: int) -> bytes:
    """The body in memory; 413 once it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_size(len(body), most)
    return bytes(body)


def page(request: Request, rows: Sequence[T], name: Callable[[T], str]) -> tuple[list[T], bool]:
    """The rows that `limit`, `after_id` and `before_id` ask for, and whether there are more in that direction."""
    limit = _limit(request.query_params.get("limit"))
    after, before = (request.query_params.get(key) for key in ("after_id", "before_id"))
    if after and before:
        raise invalid("after_id and before_id cannot both be specified")
    names = [name(row) for row in rows]
    if before:
        end = _position(names, "before_id", before)
        return list(rows[max(0, end - limit) : end]), end > limit
    start = _position(names, "after_id", after) + 1 if after else 0
    return list(rows[start : start + limit]), start + limit < len(rows)


def listing(data: list[dict[str, Any]], has_more: bool) -> dict[str, Any]:
    return {
        "data": data,
        "has_more": has_more,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise ApiError("request_too_large", f"Request exceeds the maximum size of {most} bytes")


def _limit(text: str | None) -> int:
    if text is None:
        return _LIMIT
    if not text.lstrip("-").isdecimal():
        raise invalid("limit: Input should be a valid integer, unable to parse string as an integer")
    if int(text) < 1:
        raise invalid("limit: Input should be greater than or equal to 1")
    if int(text) > _MAX_LIMIT:
        raise invalid(f"limit: Input should be less than or equal to {_MAX_LIMIT}")
    return int(text)


def _position(names: list[str], key: str, wanted: str) -> int:
    if wanted not in names:
        raise invalid(f"{key}: no object with id {wanted!r}")
    return names.index(wanted)
