"""A model that answers from a recording: a JSONL file of request digests and the replies they once got."""

from pathlib import Path
from typing import Any

import msgspec

from evaltui.sandbox.digest import request_digest
from evaltui.sandbox.model import Answer, Refused

_COUNTED = ("input_tokens", "output_tokens")


class RecordedReply(msgspec.Struct, frozen=True):
    content: list[dict[str, Any]]
    stop_reason: str
    usage: dict[str, Any] = {}


class RecordedError(msgspec.Struct, frozen=True):
    type: str
    message: str


class RecordedLine(msgspec.Struct, frozen=True):
    """One line: a digest, and a reply or an error."""

    digest: str
    reply: RecordedReply | None = None
    error: RecordedError | None = None


class Replay:
    """Answers every recorded request as recorded, any other with a `not_found_error`.

    Of several lines with one digest the first wins; `duplicates` counts the others.
    """

    name = "replay"

    def __init__(self, lines: list[RecordedLine]) -> None:
        self._lines: dict[str, RecordedLine] = {}
        for line in lines:
            self._lines.setdefault(line.digest, line)
        self.duplicates = len(lines) - len(self._lines)

    @classmethod
    def load(cls, path: Path) -> "Replay":
        """Read a recording; raises ValueError naming the file, the line and what is wrong with it."""
        with path.open("rb") as file:
            return cls([_read(path, number, line) for number, line in enumerate(file, 1) if line.strip()])

    def __len__(self) -> int:
        return len(self._lines)

    def reply(self, params: dict[str, Any]) -> Answer | Refused:
        digest = request_digest(params)
        line = self._lines.get(digest)
        if line is None:
            return Refused("not_found_error", f"no recording for request digest {digest} (replay)")
        if line.error is not None:
            return Refused(line.error.type, line.error.message)
        return _answer(line.reply)


def _answer(reply: RecordedReply | None) -> Answer:
    if reply is None:
        raise ValueError("a recorded line holds neither a reply nor an error")
    read, written = (int(reply.usage.get(name, 0)) for name in _COUNTED)
    further = {name: value for name, value in reply.usage.items() if name not in (*_COUNTED, "service_tier")}
    return Answer(reply.content, reply.stop_reason, read, written, further, recorded=True)


def _read(path: Path, number: int, line: bytes) -> RecordedLine:
    try:
        read = msgspec.json.decode(line, type=RecordedLine)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}:{number}: not a recorded reply: {error}") from None
    if (read.reply is None) == (read.error is None):
        raise ValueError(f"{path}:{number}: a line needs either `reply` or `error`, and not both")
    return read
