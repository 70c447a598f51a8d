"""Fixtures of the tests of batches: a misbehaving server, engines that talk to it, a chunk to send."""

import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.batch import Chunk

if TYPE_CHECKING:
    from loopback import Loopback

sys.path.insert(0, str(Path(__file__).parent))  # the tests beside this file import `loopback`


@pytest.fixture
def server() -> "Iterator[Loopback]":
    from loopback import Loopback

    loopback = Loopback()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            loopback.serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as tcp:
        loopback.port = tcp.server_address[1]
        thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield loopback
        loopback.over.set()
        tcp.shutdown()
        thread.join()


@pytest.fixture
def engine(server: "Loopback") -> Iterator[ClaudeEngine]:
    claude = ClaudeEngine(server.key, server.url, timeout=10)
    yield claude
    claude.close()


@pytest.fixture
def hasty(server: "Loopback") -> Iterator[ClaudeEngine]:
    """An engine that gives up on a silent server at once."""
    claude = ClaudeEngine(server.key, server.url, timeout=0.2)
    yield claude
    claude.close()


@pytest.fixture
def chunk(tmp_path: Path) -> Chunk:
    from loopback import make_chunk

    return make_chunk(tmp_path / "bodies")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond a few megabytes, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
