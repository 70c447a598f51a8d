"""The front door: who may enter, which faults meet them there, and what every reply carries."""

import asyncio
import logging
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from evaltui.sandbox.clock import timestamp
from evaltui.sandbox.core import Core
from evaltui.sandbox.errors import ApiError, invalid
from evaltui.sandbox.gate import gate, operation
from evaltui.sandbox.ids import derived_id, new_id
from evaltui.sandbox.responses import Drop, error_response
from evaltui.sandbox.rules.settings import VERSIONS
from evaltui.sandbox.wire import Line, Transports

logger = logging.getLogger("evaltui.sandbox")

_LIMITS = {"requests": 1_000, "tokens": 10_000_000, "input-tokens": 8_000_000, "output-tokens": 2_000_000}
_OURS = "/_sandbox"
_HTTP_ERRORS = {404: "not_found_error"}


class Front:
    """The ASGI application. `scope["state"]` gets `core`, `line`, `stamp`, `workspace` and `version`."""

    def __init__(self, core: Core, router: Router, transports: Transports) -> None:
        self._core, self._router, self._transports = core, router, transports
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let go of every connection that a fault keeps waiting: the server stops."""
        self._released.set()
        self._core.processor.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (transport := self._transports.get(scope["client"])) is None:
            return
        stamp = self._stamp()
        scope["app"] = self
        scope["state"] |= {"core": self._core, "line": Line(transport, receive, self._released), "stamp": stamp}
        stamped = _stamped(send, stamp)
        response = await self._route(scope, receive, stamped)
        if response is not None:
            await response(scope, receive, stamped)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """Let an endpoint reply, or return the reply that replaces it."""
        request_id = scope["state"]["stamp"]["request-id"]
        try:
            if met := self._admit(scope):
                return met
            await self._router(scope, receive, send)
        except ApiError as error:
            return error_response(error, request_id)
        except HTTPException as error:
            kind = _HTTP_ERRORS.get(error.status_code, "invalid_request_error")
            return error_response(ApiError(kind, error.detail, status=error.status_code), request_id)
        except ClientDisconnect:
            return Drop()
        except Exception:
            logger.exception("the sandbox server failed on %s %s", scope["method"], scope["path"])
            return error_response(ApiError("api_error", "Internal server error"), request_id)
        return None

    def _admit(self, scope: Scope) -> Response | None:
        """Check the key and the version, then play the faults of the door."""
        if scope["path"].startswith(_OURS):
            return None
        self._core.counters.events["requests"] += 1
        if self._core.faults.offline(self._core.clock.now() - self._core.started):
            return Drop()
        headers = Headers(scope=scope)
        scope["state"] |= {"workspace": _workspace(_key(headers)), "version": _version(headers)}
        return gate(self._core.faults, operation(scope["method"], scope["path"]))

    def _stamp(self) -> dict[str, str]:
        reset = timestamp(self._core.clock.now())[:19] + "Z"
        stamp = {
            "request-id": new_id("req"),
            "server": "evaltui-sandbox (not Claude)",
            "x-evaltui-sandbox": "1",
            "anthropic-organization-id": "sandbox",
        }
        for name, limit in _LIMITS.items():
            prefix = f"anthropic-ratelimit-{name}"
            stamp |= {f"{prefix}-limit": str(limit), f"{prefix}-remaining": str(limit - 1), f"{prefix}-reset": reset}
        return stamp


def _stamped(send: Send, stamp: dict[str, str]) -> Send:
    async def stamped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(stamp)
        await send(message)

    return stamped


def _key(headers: Headers) -> str:
    """The API key; `x-api-key` goes before `Authorization: Bearer`, as it does at the API."""
    if key := headers.get("x-api-key", "").strip():
        return key
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    raise ApiError("authentication_error", "x-api-key header is required")


def _workspace(key: str) -> str:
    """Every key has a workspace of its own; the key itself is kept nowhere."""
    return derived_id("wrkspc", sha256(key.encode()).hexdigest())


def _version(headers: Headers) -> str:
    version = headers.get("anthropic-version")
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f'anthropic-version: "{version}" is not a valid version; supported: {", ".join(VERSIONS)}')
    return version
