"""GET /_sandbox and POST /_sandbox/clock: what tests see and move. No part of the real API."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from evaltui.sandbox.clock import timestamp
from evaltui.sandbox.core import Core, advance
from evaltui.sandbox.endpoints.shared import core_of, receive
from evaltui.sandbox.errors import invalid
from evaltui.sandbox.responses import json_response

_MAX_BYTES = 1024


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    advance: float


def report(core: Core) -> dict[str, object]:
    """The JSON object of GET /_sandbox."""
    return {
        "model": core.inference.model.name,
        "now": timestamp(core.clock.now()),
        "speed": core.clock.speed,
        **core.counters.snapshot(core.faults.struck),
    }


async def show(request: Request) -> Response:
    return json_response(report(core_of(request)))


async def move_clock(request: Request) -> Response:
    try:
        move = msgspec.json.decode(await receive(request, _MAX_BYTES), type=Move)
        now = advance(core_of(request), move.advance)
    except (msgspec.DecodeError, ValueError) as error:
        raise invalid(f'expected {{"advance": seconds}} with seconds of at least 0: {error}') from None
    return json_response({"now": timestamp(now)})
