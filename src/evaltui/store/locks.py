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


def driver(store_path: Path, run_id: int) -> int | None:
    """The process that drives the run now, as far as can be told without asking for the lock; None: nobody."""
    try:
        holder = int(_holder_file(_lock_file(store_path, f"run-{run_id}")).read_text())
    except (OSError, ValueError):
        return None
    return holder if _lives(holder) else None


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def submit_lock(store_path: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """Hold the one right to create batches, waiting for it until `stop()` is true; then raises Busy."""
    with _lock(store_path, "submit", stop, "batches are being submitted"):
        yield


@contextmanager
def _lock(store_path: Path, name: str, stop: Callable[[], bool], doing: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    file = _lock_file(store_path, name)
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
        _holder_file(file).unlink(missing_ok=True)
        lock.release()


def beside(store_path: Path, name: str) -> Path:
    """A file that belongs to the database."""
    return store_path.with_name(f"{store_path.name}.{name}")


def _lock_file(store_path: Path, name: str) -> Path:
    return beside(store_path, f"{name}.lock")


def _holder_file(lock: Path) -> Path:
    # Beside the lock, not in it: a contender may empty a lock file by opening it.
    return lock.with_suffix(".pid")


def _holder(lock: Path) -> str:
    try:
        return _holder_file(lock).read_text() or "unknown"
    except OSError:
        return "unknown"
