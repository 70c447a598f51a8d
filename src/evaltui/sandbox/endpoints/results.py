"""GET /v1/messages/batches/{id}/results, and the faults of a download."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from evaltui.sandbox.batch import archived_at
from evaltui.sandbox.core import Core
from evaltui.sandbox.endpoints.batches import find
from evaltui.sandbox.endpoints.shared import core_of
from evaltui.sandbox.errors import not_found
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.responses import JSONL, FileResponse, Truncated

Lines = list[bytes]


async def results(request: Request) -> Response:
    core = core_of(request)
    batch = await core.processor.settle(find(request))
    if batch.ended is None:
        raise not_found(f"Message batch {batch.id} has no results yet: it has not ended")
    if archived_at(batch, core.clock.now()) is not None:
        raise not_found(f"Message batch {batch.id} is archived: its results are no longer available")
    if _hidden(core, batch.ended.at, batch.ordinal):
        raise not_found(f"Message batch {batch.id} has no results yet")
    return await _download(core, core.shelf.results(batch))


def _hidden(core: Core, ended_at: float, ordinal: int) -> bool:
    young = core.clock.now() < ended_at + core.faults.seconds("results-404-window")
    return young and core.faults.strikes_on("results-404-window", str(ordinal))


async def _download(core: Core, path: Path) -> Response:
    core.counters.events["results_downloads"] += 1
    core.counters.events["results_bytes"] += path.stat().st_size
    spoilers = [spoil for name, spoil in _SPOILERS.items() if core.faults.strikes(name)]
    body = await asyncio.to_thread(_spoiled, path, spoilers) if spoilers else None
    if core.faults.strikes("results-truncated"):
        return Truncated(path.read_bytes() if body is None else body, core.faults.value("results-truncated"))
    if body is not None:
        return Response(body, media_type=JSONL)
    return FileResponse(path, _rate(core.faults))


def _rate(faults: Faults) -> float | None:
    return faults.seconds("slow-reads") if faults.strikes("slow-reads") else None


def _spoiled(path: Path, spoilers: list[Callable[[Lines], Lines]]) -> bytes:
    lines = path.read_bytes().splitlines(keepends=True)
    for spoil in spoilers:
        lines = spoil(lines)
    return b"".join(lines)


def _unknown(lines: Lines) -> Lines:
    return [*lines, b'{"custom_id":"never-sent","result":{"type":"canceled"}}\n']


_SPOILERS: dict[str, Callable[[Lines], Lines]] = {
    "duplicate-ids": lambda lines: [*lines, *lines[:1]],
    "missing-ids": lambda lines: lines[:-1],
    "unknown-ids": _unknown,
    "malformed-line": lambda lines: [lines[0][: len(lines[0]) // 2] + b"\n", *lines[1:]],
    "crlf": lambda lines: [line.rstrip(b"\n") + b"\r\n" for line in lines],
}
