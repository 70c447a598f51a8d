"""A server on loopback that misbehaves on order, byte by byte, and what the tests of batches send it."""

import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from evaltui.batches.names import custom_id
from evaltui.batches.split import ChunkWriter
from evaltui.domain.batch import Chunk

KEY = "sk-test-3f9a1c77"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; `body` is kept up to a megabyte, `received` counts all of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    received: int = 0


Behaviour = Callable[["Loopback", socket.socket, Seen], None]


@dataclass
class Loopback:
    """Answers each connection once, with the next behaviour in the queue (the last one stays)."""

    port: int = 0
    key: str = KEY
    seen: list[Seen] = field(default_factory=list)
    queue: deque[Behaviour] = field(default_factory=deque)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def then(self, *behaviours: Behaviour) -> None:
        self.queue.extend(behaviours)

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            method, path, _ = stream.readline().decode().split(" ", 2)
            pairs = iter(lambda: stream.readline().decode().strip(), "")
            headers = {name.lower(): value.strip() for name, _, value in (pair.partition(":") for pair in pairs)}
            left, kept = int(headers.get("content-length", 0)), b""
            received = 0
            while received < left and (part := stream.read(min(65536, left - received))):
                received += len(part)
                kept += part if received <= 1 << 20 else b""
        self.seen.append(Seen(method, path, headers, kept, received))
        behaviour = self.queue.popleft() if len(self.queue) > 1 else self.queue[0]
        behaviour(self, connection, self.seen[-1])


def reply(status: int, body: bytes | str = b"", **headers: str) -> Behaviour:
    """A whole reply with its Content-Length; header names are written with _ for -."""
    payload = body.encode() if isinstance(body, str) else body
    named = {"content-type": "application/json", "request-id": "req_loop", "content-length": str(len(payload))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} Any\r\nconnection: close\r\n" + "".join(f"{n}: {v}\r\n" for n, v in named.items())
    return raw(head.encode() + b"\r\n" + payload)


def raw(payload: bytes) -> Behaviour:
    """Exactly these bytes, then the end of the connection."""
    return lambda server, connection, seen: connection.sendall(payload)


def drop(server: Loopback, connection: socket.socket, seen: Seen) -> None:
    """The request was read, and nothing comes back."""


def reset(server: Loopback, connection: socket.socket, seen: Seen) -> None:
    """The connection breaks instead of ending."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(server: Loopback, connection: socket.socket, seen: Seen) -> None:
    """Nothing comes back while the test runs."""
    server.over.wait(60)


def batch_json(remote_id: str = "msgbatch_01", status: str = "in_progress", size: int = 2, **fields: object) -> bytes:
    """A batch as the API writes it."""
    done = {"succeeded": size} if status == "ended" else {"processing": size}
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0) | done
    known = {"id": remote_id, "type": "message_batch", "processing_status": status, "request_counts": counts}
    dates = {"created_at": "2026-11-22T20:00:00.100435Z", "expires_at": "2026-11-23T20:00:00.100435Z"}
    return msgspec.json.encode({**known, **dates, "ended_at": None, "results_url": None, **fields})


def error_json(kind: str, message: str, code: str | None = None) -> bytes:
    """An error as the API writes it."""
    details = {"details": {"error_code": code}} if code else {}
    return msgspec.json.encode({"type": "error", "error": {"type": kind, "message": message, **details}})


def make_chunk(folder: Path, size: int = 2, nonce: str = "abcdefghij") -> Chunk:
    """A chunk of small requests, on disk."""
    writer = ChunkWriter(folder, nonce)
    for index in range(size):
        writer.add(custom_id(nonce, index, 1, 1), b'{"model":"claude-haiku-5-5","max_tokens":8,"messages":[]}')
    return writer.close()
