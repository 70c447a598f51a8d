"""Owns reading zip archives: a member at a time, unpacked within a bound in any usual way, and never an exception."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files.raw import open_bytes

MEMBER_LIMIT = 64 * 1024 * 1024
"""Bytes of one member, packed or unpacked: a small archive may be made to unpack without end."""
ARCHIVE_LIMIT = 1 << 50
ZIP = b"PK\x03\x04"
_HEADER = 30  # bytes before a member's own name, of which the last four are the lengths of what follows them
_STORED, _DEFLATED, _ZSTD = 0, 8, 93
_ENCRYPTED = 1
_BROKEN = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, struct.error, OverflowError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """Where one stands: `number` counts from 1 in the order of writing, `after` is where the next one begins."""

    name: str
    number: int
    start: int
    after: int
    info: zipfile.ZipInfo


def is_archive(path: Path) -> bool:
    """Whether the file begins as a zip archive does."""
    opened = open_bytes(path, ARCHIVE_LIMIT)
    if isinstance(opened, Problem):
        return False
    with opened as file:
        return file.read(len(ZIP)) == ZIP


def members_of(file: BinaryIO) -> list[Member] | str:
    """All members in the order in which they were written; what is wrong where the archive has no sound list."""
    try:
        with zipfile.ZipFile(file) as archive:
            listed, end = sorted(archive.infolist(), key=lambda each: each.header_offset), archive.start_dir
    except _BROKEN as error:
        return shown(str(error))
    ends = [*(each.header_offset for each in listed[1:]), end]
    placed = enumerate(zip(listed, ends, strict=True), 1)
    return [Member(info.filename, number, info.header_offset, after, info) for number, (info, after) in placed]


def unpacked(file: BinaryIO, member: Member) -> bytes | str:
    """The bytes of the member; else why they cannot be had, as what is said of it."""
    info = member.info
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if max(info.file_size, info.compress_size) > MEMBER_LIMIT:
        return f"has more than {MEMBER_LIMIT:,} bytes"
    unpack = _UNPACK.get(info.compress_type)
    if unpack is None:
        return f"is packed by a method that is not known: {info.compress_type}"
    packed = _packed(file, member)
    raw = None if packed is None else unpack(packed, info.file_size + 1)
    sound = raw is not None and len(raw) == info.file_size and zlib.crc32(raw) == info.CRC
    return raw if raw is not None and sound else "is damaged"


def archive_names(path: Path) -> list[str] | Problem:
    """The names of all members, in the order in which they were written."""
    opened = open_bytes(path, ARCHIVE_LIMIT)
    if isinstance(opened, Problem):
        return opened
    with opened as file:
        members = members_of(file)
    if isinstance(members, str):
        return Problem(str(path), 0, "", "is no zip archive that can be read", members)
    return [member.name for member in members]


def read_members(path: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes | Problem]]:
    """Each of the members with its bytes, or why it cannot be read; of two with one name the later."""
    opened = open_bytes(path, ARCHIVE_LIMIT)
    if isinstance(opened, Problem):
        yield from ((name, opened) for name in names)
        return
    with opened as file:
        members = members_of(file)
        known = {} if isinstance(members, str) else {member.name: member for member in members}
        for name in names:
            raw = unpacked(file, known[name]) if name in known else "is not in the archive"
            yield name, raw if isinstance(raw, bytes) else Problem(str(path), 0, shown(name), raw)


def _packed(file: BinaryIO, member: Member) -> bytes | None:
    """None where the member is not where the archive says, or reaches into the next one."""
    try:
        file.seek(member.start)
        header = file.read(_HEADER)
        start = member.start + _HEADER + sum(struct.unpack("<HH", header[-4:]))
        if not header.startswith(ZIP) or start + member.info.compress_size > member.after:
            return None
        file.seek(start)
        return file.read(member.info.compress_size)
    except _BROKEN:
        return None


def _inflate(packed: bytes, most: int) -> bytes | None:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error:
        return None


def _zstd(packed: bytes, most: int) -> bytes | None:
    import zstandard  # only few archives need it

    try:
        return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read(most)
    except zstandard.ZstdError:
        return None


_UNPACK: dict[int, Callable[[bytes, int], bytes | None]] = {
    _STORED: lambda packed, _: packed,
    _DEFLATED: _inflate,
    _ZSTD: _zstd,
}
