"""Owns who may drive a run and who may submit: locks beside the database that the OS releases, even on kill -9."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evaltui.domain.errors import Busy

POLL_SECONDS = 0.1


@contextmanager
def run_lock(store_path: Path, run_id: int) -> Iterator[None]:
    """Hold the run while inside; raises Busy, naming the holder's process, when it is held already."""
    with _lock(store_path, f"run-{run_id}", lambda: True, f"run {run_id} is being driven"):
        yield


@contextmanager
def submit_lock(store_path: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """Hold the one right to create batches, waiting for it until `stop()` is true; then raises Busy."""
    with _lock(store_path, "submit", stop, "batches are being submitted"):
        yield


@contextmanager
def _lock(store_path: Path, name: str, stop: Callable[[], bool], doing: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    file = store_path.with_name(f"{store_path.name}.{name}.lock")
    lock = FileLock(file)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if stop():
                raise Busy(f"{doing} by process {_holder(file)}; wait until it ends or stop it") from None
            time.sleep(POLL_SECONDS)
    try:
        _holder_file(file).write_text(str(os.getpid()))
        yield
    finally:
        lock.release()


def _holder_file(lock: Path) -> Path:
    # Beside the lock, not in it: a contender may empty a lock file by opening it.
    return lock.with_suffix(".pid")


def _holder(lock: Path) -> str:
    try:
        return _holder_file(lock).read_text() or "unknown"
    except OSError:
        return "unknown"
