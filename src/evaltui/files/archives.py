"""Owns reading zip archives: a member at a time, in memory bounded by its size, compressed in any usual way."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from evaltui.domain.problem import Problem
from evaltui.domain.text import shown

MEMBER_LIMIT = 64 * 1024 * 1024
_ZSTD = 93
_HEADER = struct.Struct("<26xHH")
_BROKEN = (
    OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip


def archive_names(path: Path) -> list[str] | Problem:
    """The names of all members, in the order of the archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except _BROKEN as error:
        return Problem(str(path), 0, "", "is no zip archive that can be read", shown(str(error)))


def read_members(path: Path, names: list[str]) -> Iterator[tuple[str, bytes | Problem]]:
    """Each of the members with its bytes, or why it cannot be read."""
    with zipfile.ZipFile(path) as archive:
        for name in names:
            yield name, _member(archive, path, name)


def _member(archive: zipfile.ZipFile, path: Path, name: str) -> bytes | Problem:
    info = archive.getinfo(name)
    if info.file_size > MEMBER_LIMIT:
        return _problem(path, name, "is too large", f"{info.file_size:,} bytes")
    try:
        if info.compress_type == _ZSTD:
            return _zstd(path, info)
        with archive.open(info) as file:
            return file.read(MEMBER_LIMIT)
    except _BROKEN as error:
        return _problem(path, name, "cannot be read", shown(f"{type(error).__name__}: {error}"))


def _zstd(path: Path, info: zipfile.ZipInfo) -> bytes:
    """The module for zip archives does not know this way. A member that unpacks to more than it says is damaged."""
    import zstandard

    with path.open("rb") as file:
        file.seek(info.header_offset)
        file.seek(sum(_HEADER.unpack(file.read(_HEADER.size))), 1)
        raw = file.read(info.compress_size)
    try:
        content = zstandard.ZstdDecompressor().stream_reader(raw).read(info.file_size + 1)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise ValueError("it is damaged")
    return content


def _problem(path: Path, name: str, message: str, what: str) -> Problem:
    return Problem(str(path), 0, shown(name), message, what)
