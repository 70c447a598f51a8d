"""Owns which files are taken for logs: those that are named, and those in folders, without what is hidden."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and why it is not read, or ""; `named`: not found in a folder."""

    path: Path
    named: bool = True
    problem: str = ""


def walk_logs(paths: Iterable[Path]) -> Iterator[Found]:
    """Every file once, in the order of the paths, folders by name; what is left out is told with its reason."""
    seen: set[Path] = set()
    for each in (found for path in paths for found in _below(path, named=True)):
        whole = each.path.resolve()
        if whole not in seen:
            seen.add(whole)
            yield each


def _below(path: Path, *, named: bool) -> Iterator[Found]:
    if not named and path.name.startswith("."):
        yield Found(path, named, "is hidden, and was not read")
    elif not named and path.is_symlink() and path.is_dir():
        yield Found(path, named, "is a link to a folder, and was not followed")
    elif path.is_dir():
        yield from _inside(path, named=named)
    elif path.is_file():
        yield Found(path, named)
    else:
        yield Found(path, named, "is not a file" if path.exists() else "does not exist")


def _inside(folder: Path, *, named: bool) -> Iterator[Found]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        yield Found(folder, named, f"cannot be read: {error.strerror}")
        return
    if named and not inside:
        yield Found(folder, named, "is an empty folder")
    for path in inside:
        yield from _below(path, named=False)
