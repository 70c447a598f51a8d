"""The /v1/messages/batches endpoints, except results."""

import asyncio
import math
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from evaltui.sandbox.batch import Batch, batch_object
from evaltui.sandbox.core import Core
from evaltui.sandbox.endpoints.shared import core_of, listing, page, receive_into, setting_of
from evaltui.sandbox.envelope import read_envelope
from evaltui.sandbox.errors import ApiError, invalid, not_found
from evaltui.sandbox.ids import new_id
from evaltui.sandbox.responses import Delayed, Drop, json_response

_POLL_SECONDS = 10


async def create(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["creates_received"] += 1
    body = core.shelf.spool()
    try:
        await receive_into(request, body, core.max_bytes)
        custom_ids = await asyncio.to_thread(_custom_ids, body)
        if core.faults.strikes("drop-before-commit"):
            return Drop()
        batch = _new_batch(request, len(custom_ids))
        core.shelf.add(batch, body)
    finally:
        body.unlink(missing_ok=True)
    core.counters.accepted(custom_ids)
    return _commit_reply(core, json_response(_described(request, batch)))


async def retrieve(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["polls"] += 1
    batch = await core.processor.settle(find(request))
    hurry = {} if batch.ended else {"retry-after": str(math.ceil(_POLL_SECONDS / core.clock.speed))}
    return json_response(_described(request, batch), headers=hurry)


async def list_batches(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["lists"] += 1
    mine = [batch for batch in core.shelf.newest_first() if _visible(request, batch, "create-list-window")]
    rows, has_more = page(request, mine, lambda batch: batch.id)
    settled = [await core.processor.settle(batch) for batch in rows]
    return json_response(listing([_described(request, batch) for batch in settled], has_more))


async def cancel(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["cancels"] += 1
    batch = await core.processor.settle(find(request))
    if batch.ended:
        if not core.faults.settings.get("cancel-ended"):
            raise invalid(f"Batch {batch.id} has already ended and cannot be canceled")
    elif batch.cancel_at is None:
        raced = core.faults.strikes("cancel-race")
        batch = msgspec.structs.replace(batch, cancel_at=core.clock.now(), raced=raced)
        core.shelf.save(batch)
    return json_response(_described(request, batch))


async def delete(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["deletes"] += 1
    batch = await core.processor.settle(find(request))
    if not batch.ended:
        raise invalid(f"Batch {batch.id} is still processing: cancel it and wait until it has ended")
    core.shelf.remove(batch)
    return json_response({"id": batch.id, "type": "message_batch_deleted"})


def find(request: Request) -> Batch:
    """The batch of the path; 404 if it is absent, of another workspace, or not visible yet."""
    batch_id = request.path_params["batch_id"]
    batch = core_of(request).shelf.get(batch_id)
    if batch is None or not _visible(request, batch, "create-404-window"):
        raise not_found(f"Message batch {batch_id} not found")
    return batch


def _visible(request: Request, batch: Batch, window: str) -> bool:
    core = core_of(request)
    if batch.workspace != request.state.workspace:
        return False
    young = core.clock.now() < batch.created_at + core.faults.seconds(window)
    return not (young and core.faults.strikes_on(window, str(batch.ordinal)))


def _custom_ids(body: Path) -> list[str]:
    return [item.custom_id for item in read_envelope(body.read_bytes())]


def _new_batch(request: Request, size: int) -> Batch:
    core, setting = core_of(request), setting_of(request, in_batch=True)
    return Batch(
        id=new_id("msgbatch"),
        ordinal=core.shelf.next_ordinal(),
        workspace=request.state.workspace,
        version=setting.version,
        betas=setting.betas,
        size=size,
        created_at=core.clock.now(),
        seconds=core.clock.batch_seconds,
        cancel_seconds=core.clock.cancel_seconds,
    )


def _commit_reply(core: Core, reply: Response) -> Response:
    """The reply to an accepted batch, or what a fault makes of it."""
    if core.faults.strikes("commit-then-drop"):
        return Drop()
    if core.faults.strikes("commit-then-500"):
        raise ApiError("api_error", "Internal server error")
    if core.faults.strikes("slow-commit"):
        return Delayed(reply, core.faults.seconds("slow-commit"))
    return reply


def _described(request: Request, batch: Batch) -> dict[str, Any]:
    core = core_of(request)
    url = str(request.url_for("results", batch_id=batch.id))
    if core.faults.strikes_on("foreign-results-url", str(batch.ordinal)):
        url = f"{core.faults.value('foreign-results-url')}/{batch.id}/results"
    return batch_object(batch, core.clock.now(), url)
