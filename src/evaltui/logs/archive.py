"""Owns zip archives of JSON documents as records: each member unpacked within a bound, and never an exception."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from evaltui.domain.item import Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files.jsontext import decode_loose
from evaltui.files.raw import open_bytes
from evaltui.logs.records import LOG_LIMIT, alike

MEMBER_LIMIT = 128 * 1024 * 1024
"""Bytes of one member, packed or unpacked: a small archive may be made to unpack without end."""
_ZIP = b"PK\x03\x04"
_HEADER = 30  # bytes before a member's own name, of which the last four are the lengths of what follows them
_STORED, _DEFLATED, _ZSTD = 0, 8, 93
_ENCRYPTED = 1
_DAMAGED = "a member of the archive is damaged"
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, OverflowError, EOFError)


@dataclass(frozen=True, slots=True)
class Member:
    """One member's value, a JSON object. `place.line` is its number in the order in which members were written.

    Reading goes on after it from the byte at which the next member begins: a writer that goes on puts it there.
    """

    name: str
    value: dict[str, Any]
    place: Place


def is_archive(path: Path) -> bool:
    """Whether the file begins as a zip archive does."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        return False
    with opened as file:
        return file.read(len(_ZIP)) == _ZIP


def read_members(path: Path, wanted: Callable[[str], object], offset: int = 0) -> Iterator[Member | Skipped]:
    """Every member of a wanted name that begins at byte `offset` or later."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        yield Skipped(Place(0, offset), f"the file {opened.message}", opened.found)
        return
    with opened as file:
        yield from _members(file, wanted, offset)


def first_members(path: Path, most: int) -> tuple[dict[str, Any], ...]:
    """The first sound members, by which a log is recognised."""
    sound = (each.value for each in read_members(path, bool) if isinstance(each, Member))
    return tuple(islice(sound, most))


def _members(file: BinaryIO, wanted: Callable[[str], object], offset: int) -> Iterator[Member | Skipped]:
    try:
        with zipfile.ZipFile(file) as archive:
            listed, end = sorted(archive.infolist(), key=lambda each: each.header_offset), archive.start_dir
    except _BROKEN as error:
        yield Skipped(Place(0, offset), "the archive is not complete, or is no zip file", shown(str(error)))
        return
    ends = [*(each.header_offset for each in listed[1:]), end]
    for number, (info, after) in enumerate(zip(listed, ends, strict=True), 1):
        if info.header_offset >= offset and wanted(info.filename):
            yield _member(file, info, Place(number, after))


def _member(file: BinaryIO, info: zipfile.ZipInfo, place: Place) -> Member | Skipped:
    raw = _unpacked(file, info, place.after)
    if isinstance(raw, str):
        return Skipped(place, raw, shown(info.filename))
    value, complaint, _ = decode_loose(raw)
    if complaint or not isinstance(value, dict):
        reason = alike(complaint) if complaint else "a member of the archive is no JSON object"
        return Skipped(place, reason, shown(info.filename))
    return Member(info.filename, value, place)


def _unpacked(file: BinaryIO, info: zipfile.ZipInfo, end: int) -> bytes | str:
    """The bytes of the member, or why they cannot be had."""
    if info.flag_bits & _ENCRYPTED:
        return "a member of the archive is encrypted"
    if max(info.file_size, info.compress_size) > MEMBER_LIMIT:
        return f"a member of the archive has more than {MEMBER_LIMIT:,} bytes"
    unpack = _UNPACK.get(info.compress_type)
    if unpack is None:
        return f"members are packed by a method that is not known: {info.compress_type}"
    packed = _packed(file, info, end)
    raw = None if packed is None else unpack(packed)
    sound = raw is not None and len(raw) == info.file_size and zlib.crc32(raw) == info.CRC
    return raw if raw is not None and sound else _DAMAGED


def _packed(file: BinaryIO, info: zipfile.ZipInfo, end: int) -> bytes | None:
    """None where the member is not where the archive says, or reaches into the next one."""
    try:
        file.seek(info.header_offset)
        header = file.read(_HEADER)
        start = info.header_offset + _HEADER + sum(struct.unpack("<HH", header[-4:]))
        if not header.startswith(_ZIP) or start + info.compress_size > end:
            return None
        file.seek(start)
        return file.read(info.compress_size)
    except _BROKEN:
        return None


def _inflate(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, MEMBER_LIMIT + 1)
    except zlib.error:
        return None


def _zstd(packed: bytes) -> bytes | None:
    import zstandard  # only few archives need it

    try:
        return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read(MEMBER_LIMIT + 1)
    except zstandard.ZstdError:
        return None


_UNPACK: dict[int, Callable[[bytes], bytes | None]] = {
    _STORED: lambda packed: packed,
    _DEFLATED: _inflate,
    _ZSTD: _zstd,
}
