"""What was opened in a thread is let go of when nobody waits for it any more."""

import asyncio
import threading
from pathlib import Path

import pytest

from evaltui.tui.desk import Desk


def test_what_comes_after_its_waiter_left_is_closed(tmp_path: Path) -> None:
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(10)
        return "a connection"

    async def leaves() -> None:
        desk = Desk(tmp_path / "state.db", tmp_path)
        waiting = asyncio.ensure_future(desk.opened(slow, lambda made: closed.set()))
        await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        desk.close()

    asyncio.run(leaves())
    assert not closed.is_set()
    go_on.set()
    assert closed.wait(10)


def test_what_is_waited_for_stays_open(tmp_path: Path) -> None:
    closed = threading.Event()

    async def waits() -> str:
        desk = Desk(tmp_path / "state.db", tmp_path)
        try:
            return await desk.opened(lambda: "a connection", lambda made: closed.set())
        finally:
            desk.close()

    assert asyncio.run(waits()) == "a connection"
    assert not closed.is_set()
