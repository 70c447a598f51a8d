"""Owns the conversation with the Message Batches API."""

import hashlib
from contextlib import closing
from datetime import datetime
from pathlib import Path

from evaltui.batches.claude_client import API, ClaudeClient
from evaltui.batches.claude_faults import expected_errors, of_error
from evaltui.batches.claude_tokens import count_tokens
from evaltui.batches.download import save
from evaltui.batches.engine import Downloaded
from evaltui.batches.wire import BATCHES, Page, batch_path, read_batch, read_page
from evaltui.domain.batch import Chunk, Fault, RemoteBatch

PAGE = 1000
MOST_PAGES = 50
BODY_ADVICE = "nothing was sent; run the cases again"


class ClaudeEngine:
    """Batches at `base_url` under `api_key`; `timeout` and `connect_timeout` are seconds without any progress."""

    name = "claude"

    def __init__(
        self, api_key: str, base_url: str = API, *, timeout: float = 600.0, connect_timeout: float = 10.0
    ) -> None:
        self._api = ClaudeClient(api_key, base_url, timeout=timeout, connect_timeout=connect_timeout)

    @property
    def endpoint(self) -> str:
        return self._api.endpoint

    @property
    def sender(self) -> str:
        return self._api.sender

    def count_tokens(self, params: bytes) -> int | Fault:
        return count_tokens(self._api, params)

    def submit(self, chunk: Chunk) -> RemoteBatch | Fault:
        problem = changed(chunk)
        if problem is not None:
            return problem
        headers = {"Content-Length": str(chunk.body_bytes), "Content-Type": "application/json"}
        with chunk.body.open("rb") as body:
            return self._api.ask("POST", BATCHES, read_batch, creating=True, content=body, options={"headers": headers})

    def status(self, remote_id: str) -> RemoteBatch | Fault:
        return self._same(remote_id, self._api.ask("GET", batch_path(remote_id), read_batch))

    def cancel(self, remote_id: str) -> RemoteBatch | Fault:
        return self._same(remote_id, self._api.ask("POST", batch_path(remote_id, "/cancel"), read_batch))

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
        reply = self._api.send("GET", batch_path(remote.id, "/results"), options={"headers": headers})
        if isinstance(reply, Fault):
            return reply
        with closing(reply):
            try:
                # The transport itself refuses a body shorter than its Content-Length or its last chunk.
                return save(reply.iter_bytes(), target, remote.counts.total)
            except expected_errors() as error:
                return self._api.hide(of_error(error, creating=False))

    def close(self) -> None:
        self._api.close()

    def _page(self, after: str | None) -> Page | Fault:
        params: dict[str, object] = {"limit": PAGE} | ({"after_id": after} if after else {})
        return self._api.ask("GET", BATCHES, read_page, options={"params": params})

    def _same(self, remote_id: str, reply: RemoteBatch | Fault) -> RemoteBatch | Fault:
        if isinstance(reply, RemoteBatch) and reply.id != remote_id:
            return Fault("transient", f"asked for batch {remote_id}, the reply is about another")
        return reply


def changed(chunk: Chunk) -> Fault | None:
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
