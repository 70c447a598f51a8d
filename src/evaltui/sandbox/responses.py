"""The replies: JSON, errors, files, and the broken ones that some faults ask for."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from evaltui.sandbox.errors import ApiError, error_body
from evaltui.sandbox.wire import line_of

JSONL = "application/x-jsonl"
_CHUNK = 256 * 1024
_TICK_SECONDS = 0.1
_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def error_response(error: ApiError, request_id: str) -> Response:
    body = error_body(error.kind, error.message, request_id, error.details)
    return json_response(body, error.status, error.headers)


def gateway_page() -> Response:
    return Response(_GATEWAY_PAGE, 502, media_type="text/html")


class Drop(Response):
    """No reply: the connection closes."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        await line_of(scope).drop()


class Hang(Response):
    """No reply, and the connection stays open."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        await line_of(scope).hang()


class Delayed(Response):
    """Another response, `seconds` real seconds later."""

    def __init__(self, inner: Response, seconds: float) -> None:
        super().__init__()
        self._inner, self._seconds = inner, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await line_of(scope).pause(self._seconds)
        await self._inner(scope, receive, send)


class FileResponse(Response):
    """A file from disk with its length announced; `rate` (bytes per second) makes it trickle."""

    def __init__(self, path: Path, rate: float | None = None) -> None:
        super().__init__(None, 200, {"content-length": str(path.stat().st_size)}, JSONL)
        self._path, self._rate = path, rate

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        size = max(1, int(self._rate * _TICK_SECONDS)) if self._rate else _CHUNK
        with self._path.open("rb") as file:
            while line_of(scope).open and (chunk := file.read(size)):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                if self._rate:
                    await line_of(scope).pause(_TICK_SECONDS)
        if line_of(scope).open:
            await send({"type": "http.response.body", "body": b""})


class Truncated(Response):
    """The first half of a body, framed as `framing` says, and then the connection closes.

    `content-length` announces the whole length; `chunked` lacks the last chunk; `close` announces nothing and
    breaks off between two lines, so that nothing below the content tells.
    """

    def __init__(self, body: bytes, framing: str) -> None:
        super().__init__(None, 200, None, JSONL)
        self._body, self._framing = body, framing

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        half = self._body[: len(self._body) // 2]
        announced, sent = _FRAMES[self._framing](self._body, half)
        headers = {"content-type": JSONL, **announced, **scope["state"]["stamp"]}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        await line_of(scope).write_and_close(b"HTTP/1.1 200 OK\r\n" + head.encode() + b"\r\n" + sent)


_FRAMES: dict[str, Callable[[bytes, bytes], tuple[dict[str, str], bytes]]] = {
    "content-length": lambda whole, half: ({"content-length": str(len(whole))}, half),
    "chunked": lambda _whole, half: ({"transfer-encoding": "chunked"}, b"%x\r\n%s\r\n" % (len(half), half)),
    "close": lambda _whole, half: ({"connection": "close"}, half[: half.rfind(b"\n") + 1]),
}
