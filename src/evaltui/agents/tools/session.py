"""Owns one Model Context Protocol server over stdio: the only module that knows the SDK, on a thread of its own."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from evaltui.agents.tools.tail import Tail

if TYPE_CHECKING:
    from mcp import Client

T = TypeVar("T")
_PAGES = 100  # of a listing; a server that never ends it is not believed
_STOP_SECONDS = 15.0  # the SDK closes its input, then terminates, then kills, each with a limit


class SessionError(Exception):
    """The server could not be started or refused; `lost`: it is gone, and `detail` is the last it said."""

    def __init__(self, words: str, detail: str = "", *, lost: bool = True) -> None:
        super().__init__(words)
        self.detail, self.lost = detail, lost


class Session:
    """A started server. The SDK's scopes must be left by the task that entered them: one task holds the connection."""

    def __init__(self, command: Sequence[str], env: dict[str, str], folder: Path, seconds: float) -> None:
        """Start it and shake hands within `seconds`; raises SessionError."""
        _silence()
        self._tail = Tail()
        self._ready: Future[Client] = Future()
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        connect = self._connect(command, env, folder, seconds)
        self._thread = threading.Thread(target=self._run, args=(connect,), daemon=True)
        self._thread.start()
        try:
            self._client = self._ready.result()
        except Exception as error:
            raise SessionError(_words(error), self.end()) from error

    def call(self, name: str, arguments: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The result of one call, as on the wire. Raises TimeoutError and SessionError."""
        result = self._wait(lambda: self._client.call_tool(name, arguments), seconds)
        return result.model_dump(mode="json", by_alias=True)

    def listing(self, seconds: float) -> list[dict[str, Any]]:
        """Every tool it offers, as on the wire. Raises TimeoutError and SessionError."""
        return self._wait(self._list, seconds)

    def end(self) -> str:
        """Stop the server and return the last it said."""
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_STOP_SECONDS)
        return self._tail.said()

    def _run(self, connect: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(connect)

    async def _connect(self, command: Sequence[str], env: dict[str, str], folder: Path, seconds: float) -> None:
        try:
            from mcp import Client, StdioServerParameters, stdio_client

            server = StdioServerParameters(command=command[0], args=list(command[1:]), env=env, cwd=folder)
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(seconds):
                    connection = stdio_client(server, self._tail.writer)
                    client = await stack.enter_async_context(Client(connection, cache=None))
                self._ready.set_result(client)
                await self._over.wait()
        except Exception as error:  # noqa: BLE001 - told to whoever waits; once connected, calls tell it themselves
            self._fail(error)
        finally:
            self._fail(SessionError("it ended"))

    def _fail(self, error: Exception) -> None:
        if not self._ready.done():
            self._ready.set_exception(error)

    async def _list(self) -> list[dict[str, Any]]:
        tools: list[dict[str, Any]] = []
        cursor = None
        for _ in range(_PAGES):
            page = await self._client.list_tools(cursor=cursor)
            tools += [tool.model_dump(mode="json", by_alias=True) for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None:
                return tools
        raise SessionError(f"its list of tools has no end ({_PAGES} pages)")

    def _wait(self, make: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
        if not self._thread.is_alive():
            raise SessionError("it has ended")
        future = asyncio.run_coroutine_threadsafe(make(), self._loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise
        except SessionError:
            raise
        except Exception as error:
            raise SessionError(_words(error), lost=_is_lost(error)) from error


def _is_lost(error: Exception) -> bool:
    """Whether the connection itself failed; whatever else goes wrong is one call's own matter."""
    from mcp import MCPError
    from mcp.types import CONNECTION_CLOSED

    return isinstance(error, MCPError) and error.code == CONNECTION_CLOSED


def _words(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ModuleNotFoundError) and error.name == "mcp":
        return f"the MCP SDK is not installed; run {sys.executable} -m pip install 'evaltui[mcp]'"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return str(error) or type(error).__name__


def _silence() -> None:
    """The SDK logs what servers send; a logger without a handler would print it over the screen."""
    logger = logging.getLogger("mcp")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
