"""Owns the conversation with the Message Batches API: the only place that imports the Anthropic SDK.

The SDK gives the connection, the credentials header and the API version; bodies go out and come back as bytes,
because its object layer costs 20 times the parsing, holds a 256 MB body in memory several times over and reads
results from whatever host `results_url` names. Only its public calls are used. It never retries here: a repeated
create is a second paid batch, and waiting is the scheduler's work.

From the environment only the SDK's ANTHROPIC_CUSTOM_HEADERS, ANTHROPIC_LOG and the usual proxy and certificate
variables have effect; key and address are always given. A loopback address is reached without any proxy.
"""

import hashlib
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from evaltui.batches.claude_faults import expected_errors, of_error
from evaltui.batches.download import save
from evaltui.batches.engine import Downloaded
from evaltui.batches.faults import KEY_ADVICE, clean, unreadable
from evaltui.batches.wire import BATCHES, Page, batch_path, read_batch, read_page
from evaltui.domain.batch import Chunk, Fault, RemoteBatch

if TYPE_CHECKING:
    import anthropic
    import httpx2

API = "https://api.anthropic.com"
PAGE = 1000
MOST_PAGES = 50
BODY_ADVICE = "nothing was sent; run the cases again"
SETUP_ADVICE = "check base_url and the proxy and certificate settings of the environment"

T = TypeVar("T")


class ClaudeEngine:
    """Batches at `base_url` under `api_key`; `timeout` and `connect_timeout` are seconds without any progress."""

    name = "claude"

    def __init__(
        self, api_key: str, base_url: str = API, *, timeout: float = 600.0, connect_timeout: float = 10.0
    ) -> None:
        self._key = api_key
        self._base_url = base_url
        self._timeouts = (timeout, connect_timeout)

    @property
    def endpoint(self) -> str:
        """The address without a user or password that may stand in it."""
        return re.sub(r"//[^/]*@", "//", self._base_url)

    @property
    def sender(self) -> str:
        """A fingerprint of the key: 48 bits of a hash of more entropy than anyone can search."""
        return hashlib.sha256(b"evaltui sender\0" + self._key.encode()).hexdigest()[:12]

    def submit(self, chunk: Chunk) -> RemoteBatch | Fault:
        problem = _changed(chunk)
        if problem is not None:
            return problem
        headers = {"Content-Length": str(chunk.body_bytes), "Content-Type": "application/json"}
        with chunk.body.open("rb") as body:
            return self._ask("POST", BATCHES, read_batch, creating=True, content=body, options={"headers": headers})

    def status(self, remote_id: str) -> RemoteBatch | Fault:
        return self._same(remote_id, self._ask("GET", batch_path(remote_id), read_batch))

    def cancel(self, remote_id: str) -> RemoteBatch | Fault:
        return self._same(remote_id, self._ask("POST", batch_path(remote_id, "/cancel"), read_batch))

    def recent(self, since: datetime) -> tuple[RemoteBatch, ...] | Fault:
        found: list[RemoteBatch] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(after)
            if isinstance(page, Fault):
                return page
            found += [batch for batch in page.batches if batch.created_at is None or batch.created_at >= since]
            if page.after is None or any(batch.created_at and batch.created_at < since for batch in page.batches):
                return tuple(found)
            after = page.after
        message = f"the listing of batches does not reach {since} within {MOST_PAGES} pages"
        return Fault("stop", message, "give evaltui a workspace of its own")

    def download(self, remote: RemoteBatch, target: Path) -> Downloaded | Fault:
        # The public way to a streamed body on a path of our own: `results()` would follow `results_url`.
        headers = {"X-Stainless-Raw-Response": "stream", "Accept": "application/binary"}
        reply = self._send("GET", batch_path(remote.id, "/results"), options={"headers": headers})
        if isinstance(reply, Fault):
            return reply
        with closing(reply):
            try:
                # The transport itself refuses a body shorter than its Content-Length or its last chunk.
                return save(reply.iter_bytes(), target, remote.counts.total)
            except expected_errors() as error:
                return self._hide(of_error(error, creating=False))

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    def _page(self, after: str | None) -> Page | Fault:
        params: dict[str, object] = {"limit": PAGE} | ({"after_id": after} if after else {})
        return self._ask("GET", BATCHES, read_page, options={"params": params})

    def _ask(
        self, method: str, path: str, read: Callable[[bytes], T | None], *, creating: bool = False, **call: Any
    ) -> T | Fault:
        reply = self._send(method, path, creating=creating, **call)
        if isinstance(reply, Fault):
            return reply
        value = read(reply.content)
        if value is not None:
            return value
        return self._hide(unreadable(reply.headers, reply.content, creating=creating))

    def _send(self, method: str, path: str, *, creating: bool = False, **call: Any) -> "httpx2.Response | Fault":
        import httpx2

        client = self._connected()
        if isinstance(client, Fault):
            return client
        send: Callable[..., httpx2.Response] = client.post if method == "POST" else client.get
        try:
            return send(path, cast_to=httpx2.Response, **call)
        except expected_errors() as error:
            return self._hide(of_error(error, creating=creating))

    def _connected(self) -> "anthropic.Anthropic | Fault":
        if not self._key.isascii() or not self._key.isprintable() or not self._key.strip():
            return Fault("stop", "the API key is empty or holds characters that no key has", KEY_ADVICE)
        try:
            return self._client
        except expected_errors(ImportError, OSError) as error:  # a SOCKS proxy, a certificate file that is gone
            return self._hide(Fault("stop", clean(f"no connection can be made: {error}"), SETUP_ADVICE))

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        import anthropic

        http = self._http()
        return anthropic.Anthropic(
            api_key=self._key,
            base_url=self._base_url,
            timeout=http.timeout,
            max_retries=0,
            open_telemetry=False,
            http_client=http,
        )

    def _http(self) -> "httpx2.Client":
        import anthropic
        import httpx2

        timeout = httpx2.Timeout(self._timeouts[0], connect=self._timeouts[1])
        if _loopback(self._base_url):
            return httpx2.Client(transport=httpx2.HTTPTransport(), trust_env=False, timeout=timeout)
        return anthropic.DefaultHttpxClient(follow_redirects=False, timeout=timeout)

    def _same(self, remote_id: str, reply: RemoteBatch | Fault) -> RemoteBatch | Fault:
        if isinstance(reply, RemoteBatch) and reply.id != remote_id:
            return Fault("transient", f"asked for batch {remote_id}, the reply is about another")
        return reply

    def _hide(self, fault: Fault) -> Fault:
        """An echo of our headers must not carry the key into a log."""
        request_id = fault.request_id and fault.request_id.replace(self._key, "[key]")
        return replace(fault, message=fault.message.replace(self._key, "[key]"), request_id=request_id)


def _changed(chunk: Chunk) -> Fault | None:
    """A body that is not the one promised in the ledger is never sent."""
    try:
        with chunk.body.open("rb") as body:
            same = hashlib.file_digest(body, "sha256").hexdigest() == chunk.body_digest
            size = body.tell()
    except OSError as error:
        return Fault("invalid", f"the request body cannot be read: {error}", BODY_ADVICE)
    if same and size == chunk.body_bytes:
        return None
    return Fault("invalid", f"the request body {chunk.body.name} changed since it was written", BODY_ADVICE)


def _loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
