"""Starting and stopping the server: `serve` blocks, `running` is a context."""

import ipaddress
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.core import Core, advance, assemble
from evaltui.sandbox.endpoints.control import report
from evaltui.sandbox.envelope import MAX_BYTES
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.front import Front
from evaltui.sandbox.model import Model
from evaltui.sandbox.routes import router
from evaltui.sandbox.wire import Transports, protocol

_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running server as its tests see it; `url` is the base URL for a client."""

    url: str
    core: Core

    def counters(self) -> dict[str, Any]:
        """What `GET /_sandbox` reports."""
        return report(self.core)

    def advance(self, seconds: float) -> None:
        """Move the sandbox clock forward."""
        advance(self.core, seconds)


def serve(
    model: Model,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: Clock | None = None,
    faults: Faults | None = None,
    state_dir: Path | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted (Ctrl-C or SIGTERM); `ready` gets the base URL once connections are accepted.

    Batches are forgotten at the end unless `state_dir` keeps them. Raises ValueError for a `host` other than a
    loopback address, OSError for a port that is taken.
    """
    with _opened(model, host=host, port=port, clock=clock, faults=faults, state_dir=state_dir, max_bytes=MAX_BYTES) as (
        server,
        listener,
        sandbox,
    ):
        server.when_started = lambda: ready(sandbox.url) if ready else None
        server.run(sockets=[listener])


@contextmanager
def running(
    model: Model,
    *,
    clock: Clock | None = None,
    faults: Faults | None = None,
    state_dir: Path | None = None,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Sandbox]:
    """Serve in a thread, on a free port, for as long as the context lasts."""
    with _opened(
        model, host="127.0.0.1", port=0, clock=clock, faults=faults, state_dir=state_dir, max_bytes=max_bytes
    ) as (server, listener, sandbox):
        started = threading.Event()
        server.when_started = started.set
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="evaltui-sandbox")
        thread.start()
        try:
            if not started.wait(_START_SECONDS):
                raise RuntimeError("the sandbox server did not start")
            yield sandbox
        finally:
            server.should_exit = True
            thread.join()


class Server(uvicorn.Server):
    """uvicorn, which also says when it has started and lets go of connections that a fault keeps waiting."""

    def __init__(self, core: Core) -> None:
        transports: Transports = {}
        self.front = Front(core, router(), transports)
        self.when_started: Callable[[], object] = lambda: None
        super().__init__(
            uvicorn.Config(
                self.front,
                http=protocol(transports),
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=5,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.front.release()
        await super().shutdown(sockets)

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """Stop, and do not raise the signal once more: whoever called `serve` goes on."""
        self.should_exit = True


@contextmanager
def _opened(
    model: Model,
    *,
    host: str,
    port: int,
    clock: Clock | None,
    faults: Faults | None,
    state_dir: Path | None,
    max_bytes: int,
) -> Iterator[tuple[Server, socket.socket, Sandbox]]:
    _check_loopback(host)
    with _folder(state_dir) as folder, _listen(host, port) as listener:
        core = assemble(model, clock or Clock(), faults or Faults(), folder, max_bytes)
        yield Server(core), listener, Sandbox(_url(listener), core)


@contextmanager
def _folder(state_dir: Path | None) -> Iterator[Path]:
    if state_dir is not None:
        yield state_dir
        return
    with tempfile.TemporaryDirectory(prefix="evaltui-sandbox-") as name:
        yield Path(name)


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"the sandbox listens on loopback addresses only, not on {host!r}; use 127.0.0.1")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # Connections inherit it; else the body of every reply waits some 40 ms for the client to confirm its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
