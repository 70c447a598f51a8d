"""Owns how a results file is read: one line at a time, its message kept as the bytes that came.

Only the envelope is parsed for every line; results are told apart by their type strings, and a type nobody knows
is an error, never a success.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.trajectory import Usage

BUFFER = 1 << 20
MOST_TOKENS = 2**53
SUCCEEDED = re.compile(
    rb"""\s*{\s*"custom_id"\s*:\s*"([\w-]{1,64})"\s*,\s*"result"\s*:\s*{\s*"type"\s*:\s*"succeeded"\s*,\s*"message"\s*:\s*"""
)
EXCERPT = 200


class _Result(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


class _Envelope(msgspec.Struct):
    custom_id: str
    result: _Result


class _Creation(msgspec.Struct):
    ephemeral_1h_input_tokens: int | None = 0


class _Usage(msgspec.Struct):
    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0
    cache_read_input_tokens: int | None = 0
    cache_creation: _Creation | None = None


class _Message(msgspec.Struct):
    content: msgspec.Raw
    model: str = ""
    stop_reason: str | None = None
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    type: str | None = None
    message: str | None = None
    error: "_Error | None" = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A line as it came: `kind` is the result's type; `body` is its raw message or error, empty where it has none."""

    number: int
    custom_id: str
    kind: str
    body: msgspec.Raw


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no result: `number` counts from 1, `excerpt` is its beginning, as hostile as it came."""

    number: int
    reason: str
    excerpt: str


_envelope = msgspec.json.Decoder(_Envelope)
_message = msgspec.json.Decoder(_Message)
_error = msgspec.json.Decoder(_Error)


def read_results(path: Path) -> Iterator[ResultLine | BadLine]:
    """Every line of a results file, in its order; blank lines are passed over, repeated ids are not."""
    with path.open("rb", buffering=BUFFER) as file:
        yield from read_lines(file)


def read_lines(lines: Iterable[bytes]) -> Iterator[ResultLine | BadLine]:
    """The same over lines already at hand."""
    decode = _envelope.decode
    for number, line in enumerate(lines, start=1):
        if line.isspace() or not line:
            continue
        try:
            if not line.isascii():
                line.decode()  # what is kept raw here is decoded by everyone after us
            envelope = decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield _salvaged(number, line) or BadLine(number, str(error), line[:EXCERPT].decode("utf-8", "replace"))
            continue
        kind = envelope.result.type
        body = envelope.result.error if kind == "errored" else envelope.result.message
        yield ResultLine(number, envelope.custom_id, kind, body)


def _salvaged(number: int, line: bytes) -> ResultLine | None:
    """A success that our decoder refuses (a lone surrogate, endless nesting) was paid for: its reply is kept."""
    name = SUCCEEDED.match(line)
    if name is None or not line.rstrip().endswith(b"}}"):
        return None
    try:
        message = json.dumps(json.loads(line)["result"]["message"]).encode()
    except (ValueError, RecursionError, LookupError, TypeError):
        message = line[name.end() :].rstrip()[:-2]
    return ResultLine(number, name[1].decode(), "succeeded", msgspec.Raw(message))


def outcome(line: ResultLine) -> Outcome:
    """What came of the request; a result of a type nobody knows is `Errored`, a message nobody can read is kept."""
    if line.kind == "succeeded":
        return _succeeded(bytes(line.body))
    if line.kind == "errored":
        return _errored(bytes(line.body))
    if line.kind == "canceled":
        return Canceled()
    if line.kind == "expired":
        return Expired()
    return Errored("unknown_result", f"the result is of a type this program does not know: {line.kind[:EXCERPT]!r}")


def _succeeded(body: bytes) -> Outcome:
    if body in (b"", b"null"):
        return Errored("unreadable_message", "the result says succeeded and holds no message")
    try:
        message = _message.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return _leniently(body)
    return Succeeded(body, message.stop_reason, message.model, _usage(message.usage or _Usage()))


def _leniently(body: bytes) -> Succeeded:
    """A reply that is not as documented was paid for and is kept; what cannot be told of it stays empty."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    said = message if isinstance(message, dict) else {}
    usage = said.get("usage")
    told = usage if isinstance(usage, dict) else {}
    counts = Usage(*(_count(told.get(field.name)) for field in fields(Usage)))
    stop_reason, model = said.get("stop_reason"), said.get("model")
    return Succeeded(body, stop_reason if isinstance(stop_reason, str) else None, str(model or ""), counts)


def _usage(usage: _Usage) -> Usage:
    hour = usage.cache_creation.ephemeral_1h_input_tokens if usage.cache_creation else 0
    told = (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_creation_input_tokens,
        usage.cache_read_input_tokens,
        hour,
    )
    return Usage(*map(_count, told))


def _count(tokens: Any) -> int:
    """Tokens as a whole number that a database can hold; what is none counts as 0."""
    known = isinstance(tokens, int | float) and 0 <= tokens <= MOST_TOKENS
    return int(tokens) if known else 0


def _errored(body: bytes) -> Errored:
    try:
        outer = _error.decode(body)
    except msgspec.MsgspecError as error:
        return Errored("unreadable_error", f"the error cannot be read: {error}")
    inner = outer.error or outer
    return Errored(inner.type or "unknown_error", inner.message or "", outer.request_id)
