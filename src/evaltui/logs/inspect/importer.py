"""Owns where the samples of an Inspect log stand: members of a `.eval` archive, or a list in a `.json` document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltui.domain.item import Item, Place, Skipped
from evaltui.domain.text import shown
from evaltui.files.archives import is_archive
from evaltui.logs.archive import Member, read_members
from evaltui.logs.documents import read_documents
from evaltui.logs.inspect.sample import KIND, Evaluation, read_sample
from evaltui.logs.records import Record

_SAMPLE = re.compile(r"samples/.+_epoch_\d+(?:\.json|/sample\.json)", re.DOTALL)
_CHUNKED = "/sample.json"
_HEADERS = ("_journal/start.json", "header.json")


@dataclass(frozen=True, slots=True)
class InspectLog:
    """One item a sample. An archive to which samples are still being added is read on from its last one."""

    kind: str = KIND

    def recognises(self, head: Sequence[dict[str, Any]]) -> bool:
        """Whether one of the records is the head of an evaluation."""
        return any(_is_log(record) for record in head)

    def read(self, path: Path, offset: int = 0) -> Iterator[Item | Skipped]:
        """An item for every sample."""
        if is_archive(path):
            yield from _archive(path, offset)
            return
        for each in read_documents(path, offset):
            if isinstance(each, Skipped):
                yield each
            else:
                yield from _document(each)


def _is_log(record: dict[str, Any]) -> bool:
    told = record.get("eval")
    return isinstance(told, dict) and "task" in told and ("plan" in record or "samples" in record)


def _archive(path: Path, offset: int) -> Iterator[Item | Skipped]:
    heads = [each.value for each in read_members(path, _HEADERS.__contains__) if isinstance(each, Member)]
    about, found = Evaluation.of(heads[-1] if heads else {}), False
    for each in read_members(path, _SAMPLE.fullmatch, offset):
        found = True
        yield each if isinstance(each, Skipped) else _member(each, about)
    if not found and not offset:
        yield _empty(Place(), heads[-1] if heads else {})


def _member(member: Member, about: Evaluation) -> Item | Skipped:
    if member.name.endswith(_CHUNKED):
        return Skipped(member.place, "the sample is stored in chunks, which cannot be read", shown(member.name))
    return read_sample(member.value, member.place, about)


def _document(record: Record) -> Iterator[Item | Skipped]:
    """The samples of one log; only from the last of them reading goes on after it."""
    samples = record.value.get("samples")
    if not _is_log(record.value):
        yield Skipped(record.place, "the record is no log of Inspect", shown(", ".join(record.value)), damaged=False)
    elif not isinstance(samples, list) or not samples:
        yield _empty(record.place, record.value)
    else:
        about = Evaluation.of(record.value)
        amid = replace(record.place, after=record.start)
        for each in samples[:-1]:
            yield read_sample(each, amid, about)
        yield read_sample(samples[-1], record.place, about)


def _empty(place: Place, head: dict[str, Any]) -> Skipped:
    fault = head.get("error")
    message = fault.get("message") if isinstance(fault, dict) else fault
    told = [str(each) for each in (head.get("status"), message) if isinstance(each, str)]
    return Skipped(place, "the log holds no sample", shown(": ".join(told), 300), damaged=False)
