"""The batches on disk: one folder each, and the index in memory.

A batch exists once its `batch.json` does: bodies are written first and moved into place, so a server that is
killed loses nothing it has accepted and keeps nothing it has not.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

from evaltui.sandbox.batch import Batch
from evaltui.sandbox.clock import Anchor

T = TypeVar("T")

_RECORD, _REQUESTS, _RESULTS = "batch.json", "requests.json", "results.jsonl"
_CLOCK, _INCOMING = "clock.json", "incoming"


class Shelf:
    """The batches below `folder`, which is created when absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder / _INCOMING, ignore_errors=True)
        (folder / _INCOMING).mkdir(parents=True)
        self._sweep()
        self._batches = {batch.id: batch for batch in self._load()}
        self._last = max((batch.ordinal for batch in self._batches.values()), default=0)

    def next_ordinal(self) -> int:
        self._last += 1
        return self._last

    def spool(self) -> Path:
        """A new empty file for a body that is still arriving."""
        handle, name = tempfile.mkstemp(dir=self._folder / _INCOMING)
        os.close(handle)
        return Path(name)

    def add(self, batch: Batch, body: Path) -> None:
        """Accept a batch whose body was spooled."""
        (self._folder / batch.id).mkdir()
        body.rename(self.requests(batch))
        self.save(batch)

    def save(self, batch: Batch) -> None:
        _replace(self._folder / batch.id / _RECORD, msgspec.json.encode(batch))
        self._batches[batch.id] = batch

    def remove(self, batch: Batch) -> None:
        del self._batches[batch.id]
        (self._folder / batch.id / _RECORD).unlink()
        shutil.rmtree(self._folder / batch.id)

    def get(self, batch_id: str) -> Batch | None:
        return self._batches.get(batch_id)

    def newest_first(self) -> list[Batch]:
        return sorted(self._batches.values(), key=lambda batch: -batch.ordinal)

    def requests(self, batch: Batch) -> Path:
        return self._folder / batch.id / _REQUESTS

    def results(self, batch: Batch) -> Path:
        return self._folder / batch.id / _RESULTS

    def save_anchor(self, anchor: Anchor) -> None:
        _replace(self._folder / _CLOCK, msgspec.json.encode(anchor))

    def anchor(self) -> Anchor | None:
        path = self._folder / _CLOCK
        return _read(path, Anchor) if path.exists() else None

    def _sweep(self) -> None:
        """A folder without a record is a batch that was being accepted or deleted when the server was killed."""
        for folder in self._folder.glob("msgbatch_*"):
            if not (folder / _RECORD).exists():
                shutil.rmtree(folder)

    def _load(self) -> list[Batch]:
        return [_read(path, Batch) for path in self._folder.glob(f"msgbatch_*/{_RECORD}")]


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not written by the sandbox: {error}; use another state folder") from None


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
