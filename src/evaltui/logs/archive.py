"""Owns zip archives of JSON documents as records: each member read on its own, and never an exception."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from evaltui.domain.item import Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.text import shown
from evaltui.files import archives
from evaltui.files.jsontext import decode_loose
from evaltui.files.raw import open_bytes
from evaltui.logs.records import LOG_LIMIT, alike


@dataclass(frozen=True, slots=True)
class Member:
    """One member's value, a JSON object. `place.line` is its number in the order in which members were written.

    Reading goes on after it from the byte at which the next member begins: a writer that goes on puts it there.
    """

    name: str
    value: dict[str, Any]
    place: Place


def read_members(path: Path, wanted: Callable[[str], object], offset: int = 0) -> Iterator[Member | Skipped]:
    """Every member of a wanted name that begins at byte `offset` or later."""
    opened = open_bytes(path, LOG_LIMIT)
    if isinstance(opened, Problem):
        yield Skipped(Place(0, offset), f"the file {opened.message}", opened.found)
        return
    with opened as file:
        members = archives.members_of(file)
        if isinstance(members, str):
            yield Skipped(Place(0, offset), "the archive is not complete, or is no zip file", members)
            return
        for member in members:
            if member.start >= offset and wanted(member.name):
                yield _member(file, member)


def first_members(path: Path, most: int) -> tuple[dict[str, Any], ...]:
    """The first sound members, by which a log is recognised."""
    sound = (each.value for each in read_members(path, bool) if isinstance(each, Member))
    return tuple(islice(sound, most))


def _member(file: BinaryIO, member: archives.Member) -> Member | Skipped:
    place, raw = Place(member.number, member.after), archives.unpacked(file, member)
    if isinstance(raw, str):
        return Skipped(place, f"a member of the archive {raw}", shown(member.name))
    value, complaint, _ = decode_loose(raw)
    if complaint or not isinstance(value, dict):
        reason = alike(complaint) if complaint else "a member of the archive is no JSON object"
        return Skipped(place, reason, shown(member.name))
    return Member(member.name, value, place)
