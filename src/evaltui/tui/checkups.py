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


class Checkups:
    """One at a time is asked for; whoever asks no more ends the work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[Path, tuple[Hashable, Checkup]] = {}

    async def of(self, folder: Path, runs: Hashable) -> Checkup:
        """The health of an evalset; `runs` changes whenever its runs say something else."""
        digest, size = await self._desk.work(partial(state_of, folder))
        state, known = (digest, runs), self._known.get(folder)
        if known is None or known[0] != state:
            look = partial(checkup, folder, self._desk.path)
            known = state, await (_apart(self._desk, look) if size > LARGE else self._desk.work(look))
            self._known[folder] = known
        return known[1]


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
