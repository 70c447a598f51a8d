"""Owns the sentence about a file that is named and is not there."""

from itertools import islice
from pathlib import Path

from evaltui.domain.problem import Problem
from evaltui.domain.text import nearest, shown

_ENOUGH = 500


def absent(path: Path) -> Problem:
    """A problem of the missing file itself."""
    message = "is not a regular file" if path.exists() else "no such file"
    return Problem(str(path), 0, "", message, hint=_nearest_file(path.parent, path))


def missing(folder: Path, name: str) -> str | None:
    """Why the file `name`, written in a file of `folder`, cannot be used: a sentence and a hint, or None."""
    path = folder / name
    try:
        if path.is_file():
            return None
        return "names a folder, not a file" if path.is_dir() else "names a file that does not exist"
    except (OSError, ValueError):
        return "is not a name a file can have"


def similar(folder: Path, name: str) -> str:
    """A hint with the existing file that `name` most probably meant."""
    return _nearest_file(folder, folder / name)


def _nearest_file(folder: Path, path: Path) -> str:
    try:
        near = path.parent.glob("*") if path.parent.is_dir() else folder.glob("*/*")
        names = [_relative(file, folder) for file in islice(near, _ENOUGH) if file.is_file()]
    except OSError:
        return ""
    match = nearest(_relative(path, folder), names)
    return f'did you mean "{shown(match)}"?' if match else ""


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
