"""Owns the way results reach the disk: whole, or not at all."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from evaltui.batches.engine import Downloaded
from evaltui.domain.batch import Fault


def save(chunks: Iterable[bytes], target: Path, expected: int) -> Downloaded | Fault:
    """Writes `chunks` beside `target` and renames the file only when it is whole; else nothing is left.

    Whole: it ends with a line feed (or with a line that parses), starts like JSON and has at least `expected`
    lines (0: any number). More lines than expected are for the reader of the results to flag. What `chunks`
    raises passes through; a disk that cannot be written is a `stop` fault.
    """
    part = target.with_suffix(".part")
    try:
        _write(chunks, part)
        lines, problem = _check(part, expected)
        if problem:
            return Fault("transient", problem)
        return _settle(part, target, lines)
    except OSError as error:
        return Fault("stop", f"the results cannot be written: {error}", "mend the folder or free space, then resume")
    finally:
        with suppress(OSError):
            part.unlink()


def sync_folder(folder: Path) -> None:
    """A rename outlives a power cut only once its folder is synced; Windows has no such call."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(chunks: Iterable[bytes], part: Path) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _check(part: Path, expected: int) -> tuple[int, str]:
    count, first, last = 0, b"", b"\n"
    with part.open("rb") as file:
        for last in file:
            if not last.isspace():
                first = first or last[:1]
                count += 1
    if count and first != b"{":
        return count, "the results are not JSON lines: something between here and the API answered in its place"
    if not last.endswith(b"\n") and not _parses(last):
        return count, f"the results end within line {count}: the download was cut off"
    if count < expected:
        return count, f"the results have {count} lines and the batch has {expected} requests: the download was cut off"
    return count, ""


def _settle(part: Path, target: Path, lines: int) -> Downloaded:
    size = part.stat().st_size
    part.replace(target)
    sync_folder(target.parent)
    return Downloaded(target, size, lines)


def _parses(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True
