"""Production logs → the inbox: each file read by the importer that knows it, streamed, and kept piece by piece.

How far a log was read is kept together with what was read, so that a process that dies loses nothing and adds nothing
twice. An item is known by its own id: reading a log again from its start is never wrong, only slower.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Skipped
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import Importer
from evaltui.logs.plain.importer import PlainLog
from evaltui.loop.log_readers import Ask, LogReaders
from evaltui.loop.project import project_of
from evaltui.loop.scored_items import Look
from evaltui.loop.session import Notify, Phase
from evaltui.loop.walk import Found, walk_logs
from evaltui.store.database import Store
from evaltui.store.items import NewItem, keep_items, prepare
from evaltui.store.logs import LogCounts, LogRow, add_log, add_log_read, known_logs

HEAD = (
    1024  # bytes of its first line that a log is looked up by; that it is the same one, all that was read of it tells
)
PIECE_ITEMS = 256
PIECE_BYTES = 4_000_000
"""What one transaction keeps at most, in items and in bytes of the log."""
_CHUNK = 1 << 20


@dataclass(slots=True)
class LogReport:
    """What was read of one file this time; `problem` says why nothing of it was.

    `items` were read, of them `new` and `changed` were added. `failures` are in those that were added. `skipped` and
    `damaged` count records by reason. `start` is the byte from which it was read, because what stands before was kept
    by an earlier reading. `named`: the person named this very file.
    """

    path: str
    kind: str = ""
    start: int = 0
    records: int = 0
    items: int = 0
    new: int = 0
    changed: int = 0
    failures: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    problem: str = ""
    named: bool = True

    def words(self) -> str:
        """One line for a person."""
        if self.problem:
            return self.problem
        if not self.records:
            return f"{self.kind}: nothing that was not read before"
        told = [f"{self.kind}: {self.records:,} records", f"{self.items:,} items, {self.new:,} of them new"]
        told += [f"{self.changed:,} went on"] if self.changed else []
        told += [f"{self.failures:,} failures"]
        told += [f"{count:,} broken: {reason}" for reason, count in self.damaged.most_common()]
        told += [f"{count:,} skipped: {reason}" for reason, count in self.skipped.most_common()]
        return "; ".join(told)


def take_in(
    store: Store, paths: Iterable[Path], notify: Notify, ask: Ask | None = None, look: Look = lambda _: ()
) -> list[LogReport]:
    """Read logs, and those in folders, into the inbox; what is there already is not added again.

    `ask` says how a plain log is read that was named; without it, and in folders, only mappings that are kept are used.
    `look` finds failures of an item beside those that its log tells of.
    """
    readers = LogReaders(project_of(store.path), notify, ask)
    return [_take(store, found, notify, readers, look) for found in walk_logs(paths)]


def _take(store: Store, found: Found, notify: Notify, readers: LogReaders, look: Look) -> LogReport:
    importer = found.problem or readers.reader(found)
    if isinstance(importer, str):
        return LogReport(str(found.path), problem=importer, named=found.named)
    intake = _Intake(store, found.path, importer, notify, found.named, look)
    try:
        return intake.run()
    except OSError as error:
        intake.report.problem = f"cannot be read: {error.strerror}; what was read of it before is kept"
        return intake.report


@dataclass(slots=True)
class _Intake:
    """One log while it is read."""

    store: Store
    path: Path
    importer: Importer
    notify: Notify
    named: bool
    look: Look
    report: LogReport = field(init=False)
    told: LogReport = field(init=False)
    log: LogRow = field(init=False)
    _hash: Any = field(init=False)

    def __post_init__(self) -> None:
        self.report = LogReport(str(self.path), self.importer.kind, named=self.named)

    def run(self) -> LogReport:
        self.log, self._hash = self._resumed()
        self.report.start = self.log.after
        for piece, after in self._pieces():
            self._keep(piece, after)
            self.notify(Phase(f"reading {self.path.name}", after, self.path.stat().st_size, "bytes"))
        return self.report

    def _pieces(self) -> Iterator[tuple[list[NewItem], int]]:
        """What one transaction keeps, and the byte from which reading goes on after it."""
        piece: list[NewItem] = []
        kept = after = self.log.after
        self.told = LogReport("")
        for each in self.importer.read(self.path, self.log.after):
            self._count(each)
            if isinstance(each, Item):
                found = sorted((*failures_of(each), *self.look(each)), key=lambda failure: failure.turn)
                piece.append(prepare(each, found))
            after = max(after, each.place.after)
            if len(piece) >= PIECE_ITEMS or after - kept >= PIECE_BYTES:
                yield piece, after
                piece, kept, self.told = [], after, LogReport("")
        if piece or after > kept or self.told.records:
            yield piece, after

    def _count(self, each: Item | Skipped) -> None:
        self.told.records += each.place.records
        if isinstance(each, Item):
            self.told.items += 1
        else:
            (self.told.damaged if each.damaged else self.told.skipped)[each.reason] += each.place.records

    def _keep(self, piece: list[NewItem], after: int) -> None:
        """Items and how far the log was read, in one transaction."""
        _feed(self._hash, self.path, self.log.after, after)
        known = self.log.after
        log = replace(self.log, after=after, digest=self._hash.hexdigest()[:32])
        with self.store.transaction():
            if log.id == 0:
                log = replace(log, id=add_log(self.store, str(self.path), _known_as(self.importer), _head(self.path)))
            kept = keep_items(self.store, log.id, piece)
            if after > known or log.id != self.log.id:
                add_log_read(self.store, log, str(self.path), self._counts(kept.failures))
        self.log = log
        self._sum(kept.new, kept.changed, kept.failures)

    def _counts(self, failures: int) -> LogCounts:
        told = self.told
        return LogCounts(told.records, told.items, failures, told.skipped.total(), told.damaged.total())

    def _sum(self, new: int, changed: int, failures: int) -> None:
        self.report.new += new
        self.report.changed += changed
        self.report.failures += failures
        self.report.records += self.told.records
        self.report.items += self.told.items
        self.report.skipped += self.told.skipped
        self.report.damaged += self.told.damaged

    def _resumed(self) -> tuple[LogRow, Any]:
        """The log of which most stands at the beginning of this file, all that was read of it; else a new one.

        However many begin alike, the file is read once.
        """
        known = known_logs(self.store, _head(self.path), _known_as(self.importer))
        running, found = hashlib.sha256(), (LogRow(0, 0, ""), hashlib.sha256())
        size, at = self.path.stat().st_size, 0
        for log in sorted(known, key=lambda log: log.after):
            if log.after > size:
                break
            _feed(running, self.path, at, log.after)
            at = log.after
            if running.hexdigest()[:32] == log.digest:
                found = log, running.copy()
        return found


def _known_as(importer: Importer) -> str:
    """By another mapping a plain log says something else, so it is read again from its start."""
    return f"{importer.kind} {digest(importer.mapping.words)}" if isinstance(importer, PlainLog) else importer.kind


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.sha256(file.readline(HEAD)).hexdigest()[:32]


def _feed(running: Any, path: Path, start: int, end: int) -> None:
    """Add the bytes between two places of a file to a digest."""
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (chunk := file.read(min(_CHUNK, end - start))):
            running.update(chunk)
            start += len(chunk)
