"""Owns logs of the Messages API, one exchange a line: as a proxy recorded it, or a bare request, or a bare reply."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.text import found, shown
from evaltui.logs.answered import Answer, item_of, keys_of
from evaltui.logs.ask import read_asked
from evaltui.logs.documents import read_documents
from evaltui.logs.exchange import Exchange, exchange_of
from evaltui.logs.records import Record
from evaltui.logs.report import error
from evaltui.logs.sse import assemble, is_stream

KIND = "anthropic-messages"
_PATH = "/messages"
_VERSION = re.compile(r"v\d+")
_OTHER = "the record is no exchange of the Messages API"


@dataclass(frozen=True, slots=True)
class AnthropicMessages:
    """One item a request; the history that it sent along is part of the item, and its tokens are not."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is an exchange of the Messages API."""
        return any(isinstance(_exchange(record), Exchange) for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every exchange; all else is skipped."""
        for each in read_documents(path, offset):
            yield each if isinstance(each, Skipped) else read_record(each)


def read_record(record: Record) -> Item | Skipped:
    """The item of a record of this kind of log; Skipped where it is none."""
    exchange = _exchange(record.value)
    if isinstance(exchange, str):
        return Skipped(record.place, exchange, keys_of(record.value), damaged=False)
    return read_exchange(KIND, record, exchange)


def read_exchange(kind: str, record: Record, exchange: Exchange) -> Item | Skipped:
    """The item of one exchange; Skipped where nothing of it can be read."""
    answer = _answer(exchange)
    return item_of(kind, record, exchange, read_asked(exchange.request, answer.reply), answer)


def _exchange(record: dict[str, Any]) -> Exchange | str:
    """The exchange, or why the record is none."""
    exchange = exchange_of(record) or _bare(record)
    if exchange is None:
        return _OTHER
    if exchange.path and not exchange.path.rstrip("/").endswith(_PATH):
        return f"the record is of another endpoint: {_endpoint(exchange.path)}"
    asks = exchange.request is not None and isinstance(exchange.request.get("messages"), list)
    return exchange if _replies(exchange, asks) else _OTHER


def _replies(exchange: Exchange, asks: bool) -> bool:
    """A reply is known by itself; an error or no reply only beside a request of this API."""
    response = exchange.response
    if is_stream(response) or _is_message(response):
        return True
    if isinstance(response, dict) and response.get("type") == "error":
        return asks or bool(exchange.path)
    if isinstance(response, dict) and ("choices" in response or "object" in response or "input_tokens" in response):
        return False
    return asks and (bool(exchange.path) or _sets_a_limit(exchange))


def _sets_a_limit(exchange: Exchange) -> bool:
    """Other providers take messages too; only this one insists on `max_tokens`, with a model of its name."""
    request = exchange.request or {}
    return "max_tokens" in request and "claude" in str(request.get("model"))


def _bare(record: dict[str, Any]) -> Exchange | None:
    if _is_message(record):
        return Exchange(None, record)
    if isinstance(record.get("messages"), list) and "max_tokens" in record:
        return Exchange(record, None)
    return None


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "message" and value.get("role") == "assistant"


def _endpoint(path: str) -> str:
    """The words of a path, without what names one thing in it."""
    return "/".join(
        shown(part) if _VERSION.fullmatch(part) or not any(map(str.isdigit, part)) else "…" for part in path.split("/")
    )


def _answer(exchange: Exchange) -> Answer:
    response, status = exchange.response, exchange.status
    if is_stream(response):
        return _streamed(response)
    if _is_message(response):
        return Answer(response)
    if isinstance(response, dict) and response.get("type") == "error":
        return Answer(fault=_fault(response.get("error"), response.get("request_id")))
    if status is not None and status >= 400:
        return Answer(fault=Errored(f"http_{status}", shown(str(response), 300), exchange.id or None))
    if response is None:
        return Answer()
    return Answer(notes=(error("response", "is no message of the Messages API", response),))


def _streamed(response: Any) -> Answer:
    told = assemble(response)
    notes = (error("response", f"{told.unread:,} events of the stream make no sense"),) if told.unread else ()
    if told.error is not None:
        return Answer(told.message, _fault(told.error, None), notes)
    cut = None if told.ended else Errored("stream_cut", "the stream ends before its message does")
    return Answer(told.message, cut, notes)


def _fault(written: Any, request_id: Any) -> Errored:
    told = written if isinstance(written, dict) else {"message": written}
    kind, message = told.get("type"), told.get("message")
    return Errored(
        kind if isinstance(kind, str) and kind else "error",
        message if isinstance(message, str) else found(message),
        request_id if isinstance(request_id, str) else None,
    )
