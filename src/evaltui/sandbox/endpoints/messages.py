"""POST /v1/messages and /v1/messages/count_tokens."""

import asyncio
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from evaltui.sandbox.core import Core
from evaltui.sandbox.digest import request_digest
from evaltui.sandbox.endpoints.shared import core_of, receive, setting_of
from evaltui.sandbox.errors import ApiError
from evaltui.sandbox.ids import new_id
from evaltui.sandbox.inference import Inference, decode
from evaltui.sandbox.model import Refused
from evaltui.sandbox.prompt_cache import Visit
from evaltui.sandbox.responses import Delayed, Drop, json_response
from evaltui.sandbox.rules.params import Setting, refusal

_MAX_BYTES = 32 * 1024 * 1024
_BYTES_PER_TOKEN = 4


async def create_message(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["messages"] += 1
    body = await receive(request, _MAX_BYTES)
    setting = setting_of(request, in_batch=False)
    visit = Visit(request.state.workspace)
    reply = await asyncio.to_thread(_answer, core.inference, body, setting, visit)
    response = json_response(_or_error(reply))
    core.counters.processed(sha256(body).hexdigest())
    return _late(core, response)


def _late(core: Core, response: Response) -> Response:
    """The faults that meet a message which was processed."""
    if core.faults.strikes("message-then-drop"):
        return Drop()
    if core.faults.strikes("slow-message"):
        return Delayed(response, core.faults.seconds("slow-message"))
    return response


async def count_tokens(request: Request) -> Response:
    core = core_of(request)
    core.counters.events["count_tokens"] += 1
    body = await receive(request, _MAX_BYTES)
    counted = await asyncio.to_thread(_count, core.inference, body, setting_of(request, in_batch=False))
    return json_response({"input_tokens": _or_error(counted)})


def _answer(inference: Inference, body: bytes, setting: Setting, visit: Visit) -> object | Refused:
    params = decode(body)
    subject = "" if isinstance(params, Refused) else request_digest(params)
    return inference.infer(body, setting, subject, new_id("msg"), visit)


def _count(inference: Inference, body: bytes, setting: Setting) -> int | Refused:
    """The model's own count, so that it agrees with the later usage; an estimate if the model has no answer."""
    params = decode(body)
    if isinstance(params, Refused):
        return params
    params.setdefault("max_tokens", 1)
    if refused := refusal(params, setting, len(body)):
        return refused
    answer = inference.ask(params)
    return -(-len(body) // _BYTES_PER_TOKEN) if isinstance(answer, Refused) else answer.input_tokens


def _or_error(reply: object | Refused) -> object:
    if isinstance(reply, Refused):
        raise ApiError(reply.kind, reply.message)
    return reply
