"""Owns the lines of a log as JSON values: streamed from any byte on, each with its place, and never an exception."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from evaltui.domain.item import Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files.jsontext import decode_json
from evaltui.files.raw import LINE_LIMIT, open_bytes
from evaltui.files.tables import lines_before

LOG_LIMIT = 1 << 50
HEAD = 40  # records that are enough to know a log by
_HEAD_BYTES = 4 * LINE_LIMIT
_COLUMN = re.compile(r" at column \d+")
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One line's value, which is a JSON object; `start` is the byte at which the line begins."""

    value: dict[str, Any]
    place: Place
    start: int


def read_records(path: Path, offset: int = 0) -> Iterator[Record | Skipped]:
    """Every line from byte `offset` on, which must begin a line; lines are numbered from the start of the file."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        yield Skipped(Place(0, offset), f"the file {opened.message}", opened.found)
        return
    with opened as file:
        yield from _from(file, offset)


def first_records(path: Path, most: int = HEAD) -> tuple[dict[str, Any], ...]:
    """The first sound records, by which a log is recognised."""
    near = (each for each in islice(read_records(path), most * 2) if each.place.after <= _HEAD_BYTES)
    return tuple(islice((each.value for each in near if isinstance(each, Record)), most))


def record_at(path: Path, start: int) -> dict[str, Any] | None:
    """The record of the line that begins at byte `start`; its line is not counted, so that this is quick."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        return None
    with opened as file:
        file.seek(start)
        value, complaint, _ = decode_json(file.readline(LINE_LIMIT + 1).removeprefix(MARK))
    return value if isinstance(value, dict) and not complaint else None


def _from(file: BinaryIO, offset: int) -> Iterator[Record | Skipped]:
    number = lines_before(file, offset)
    start = offset
    while raw := file.readline(LINE_LIMIT + 1):
        number += 1
        whole = _to_the_end(file, raw)
        place = Place(number, file.tell())
        line = raw.removeprefix(MARK) if start == 0 else raw
        if len(raw) > LINE_LIMIT:
            yield Skipped(place, "the line is too long", f"more than {LINE_LIMIT:,} bytes")
        elif line.strip():
            yield _record(line, place, start, whole)
        start = place.after


def _to_the_end(file: BinaryIO, raw: bytes) -> bool:
    """Goes on to the next line; False where the file ends before this one does."""
    while len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
        raw = file.readline(LINE_LIMIT + 1)
    return raw.endswith(b"\n")


def _record(line: bytes, place: Place, start: int, whole: bool) -> Record | Skipped:
    value, complaint, _ = decode_json(line)
    if complaint and not whole:
        # Whoever writes the log may be amid this line: the next reading begins with it again.
        return Skipped(Place(place.line, start), "the last line is not complete", _start_of(line))
    if complaint:
        return Skipped(place, alike(complaint), _start_of(line))
    if not isinstance(value, dict):
        return Skipped(place, "the line is no JSON object", _start_of(line))
    return Record(value, place, start)


def alike(complaint: str) -> str:
    """The complaint without its column and its details, so that those of one sort can be counted together."""
    return _COLUMN.sub("", complaint).partition(": ")[0]


def _start_of(line: bytes) -> str:
    return shown(line[:400].decode("utf-8", "replace").strip())
