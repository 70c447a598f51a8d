"""Owns changing bytes of a file in place: the whole file is there before and after, and never anything between."""

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from evaltui.domain.errors import Refused
from evaltui.domain.finding import Edit

_BLOCK = 1 << 20


def splice_file(path: Path, start: int, removed: bytes, inserted: bytes, check: Callable[[Path], None]) -> Edit:
    """What the change would be; nothing is changed yet. `check` sees a file that holds the result, and may refuse it.

    Raises Refused when the bytes to be removed are not there.
    """
    path = path.resolve()
    if not os.access(path, os.W_OK):
        raise Refused(f"{path} cannot be written; give yourself write permission")
    before = digest_of(path)
    beside = _beside(path)
    try:
        _write(path, beside, start, removed, inserted)
        check(beside)
        return Edit(str(path), start, removed, inserted, before, digest_of(beside))
    finally:
        beside.unlink(missing_ok=True)


def apply_edit(edit: Edit) -> bool:
    """Make the change, at once and whole, keeping the file's mode; False where it is made already.

    Raises Refused when the file is not as it was when the change was worked out.
    """
    path, beside = Path(edit.file), _beside(Path(edit.file))
    if _as_it_was(path, edit):
        return False
    try:
        _write(path, beside, edit.start, edit.removed, edit.inserted)
        if digest_of(beside) != edit.digest_after or digest_of(path) != edit.digest_before:
            raise _changed(path)
        shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def check_new(path: Path, content: bytes, check: Callable[[Path], None]) -> None:
    """Whether a file may be made: `check` sees one with this content, and may refuse it. Nothing is left behind."""
    _room(path)
    beside = _beside(path)
    try:
        beside.write_bytes(content)
        check(beside)
    finally:
        beside.unlink(missing_ok=True)


def make_file(path: Path, content: bytes) -> None:
    """A new file, there at once and whole. Raises Refused when there is one of this name meanwhile."""
    _room(path)
    beside = _beside(path)
    try:
        with beside.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        os.link(beside, path)
    except FileExistsError as error:
        raise Refused(f"{path.name} was made by somebody else meanwhile and stays as it is; it is {path}") from error
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def digest_of(path: Path) -> str:
    """Of all bytes of a file."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _room(path: Path) -> None:
    if not path.parent.is_dir():
        raise Refused(f"there is no folder {path.parent} to make {path.name} in")
    if not os.access(path.parent, os.W_OK):
        raise Refused(f"{path.parent} cannot be written; give yourself write permission")


def _as_it_was(path: Path, edit: Edit) -> bool:
    """Whether the change is made already; raises Refused when the file is neither as before nor as after it."""
    try:
        found = digest_of(path)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}; it is {path}") from error
    if found not in (edit.digest_before, edit.digest_after):
        raise _changed(path)
    return found == edit.digest_after


def _changed(path: Path) -> Refused:
    return Refused(f"{path.name} was changed by somebody else meanwhile and stays as it is; it is {path}")


def _beside(path: Path) -> Path:
    """In the same folder, so that it can take the file's place in one step; each process has its own."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _write(path: Path, beside: Path, start: int, removed: bytes, inserted: bytes) -> None:
    with path.open("rb") as source, beside.open("xb") as target:
        _copy(source, target, start)
        if source.read(len(removed)) != removed:
            raise _changed(path)
        target.write(inserted)
        shutil.copyfileobj(source, target, _BLOCK)
        target.flush()
        os.fsync(target.fileno())


def _copy(source: BinaryIO, target: BinaryIO, count: int) -> None:
    while count > 0 and (block := source.read(min(count, _BLOCK))):
        target.write(block)
        count -= len(block)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
