"""The connection below HTTP: closing it without a reply, writing bytes as they are, never answering."""

import asyncio

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Transports = dict[tuple[str, int], asyncio.Transport]


def protocol(transports: Transports) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, which also enters every open connection in `transports`, by the client's address."""

    class Registered(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
            super().connection_made(transport)
            if self.client:
                transports[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client:
                transports.pop(self.client, None)
            super().connection_lost(exc)

    return Registered


class Line:
    """The connection one request came over. `released` is set when the server stops."""

    def __init__(self, transport: asyncio.Transport, receive: Receive, released: asyncio.Event) -> None:
        self._transport, self._receive, self._released = transport, receive, released

    @property
    def open(self) -> bool:
        return not self._transport.is_closing() and not self._released.is_set()

    async def drop(self) -> None:
        """Close without a reply."""
        self._transport.abort()
        await self._gone()

    async def write_and_close(self, data: bytes) -> None:
        """Send exactly these bytes, then close."""
        self._transport.write(data)
        self._transport.close()
        await self._gone()

    async def hang(self) -> None:
        """Say nothing until the client gives up or the server stops."""
        await self._wait(None)
        await self.drop()

    async def pause(self, seconds: float) -> None:
        """Wait, but not longer than the connection and the server last."""
        await self._wait(seconds)

    async def _wait(self, seconds: float | None) -> None:
        waits = [asyncio.ensure_future(self._released.wait()), asyncio.ensure_future(self._gone())]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    async def _gone(self) -> None:
        """Until uvicorn has noticed that the connection is closed; else it would answer 500 by itself."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def line_of(scope: Scope) -> Line:
    line: Line = scope["state"]["line"]
    return line
