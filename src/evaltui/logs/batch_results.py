"""Owns results of Message Batches, as result lines or as recorded HTTP, each with the request that it answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Skipped
from evaltui.domain.text import shown
from evaltui.files.jsontext import decode_json
from evaltui.logs.anthropic_messages import read_exchange, read_record
from evaltui.logs.batch_requests import Asked, Requests
from evaltui.logs.exchange import Exchange, exchange_of
from evaltui.logs.records import Record, read_records

KIND = "anthropic-batch"
_PATH = re.compile(r"/messages/batches(?:/(?P<id>[^/]+)(?P<results>/results)?)?(?:/cancel)?/?$")
_NEVER = {
    "canceled": "the batch was canceled before this request was processed",
    "expired": "the batch expired before this request was processed",
}


@dataclass(frozen=True, slots=True)
class BatchResults:
    """One item a result. `requests` is a file with the requests, where they are not in the log itself.

    Other exchanges of the Messages API between them are items as well.
    """

    requests: Path | None = None
    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is a result, a request or a state of a batch."""
        return any(_line(record) or _of_batches(record) for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every result; what stands before `offset` is read once more for the requests in it."""
        known = Requests()
        if self.requests is not None:
            known.scan(self.requests)
        if offset:
            known.scan(path, offset)
        for each in read_records(path, offset):
            if isinstance(each, Skipped):
                yield each
            else:
                yield from _read(path, each, known)


def _read(path: Path, record: Record, known: Requests) -> Iterator[Item | Skipped]:
    if line := _line(record.value):
        yield _result(record, line, known.single(_custom_id(line)))
    elif known.note(path, record):
        yield Skipped(record.place, "the record asks for a batch", damaged=False)
    elif not _of_batches(record.value):
        yield read_record(record)
    elif results := _results(record.value):
        yield from _all(record, results, known)
    else:
        yield Skipped(record.place, "the record is a state of a batch", damaged=False)


@dataclass(frozen=True, slots=True)
class _Results:
    """The results of one batch, each a JSON object, or text that is none."""

    batch: str
    lines: tuple[dict[str, Any] | str, ...]


def _all(record: Record, results: _Results, known: Requests) -> Iterator[Item | Skipped]:
    """The record counts with the first of them, and reading goes on after it from the last of them only."""
    asked = known.of_batch(results.batch)
    last = len(results.lines) - 1
    for number, line in enumerate(results.lines):
        place = replace(record.place, records=int(number == 0))
        place = place if number == last else replace(place, after=record.start)
        here = Record(record.value, place, record.start)
        if isinstance(line, str):
            yield Skipped(place, "a result of the batch is no JSON object with an id and a result", shown(line))
        else:
            yield _result(here, line, asked, results.batch)


def _result(record: Record, line: dict[str, Any], asked: Asked, batch: str = "") -> Item | Skipped:
    custom_id = _custom_id(line)
    exchange = Exchange(
        asked.params.get(custom_id), _response(line["result"]), id=f"{batch}/{custom_id}" if batch else custom_id
    )
    # What the record of all results says beside them is of no single one; a line may carry what was said of its own.
    value = {"at": asked.at} if batch else record.value | ({"at": asked.at} if asked.at else {})
    return read_exchange(KIND, Record(value, record.place, record.start), exchange)


def _response(result: dict[str, Any]) -> Any:
    kind = result.get("type")
    if kind == "succeeded":
        return result.get("message")
    if kind == "errored":
        written = result.get("error")
        whole = isinstance(written, dict) and written.get("type") == "error"
        return written if whole else {"type": "error", "error": written}
    if isinstance(kind, str):
        return {"type": "error", "error": {"type": kind, "message": _NEVER.get(kind, kind)}}
    return None


def _line(record: dict[str, Any]) -> dict[str, Any] | None:
    """A result line; some collectors keep it as the `line` of a record."""
    wrapped = record.get("line")
    line = wrapped if isinstance(wrapped, dict) else record
    return line if _is_result(line) else None


def _is_result(line: Any) -> bool:
    return isinstance(line, dict) and isinstance(line.get("custom_id"), str) and isinstance(line.get("result"), dict)


def _custom_id(line: dict[str, Any]) -> str:
    return str(line["custom_id"])


def _of_batches(record: dict[str, Any]) -> bool:
    exchange = exchange_of(record)
    if exchange is None:
        return False
    response = exchange.response
    stated = isinstance(response, dict) and response.get("type") == "message_batch"
    return stated or bool(_PATH.search(exchange.path))


def _results(record: dict[str, Any]) -> _Results | None:
    exchange = exchange_of(record)
    named = _PATH.search(exchange.path) if exchange else None
    if exchange is None or named is None or not named["results"]:
        return None
    response = exchange.response
    lines = (
        response.split("\n") if isinstance(response, str) else response if isinstance(response, list) else [response]
    )
    return (
        _Results(named["id"], tuple(_decoded(line) for line in lines if not isinstance(line, str) or line.strip()))
        if response
        else None
    )


def _decoded(line: Any) -> dict[str, Any] | str:
    value, complaint = line, ""
    if isinstance(line, str):
        value, complaint, _ = decode_json(line.encode("utf-8", "surrogatepass"))
    return value if not complaint and _is_result(value) else str(line)
