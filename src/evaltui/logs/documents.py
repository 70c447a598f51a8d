"""Owns a log's records where it may be one JSON document over many lines as well as one object a line."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from evaltui.domain.item import Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files.jsontext import decode_json, decode_loose
from evaltui.files.raw import LINE_LIMIT, open_bytes, read_bytes
from evaltui.logs.records import HEAD, LOG_LIMIT, MARK, Record, alike, first_records, read_records

DOCUMENT_LIMIT = 256 * 1024 * 1024
"""Bytes of a log that is one document: it is held in memory, which a log of one object a line is not."""
_PEEKED = 20  # lines that say whether each is a record
_INCOMPLETE = "the document is not complete, or is no JSON"
_scan = json.JSONDecoder().raw_decode


def read_documents(path: Path, offset: int = 0) -> Iterator[Record | Skipped]:
    """Every record: a line each, or the one document, or each element of it where it is an array.

    Of one document, only the last record lets reading go on after it. Never raises.
    """
    if is_one_document(path):
        yield from _document(path, offset)
    else:
        yield from read_records(path, offset)


def first_documents(path: Path, most: int = HEAD) -> tuple[dict[str, Any], ...]:
    """The first sound records, by which a log is recognised."""
    if not is_one_document(path):
        return first_records(path, most)
    sound = (each.value for each in _document(path, 0) if isinstance(each, Record))
    return tuple(islice(sound, most))


def is_one_document(path: Path) -> bool:
    """Whether its first line is no JSON value by itself, or an array, and none of the next ones is a record."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        return False
    with opened as file:
        first, *others = [*islice(_said(file), _PEEKED)] or [b""]
    begins = first.removeprefix(MARK).lstrip()
    if begins[:1] == b"[":
        return not (_is_whole(begins) and others)
    return begins[:1] == b"{" and not _is_whole(begins) and not any(map(_is_record, others))


def _is_record(line: bytes) -> bool:
    return line[:1] == b"{" and _is_whole(line)


def _said(file: BinaryIO) -> Iterator[bytes]:
    """Lines that are not empty; of one that is too long its beginning, and the file stands at its end."""
    while line := file.readline(LINE_LIMIT + 1):
        rest = line
        while len(rest) > LINE_LIMIT and not rest.endswith(b"\n"):
            rest = file.readline(LINE_LIMIT + 1)
        if line.strip():
            yield line


def _is_whole(line: bytes) -> bool:
    return len(line) <= LINE_LIMIT and not decode_json(line)[1]


def _document(path: Path, offset: int) -> Iterator[Record | Skipped]:
    raw = read_bytes(path, DOCUMENT_LIMIT)
    if isinstance(raw, Problem):
        hint = f"a log that is one JSON document may have {DOCUMENT_LIMIT:,} bytes; write one object a line"
        yield Skipped(Place(0, offset), f"the file {raw.message.removeprefix('the file ')}", f"{raw.found}: {hint}")
    elif offset < len(raw):
        text = raw.removeprefix(MARK).decode("utf-8", "replace")
        size = len(raw)
        del raw
        yield from _elements(text, size) if text.lstrip()[:1] == "[" else [_value(text, Place(1, size))]


def _elements(text: str, size: int) -> Iterator[Record | Skipped]:
    """Each element of the array; from the last of them on, where the array is whole, reading may go on."""
    at, line, counted = _blank(text, text.index("[") + 1), 1, 0
    while text[at : at + 1] not in ("", "]"):
        line, counted = line + text.count("\n", counted, at), at
        end = _end(text, at)
        if end < 0:
            break
        follows = _follows(text, end)
        yield _value(text[at:end], Place(line, size if text[follows : follows + 1] == "]" else 0))
        at = follows
    if text[at : at + 1] != "]":
        yield Skipped(Place(line, 0), _INCOMPLETE, shown(text[at : at + 400].strip()))


def _end(text: str, at: int) -> int:
    """Where the value that begins there ends; -1 where it does not."""
    try:
        return _scan(text, at)[1]
    except (ValueError, RecursionError):
        return -1


def _follows(text: str, end: int) -> int:
    """Where the next element begins, or the array ends."""
    at = _blank(text, end)
    return _blank(text, at + 1) if text[at : at + 1] == "," else at


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _value(text: str, place: Place) -> Record | Skipped:
    value, complaint, line = decode_loose(text.encode("utf-8"))
    if complaint:
        reason = _INCOMPLETE if complaint.startswith("not valid JSON") else alike(complaint)
        where = Place(place.line + max(line - 1, 0), 0)
        return Skipped(where, reason, shown(text[:400].strip()))
    if not isinstance(value, dict):
        return Skipped(place, "the element is no JSON object", shown(text[:400].strip()))
    return Record(value, place, 0)
