"""Owns how a results file is read: one line at a time, its message kept as the bytes that came.

Only the envelope is parsed for every line; results are told apart by their type strings, and a type nobody knows
is an error, never a success.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.trajectory import Usage

BUFFER = 1 << 20
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
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            yield BadLine(number, str(error), line[:EXCERPT].decode("utf-8", "replace"))
            continue
        kind = envelope.result.type
        body = envelope.result.error if kind == "errored" else envelope.result.message
        yield ResultLine(number, envelope.custom_id, kind, body)


def outcome(line: ResultLine) -> Outcome:
    """What came of the request; whatever is not plainly a message, a cancellation or an expiry is `Errored`."""
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
    try:
        message = _message.decode(body)
    except msgspec.MsgspecError as error:
        return Errored("unreadable_message", f"the message cannot be read: {error}")
    if not bytes(message.content).startswith(b"["):
        return Errored("unreadable_message", "the message has no list of content blocks")
    return Succeeded(body, message.stop_reason, message.model, _usage(message.usage or _Usage()))


def _usage(usage: _Usage) -> Usage:
    return Usage(
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        usage.cache_creation_input_tokens or 0,
        usage.cache_read_input_tokens or 0,
        (usage.cache_creation.ephemeral_1h_input_tokens or 0) if usage.cache_creation else 0,
    )


def _errored(body: bytes) -> Errored:
    try:
        outer = _error.decode(body)
    except msgspec.MsgspecError as error:
        return Errored("unreadable_error", f"the error cannot be read: {error}")
    inner = outer.error or outer
    return Errored(inner.type or "unknown_error", inner.message or "", outer.request_id)
