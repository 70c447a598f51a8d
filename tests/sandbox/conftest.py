"""A sandbox server, the real SDK as its client, and plain HTTP beside it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import anthropic
import httpx2
import pytest

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.model import Model
from evaltui.sandbox.scripted import echo
from evaltui.sandbox.server import Sandbox, running

HEADERS = {"x-api-key": "key-of-tests", "anthropic-version": "2026-10-21"}
BATCH_SECONDS = 60.0


class Desk:
    """One running sandbox with its two clients."""

    def __init__(self, sandbox: Sandbox, sdk: anthropic.Anthropic, http: httpx2.Client) -> None:
        self.sandbox, self.sdk, self.http = sandbox, sdk, http
        self.batches = sdk.messages.batches

    @staticmethod
    def params(text: str = "hello", **more: Any) -> dict[str, Any]:
        return {
            "model": "claude-haiku-5-5",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": text}],
            **more,
        }

    def requests(self, count: int, **more: Any) -> list[dict[str, Any]]:
        return [{"custom_id": f"k1-c0-{n:06}-r0", "params": self.params(f"case {n}", **more)} for n in range(count)]

    def create(self, count: int = 3, **more: Any) -> Any:
        return self.batches.create(requests=self.requests(count, **more))

    def end(self, batch: Any) -> Any:
        """Let the time of a batch pass, and look at it."""
        self.sandbox.advance(BATCH_SECONDS)
        return self.batches.retrieve(batch.id)

    def finished(self, count: int = 3, **more: Any) -> Any:
        return self.end(self.create(count, **more))

    def results(self, batch: Any) -> dict[str, Any]:
        return {line.custom_id: line.result for line in self.batches.results(batch.id)}

    def raw(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self.http.request(method, path, **more)


@contextmanager
def opened(model: Model | None = None, faults: str = "", clock: Clock | None = None, **more: Any) -> Iterator[Desk]:
    clock = clock or Clock(batch_seconds=BATCH_SECONDS)
    with (
        running(model or echo(), clock=clock, faults=Faults.parse(faults), **more) as sandbox,
        anthropic.Anthropic(api_key=HEADERS["x-api-key"], base_url=sandbox.url, max_retries=0) as sdk,
        httpx2.Client(base_url=sandbox.url, headers=HEADERS, timeout=30) as http,
    ):
        yield Desk(sandbox, sdk, http)


@pytest.fixture
def start() -> Iterator[Callable[..., Desk]]:
    """Start a sandbox with a model, faults or a clock of the test's own."""
    with ExitStack() as stack:
        yield lambda *args, **more: stack.enter_context(opened(*args, **more))


@pytest.fixture
def desk(start: Callable[..., Desk]) -> Desk:
    """An honest sandbox."""
    return start()
