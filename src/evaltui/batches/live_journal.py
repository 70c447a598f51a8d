"""Owns what became of each request of a live batch: an append-only file that says so before and after it leaves.

The first line describes the batch. `sent` is on the disk before its request leaves, `refused` takes it back where the
server surely did not process it, and a result line, in the shape of the Batches API, ends the matter. Whoever
appends holds the file's lock; anyone may read. A line cut off by a crash was never acted upon and is dropped.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from evaltui.batches.claude_messages import Answer
from evaltui.batches.download import sync_folder
from evaltui.batches.wire import read_date
from evaltui.domain.batch import Counts, RemoteBatch

if TYPE_CHECKING:
    from filelock import BaseFileLock

RESULT = b'{"custom_id"'
KINDS = ("succeeded", "errored", "canceled")


class _Head(msgspec.Struct):
    created: str
    size: int


class _Kind(msgspec.Struct):
    type: str


class _Line(msgspec.Struct):
    sent: str | None = None
    refused: str | None = None
    custom_id: str | None = None
    result: _Kind | None = None


@dataclass(slots=True)
class State:
    """A batch as its journal tells it; `open` are requests that were sent and have no result."""

    created_at: datetime | None
    size: int
    open: set[str] = field(default_factory=set)
    done: dict[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        return len(self.done) >= self.size

    def remote(self, remote_id: str, *, canceling: bool) -> RemoteBatch:
        """The same in the provider's words."""
        kinds = Counter(self.done.values())
        counts = Counts(self.size - len(self.done), *(kinds[kind] for kind in KINDS))
        status = "ended" if self.finished else "canceling" if canceling else "in_progress"
        return RemoteBatch(remote_id, status, counts, self.created_at)


def create(path: Path, created_at: datetime, size: int) -> None:
    """A new journal, whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(msgspec.json.encode(_Head(created_at.isoformat(), size)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)  # after a power cut, a batch without its journal would be sent once more


def read(path: Path) -> State:
    """Raises OSError, and ValueError where the file is no journal."""
    with path.open("rb") as file:
        head = msgspec.json.decode(file.readline(), type=_Head)
        state = State(read_date(head.created), head.size)
        for line in file:
            if line.endswith(b"\n"):
                _apply(state, msgspec.json.decode(line, type=_Line) if not line.startswith(RESULT) else _result(line))
    return state


def results(path: Path) -> Iterator[bytes]:
    """Every result line."""
    with path.open("rb") as file:
        yield from (line for line in file if line.startswith(RESULT) and line.endswith(b"\n"))


class Journal:
    """Appends for the one process that holds the lock; None from `take` where another one does."""

    def __init__(self, path: Path, lock: "BaseFileLock") -> None:
        self.path, self._lock = path, lock
        self._file = path.open("r+b", buffering=0)
        _mend(self._file)
        self.state = read(path)

    @classmethod
    def take(cls, path: Path) -> "Journal | None":
        from filelock import FileLock, Timeout

        lock = FileLock(path.with_suffix(".lock"), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        return cls(path, lock)

    @property
    def closed(self) -> bool:
        return self._file.closed

    def sent(self, custom_id: str) -> None:
        """On the disk when it returns: from now on the request may have left."""
        self._append(msgspec.json.encode({"sent": custom_id}), synced=True)
        self.state.open.add(custom_id)

    def refused(self, custom_id: str) -> None:
        """The server surely did not process it."""
        self._append(msgspec.json.encode({"refused": custom_id}))
        self.state.open.discard(custom_id)

    def result(self, custom_id: str, answer: Answer) -> None:
        """What came of it, for good."""
        self._append(b'{"custom_id":"%b","result":%b}' % (custom_id.encode(), answer.result))
        self.state.open.discard(custom_id)
        self.state.done[custom_id] = answer.kind

    def close(self) -> None:
        """On the disk, and free for the next process."""
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        finally:
            self._file.close()
            self._lock.release()

    def _append(self, line: bytes, *, synced: bool = False) -> None:
        """The whole line, or nothing: on a full disk, later lines must not be glued to the half of one."""
        start = self._file.tell()
        try:
            self._write(line + b"\n")
            if synced:
                os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(start)
            self._file.seek(start)
            raise

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[self._file.write(left) :]


def _mend(file: IO[bytes]) -> None:
    """Drop a line that a crash cut off, and stand at the end."""
    size = file.seek(0, os.SEEK_END)
    end = size
    while end:
        start = max(0, end - (1 << 16))
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            file.truncate(start + found + 1)
            break
        end = start
    file.seek(0, os.SEEK_END)


def _result(line: bytes) -> _Line:
    """Only the names: what a reply holds is the results reader's business."""
    name, _, rest = line[len(RESULT) + 2 :].partition(b'"')
    kind = rest.partition(b'"type":"')[2].partition(b'"')[0]
    return _Line(custom_id=name.decode(), result=_Kind(kind.decode()))


def _apply(state: State, line: _Line) -> None:
    if line.sent:
        state.open.add(line.sent)
    elif line.refused:
        state.open.discard(line.refused)
    elif line.custom_id and line.result:
        state.open.discard(line.custom_id)
        state.done[line.custom_id] = line.result.type
