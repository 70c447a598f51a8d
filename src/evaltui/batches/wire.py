"""Owns how replies of the Message Batches API are read: leniently, so that a new field never stops a run.

Unknown fields are ignored, unknown statuses pass through, and a date that is missing or cannot be read is None.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from evaltui.domain.batch import Counts, RemoteBatch

BATCHES = "/v1/messages/batches"
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)  # the last: brackets without end
USABLE_ID = re.compile(r"(?!\.{1,2}$)[!-~]{1,256}")  # printable ASCII, and no step of a path


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the listing, newest first; `after` continues it, None at its end."""

    batches: tuple[RemoteBatch, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """What an error body says; all empty where it is not one of the API's."""

    type: str = ""
    message: str = ""
    code: str = ""
    request_id: str | None = None


class _Counts(msgspec.Struct):
    processing: int | None = 0
    succeeded: int | None = 0
    errored: int | None = 0
    canceled: int | None = 0
    expired: int | None = 0


class _Batch(msgspec.Struct):
    id: str
    type: str | None = None
    processing_status: str | None = None
    request_counts: _Counts | None = None
    created_at: Any = None
    expires_at: Any = None
    ended_at: Any = None
    cancel_initiated_at: Any = None
    archived_at: Any = None


class _Page(msgspec.Struct):
    data: list[_Batch]
    has_more: bool | None = False
    last_id: str | None = None


class _Details(msgspec.Struct):
    error_code: Any = None


class _Error(msgspec.Struct):
    type: str | None = None
    message: str | None = None
    details: _Details | None = None


class _ErrorBody(msgspec.Struct):
    error: _Error
    request_id: str | None = None


def batch_path(remote_id: str, verb: str = "") -> str:
    """The path of a batch; an id can not reach outside its own segment."""
    return f"{BATCHES}/{quote(remote_id, safe='')}{verb}"


def read_batch(body: bytes) -> RemoteBatch | None:
    """None where the body is not a batch with a usable id."""
    try:
        return _remote(msgspec.json.decode(body, type=_Batch))
    except UNREADABLE:
        return None


def read_page(body: bytes) -> Page | None:
    """None where the body is not a listing, or any batch in it cannot be read: it might be the one sought."""
    try:
        page = msgspec.json.decode(body, type=_Page)
    except UNREADABLE:
        return None
    batches = tuple(batch for item in page.data if (batch := _remote(item)) is not None)
    if len(batches) != len(page.data):
        return None
    return Page(batches, (page.last_id or batches[-1].id) if page.has_more and batches else None)


def read_error(body: bytes) -> ErrorReply:
    """What an error body says; anything else, such as a proxy's HTML page, gives an empty one."""
    try:
        reply = msgspec.json.decode(body, type=_ErrorBody)
    except UNREADABLE:
        return ErrorReply()
    error, details = reply.error, reply.error.details or _Details()
    code = details.error_code if isinstance(details.error_code, str) else ""
    return ErrorReply(error.type or "", error.message or "", code, reply.request_id)


def read_date(value: object) -> datetime | None:
    """An aware datetime in UTC, from ISO 8601 with `Z`, an offset or neither (then it is UTC)."""
    try:
        date = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if date is None else (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _remote(batch: _Batch) -> RemoteBatch | None:
    if batch.type not in (None, "message_batch") or not USABLE_ID.fullmatch(batch.id):
        return None
    counts = batch.request_counts or _Counts()
    return RemoteBatch(
        id=batch.id,
        status=batch.processing_status or "unknown",
        counts=Counts(**{name: getattr(counts, name) or 0 for name in _Counts.__struct_fields__}),
        created_at=read_date(batch.created_at),
        expires_at=read_date(batch.expires_at),
        ended_at=read_date(batch.ended_at),
        cancel_initiated_at=read_date(batch.cancel_initiated_at),
        archived_at=read_date(batch.archived_at),
    )
