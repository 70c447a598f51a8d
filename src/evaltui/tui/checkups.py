"""Owns what the app knows of the health of evalsets: looked at once as long as neither files nor runs change.

Large sets are looked at in a process of their own, because seconds of arithmetic in a thread would hold up every key.
"""

import asyncio
from collections.abc import Hashable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evaltui.loop.checkup import LARGE, Checkup, checkup, state_of
from evaltui.tui.desk import Desk

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


MOST = 8
"""Sets whose health is remembered."""


class Checkups:
    """One at a time is asked for; whoever asks no more ends the work. What is known is known to the whole process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of(self, folder: Path, runs: Hashable) -> Checkup:
        """The health of an evalset; `runs` changes whenever its runs say something else."""
        digest, size = await self._desk.work(partial(state_of, folder))
        state = digest, runs, self._desk.path
        if state not in _KNOWN:
            look = partial(checkup, folder, self._desk.path)
            found = await (_apart(self._desk, look) if size > LARGE else self._desk.work(look))
            while len(_KNOWN) >= MOST:
                del _KNOWN[next(iter(_KNOWN))]
            _KNOWN[state] = found
        return _KNOWN[state]


_KNOWN: dict[Hashable, Checkup] = {}


async def _apart(desk: Desk, look: "partial[Checkup]") -> Checkup:
    from multiprocessing import get_context

    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(look, there), daemon=True)
    process.start()
    there.close()
    try:
        return await desk.work(here.recv)
    except (asyncio.CancelledError, EOFError):
        process.kill()
        raise
    finally:
        process.join(0)


def _send(look: "partial[Checkup]", there: "Connection") -> None:
    there.send(look())
