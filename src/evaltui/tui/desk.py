"""Owns the app's access to the project's database: quick reads here, everything else in threads of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from evaltui.store.database import LOOKING_KIBIBYTES, Store, data_version, open_store

P = ParamSpec("P")
T = TypeVar("T")
READERS = 2


class Desk:
    """`path` is the state file, `folder` the project; the file is only ever made by a write."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self._readers = ThreadPoolExecutor(READERS, "read")
        self._writer = ThreadPoolExecutor(1, "write")
        self._store: Store | None = None
        self._version = 0

    @property
    def exists(self) -> bool:
        """Whether anything was ever stored here."""
        return self.path.is_file()

    @property
    def store(self) -> Store:
        """For reads of at most 5 ms, in the app's own thread only."""
        if self._store is None:
            self._store = open_store(self.path, LOOKING_KIBIBYTES)
        return self._store

    async def read(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(store, …)` in a worker thread with a store of its own."""
        return await self._in(self._readers, lambda store: function(store, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, one after the other."""
        return await self._in(self._writer, lambda store: function(store, *args, **kwargs))

    async def work(self, function: Callable[[], T]) -> T:
        """Anything slow that needs no store, in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, function)

    async def opened(self, function: Callable[[], T], close: Callable[[T], None]) -> T:
        """As `work`, for what must be closed again: it is, when it comes after nobody waits for it any more."""
        coming = self._readers.submit(function)
        try:
            return await asyncio.wrap_future(coming)
        except asyncio.CancelledError:
            coming.add_done_callback(partial(_let_go, close))
            raise

    def changed(self) -> bool:
        """Whether anybody committed something since this was asked last; a few microseconds."""
        if not self.exists:
            return False
        before, self._version = self._version, data_version(self.store)
        return before != self._version

    def close(self) -> None:
        """Nobody waits for reads that are still going on."""
        for pool in (self._readers, self._writer):
            pool.shutdown(wait=False, cancel_futures=True)
        if self._store is not None:
            self._store.close()
            self._store = None

    async def _in(self, pool: ThreadPoolExecutor, function: Callable[[Store], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, self._with_store, function)

    def _with_store(self, function: Callable[[Store], T]) -> T:
        with open_store(self.path, LOOKING_KIBIBYTES) as store:
            return function(store)


def _let_go(close: Callable[[T], None], coming: Future[T]) -> None:
    if not coming.cancelled() and coming.exception() is None:
        close(coming.result())
