"""Owns the body of a create request: written to disk as it grows, within the API's limits, sent as it is."""

import hashlib
import os
from array import array
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from evaltui.batches.names import WIRE_ID
from evaltui.domain.batch import Chunk

HEAD, TAIL, COMMA = b'{"requests":[', b"]}", b","


@dataclass(frozen=True, slots=True)
class Limits:
    """The API takes 100,000 requests or 256 MB; 256,000,000 bytes hold under either reading of a megabyte."""

    requests: int = 100_000
    bytes: int = 256_000_000


@dataclass(frozen=True, slots=True)
class TooLarge:
    """One request that no batch can hold, alone in it: `bytes` is the body it would make."""

    custom_id: str
    bytes: int
    limit: int

    def __bool__(self) -> bool:
        """False, as the answer of `add`: nothing was written."""
        return False

    def __str__(self) -> str:
        return f"request {self.custom_id} makes a body of {self.bytes:,} bytes; a batch holds {self.limit:,}"


class ChunkWriter:
    """Writes the body of one chunk into `folder`; `close` or `discard` ends it, and so does leaving `with`."""

    def __init__(self, folder: Path, nonce: str, limits: Limits = Limits()) -> None:
        self._path, self._nonce, self._limits = folder / f"{nonce}.json", nonce, limits
        self._starts = array("Q")  # where each request, with the comma before it, begins
        folder.mkdir(parents=True, exist_ok=True)
        # Prompts may be private, and a body that exists belongs to someone: never opened again.
        self._path.touch(mode=0o600, exist_ok=False)
        self._file = self._path.open("wb", buffering=1 << 20)
        self._length = self._file.write(HEAD)

    def __enter__(self) -> "ChunkWriter":
        return self

    def __exit__(self, *_: object) -> None:
        if not self._file.closed:
            self.discard()

    @property
    def size(self) -> int:
        """Requests in the chunk so far."""
        return len(self._starts)

    def add(self, custom_id: str, params: bytes) -> "bool | TooLarge":
        """Appends one request whose `params` is a JSON object; false, and nothing written, where it does not fit.

        `TooLarge`, which is false too, says that it fits in no chunk at all.
        """
        item = _item(custom_id, params)
        alone = len(HEAD) + len(item) + len(TAIL)
        if alone > self._limits.bytes:
            return TooLarge(custom_id, alone, self._limits.bytes)
        item = COMMA + item if self.size else item
        if self.size >= self._limits.requests or self._length + len(item) + len(TAIL) > self._limits.bytes:
            return False
        self._starts.append(self._length)
        self._length += self._file.write(item)
        return True

    def drop_last(self) -> None:
        """Takes the last request out again; IndexError where there is none."""
        self._length = self._starts.pop()
        self._file.seek(self._length)
        self._file.truncate()

    def close(self) -> Chunk:
        """The chunk, its body synced to disk. ValueError where it is empty: the API takes no empty batch."""
        if not self.size:
            raise ValueError("a chunk needs at least one request")
        self._length += self._file.write(TAIL)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._path.open("rb") as body:
            digest = hashlib.file_digest(body, "sha256").hexdigest()
        return Chunk(self._nonce, self.size, self._path, self._length, digest)

    def discard(self) -> None:
        """Removes the body; nothing of the chunk is left."""
        with suppress(OSError):  # a full disk fails once more on closing
            self._file.close()
        self._path.unlink(missing_ok=True)


def distinct(size: int, used: set[int]) -> int:
    """How many requests to drop so that no other chunk in flight has this size; 0 also where none is free."""
    return next((size - smaller for smaller in range(size, 0, -1) if smaller not in used), 0)


def _item(custom_id: str, params: bytes) -> bytes:
    if not WIRE_ID.fullmatch(custom_id):
        raise ValueError(f"no request can be named {custom_id!r}")
    if not (params.startswith(b"{") and params.endswith(b"}")):
        raise ValueError(f"the params of {custom_id} are not a JSON object")
    return b'{"custom_id":"%b","params":%b}' % (custom_id.encode(), params)
