"""Owns the engine in memory: outcomes by a function, faults on order. For tests and rehearsals; it never bills."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from evaltui.batches.download import save
from evaltui.batches.engine import Downloaded
from evaltui.domain.batch import Chunk, Counts, Fault, RemoteBatch

Result = dict[str, Any]
Answer = Callable[[str, dict[str, Any]], Result]
LIFE = timedelta(hours=24)


def utc_now() -> datetime:
    return datetime.now(UTC)


def echo(custom_id: str, params: dict[str, Any]) -> Result:
    """A success that says the request's own name."""
    return succeed(custom_id, model=str(params.get("model", "scripted")))


def succeed(text: str, model: str = "scripted", stop_reason: str = "end_turn") -> Result:
    """The `result` of a request answered with one text."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    content = [{"type": "text", "text": text}]
    message = {"type": "message", "role": "assistant", "model": model, "content": content, "stop_reason": stop_reason}
    return {"type": "succeeded", "message": {**message, "usage": usage}}


def fail(kind: str = "api_error", message: str = "scripted") -> Result:
    """The `result` of a request that failed."""
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": message}}}


@dataclass(slots=True)
class _Held:
    """A batch taken, the results it will have, and how many looks it stays in progress."""

    remote: RemoteBatch
    results: dict[str, Result]
    looks: int

    def lines(self) -> Iterator[bytes]:
        for custom_id, result in self.results.items():
            yield msgspec.json.encode({"custom_id": custom_id, "result": result}) + b"\n"

    def end(self, now: datetime) -> None:
        kinds = [result["type"] for result in self.results.values()]
        counts = Counts(0, *(kinds.count(kind) for kind in ("succeeded", "errored", "canceled", "expired")))
        self.remote = replace(self.remote, status="ended", ended_at=now, counts=counts)

    def cancel(self, now: datetime) -> None:
        self.results = {custom_id: {"type": "canceled"} for custom_id in self.results}
        self.remote = replace(self.remote, status="canceling", cancel_initiated_at=now)


@dataclass
class ScriptedEngine:
    """Keeps batches in memory; each ends after `looks` calls of `status`.

    `calls` records (method, argument) in order. `fault` orders the next failures of a method; a submit ordered
    with `taken=True` is accepted all the same, as when a connection drops after the body arrived.
    """

    answer: Answer = echo
    looks: int = 1
    clock: Callable[[], datetime] = utc_now
    name: str = "scripted"
    endpoint: str = "memory:"
    sender: str = "scripted"
    calls: list[tuple[str, str]] = field(default_factory=list)
    held: dict[str, _Held] = field(default_factory=dict)
    _faults: dict[str, deque[tuple[Fault, bool]]] = field(default_factory=lambda: defaultdict(deque))

    def fault(self, method: str, *faults: Fault, taken: bool = False) -> None:
        """The next calls of `method` fail with `faults`, one each."""
        self._faults[method].extend((fault, taken) for fault in faults)

    def submit(self, chunk: Chunk) -> RemoteBatch | Fault:
        fault, taken = self._called("submit", chunk.nonce)
        if fault and not taken:
            return fault
        remote = self._take(msgspec.json.decode(chunk.body.read_bytes())["requests"])
        return fault or remote

    def status(self, remote_id: str) -> RemoteBatch | Fault:
        fault, _ = self._called("status", remote_id)
        return fault or self._look(remote_id)

    def recent(self, since: datetime) -> tuple[RemoteBatch, ...] | Fault:
        fault, _ = self._called("recent", since.isoformat())
        newest_first = reversed([held.remote for held in self.held.values()])
        return fault or tuple(remote for remote in newest_first if remote.created_at and remote.created_at >= since)

    def download(self, remote: RemoteBatch, target: Path) -> Downloaded | Fault:
        fault, _ = self._called("download", remote.id)
        held = self.held.get(remote.id)
        if fault or held is None or held.remote.status != "ended":
            return fault or _missing(remote.id)
        return save(held.lines(), target, held.remote.counts.total)

    def cancel(self, remote_id: str) -> RemoteBatch | Fault:
        fault, _ = self._called("cancel", remote_id)
        held = self.held.get(remote_id)
        if fault or held is None:
            return fault or _missing(remote_id)
        if held.remote.status != "ended":
            held.cancel(self.clock())
        return held.remote

    def close(self) -> None:
        self.calls.append(("close", ""))

    def _called(self, method: str, argument: str) -> tuple[Fault | None, bool]:
        self.calls.append((method, argument))
        return self._faults[method].popleft() if self._faults[method] else (None, False)

    def _take(self, requests: list[dict[str, Any]]) -> RemoteBatch:
        now, counts = self.clock(), Counts(processing=len(requests))
        remote = RemoteBatch(f"scripted_{len(self.held) + 1:04d}", "in_progress", counts, now, now + LIFE)
        results = {request["custom_id"]: self.answer(request["custom_id"], request["params"]) for request in requests}
        self.held[remote.id] = _Held(remote, results, self.looks)
        return remote

    def _look(self, remote_id: str) -> RemoteBatch | Fault:
        held = self.held.get(remote_id)
        if held is None:
            return _missing(remote_id)
        held.looks -= 1
        if held.looks <= 0 and held.remote.status != "ended":
            held.end(self.clock())
        return held.remote


def _missing(remote_id: str) -> Fault:
    return Fault("missing", f"there is no batch {remote_id}, or it has no results yet")
