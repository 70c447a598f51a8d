"""The end of a batch: every request becomes one result line, in a seeded order, in a worker thread."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from evaltui.sandbox.batch import Batch, Counts, Ended, due_at, leftover, processed
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.envelope import Item, trusted_envelope
from evaltui.sandbox.errors import error_body
from evaltui.sandbox.faults import Faults, chance
from evaltui.sandbox.ids import derived_id
from evaltui.sandbox.inference import Inference
from evaltui.sandbox.model import Refused
from evaltui.sandbox.prompt_cache import Visit
from evaltui.sandbox.rules.params import Setting
from evaltui.sandbox.shelf import Shelf

# How long a poll waits for the results of a batch whose time is up, before it reports `in_progress` once more.
PATIENCE_SECONDS = 5.0
# The share of a batch's requests that start late enough to find what others of it have written to the prompt cache.
_LATE = 0.5


class StoppedError(Exception):
    """The server stops; the batch is processed when it starts again."""


class Processor:
    """Settles batches whose time is up. One at a time: the model may be slow, and the machine is shared."""

    def __init__(self, shelf: Shelf, clock: Clock, inference: Inference, faults: Faults) -> None:
        self._shelf, self._clock, self._inference, self._faults = shelf, clock, inference, faults
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def settle(self, batch: Batch) -> Batch:
        """The batch as it is now: ended if its time is up and its results are written."""
        if batch.ended or self._clock.now() < due_at(batch):
            return batch
        task = self._tasks.get(batch.id) or self._start(batch)
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        if task.done():
            task.result()
        return self._shelf.get(batch.id) or batch

    def _start(self, batch: Batch) -> asyncio.Task[None]:
        task = asyncio.create_task(self._finish(batch))
        self._tasks[batch.id] = task
        task.add_done_callback(lambda done: self._forget(batch.id, done))
        return task

    def _forget(self, batch_id: str, done: asyncio.Task[None]) -> None:
        """Looking at the outcome keeps asyncio quiet about a task that failed because the server stops."""
        self._tasks.pop(batch_id, None)
        if not done.cancelled():
            done.exception()

    async def _finish(self, batch: Batch) -> None:
        async with self._one_at_a_time:
            counts = await asyncio.to_thread(self._write, batch)
        # The record may have changed meanwhile: a cancellation that comes now is too late.
        current = self._shelf.get(batch.id) or batch
        self._shelf.save(msgspec.structs.replace(current, ended=Ended(due_at(batch), counts)))

    def _write(self, batch: Batch) -> Counts:
        items = trusted_envelope(self._shelf.requests(batch).read_bytes())
        return write_lines(self._shelf.results(batch), self._lines(batch, items))

    def _lines(self, batch: Batch, items: list[Item]) -> Iterator[tuple[str, bytes]]:
        order = list(range(len(items)))
        shuffler = random.Random(f"{self._faults.seed}:{batch.ordinal}")  # noqa: S311 - repeatable, no secret
        shuffler.shuffle(order)
        done = processed(batch)
        for place, index in enumerate(order):
            if self._stopping.is_set():
                raise StoppedError
            result = self._result(batch, items[index]) if place < done else {"type": leftover(batch)}
            yield result["type"], _line(items[index].custom_id, result)

    def _result(self, batch: Batch, item: Item) -> dict[str, Any]:
        subject = suffix(item.custom_id)
        if self._faults.strikes_on("partial-expiry", subject):
            return {"type": "expired"}
        setting = Setting(batch.version, batch.betas, in_batch=True)
        message_id = derived_id("msg", batch.id, item.custom_id)
        late = chance(self._faults.seed, "prompt-cache", subject) < _LATE
        visit = Visit(batch.workspace, batch.id, late)
        reply = self._inference.infer(item.params, setting, subject, message_id, visit)
        if isinstance(reply, Refused):
            request_id = derived_id("req", batch.id, item.custom_id)
            return {"type": "errored", "error": error_body(reply.kind, reply.message, request_id)}
        return {"type": "succeeded", "message": reply}


def suffix(custom_id: str) -> str:
    """What stays equal when a request is sent again under another prefix: all after the first `-`."""
    return custom_id.partition("-")[2] or custom_id


def write_lines(path: Path, lines: Iterator[tuple[str, bytes]]) -> Counts:
    """Write result lines and count their types; the file appears only when it is complete."""
    kinds: Counter[str] = Counter()
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for kind, line in lines:
            kinds[kind] += 1
            file.write(line)
    part.replace(path)
    return Counts(**kinds)


def _line(custom_id: str, result: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"custom_id": custom_id, "result": result}) + b"\n"
