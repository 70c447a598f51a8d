"""Owns how a results file becomes outcomes: in one transaction, streamed, the first line of each request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from evaltui.domain.request import Canceled, Errored, Outcome, Succeeded
from evaltui.store.codec import Squeeze, squeezer
from evaltui.store.database import Store
from evaltui.store.text import stamp, text, text_or_none

SHOWN = 20
"""How many custom ids of each kind of trouble are named."""
HEAD_LINES, HEAD_BYTES = 500, 1_000_000
"""How much of a results file is held back to train a dictionary on."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one results file held: `matched` requests of the intent, and the first custom ids of each trouble.

    duplicates: lines for a request that had one in this file already (the first stands); unknown: lines for no
    request of this intent; missing: requests without a line. `collected` is true when none is left without outcome.
    A file whose lines all belong to someone else keeps nothing: matched is 0 and collected false.
    """

    matched: int
    duplicates: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    collected: bool


def ingest(
    store: Store, intent_id: int, lines: Iterable[tuple[str, Outcome]], received_at: datetime, *, final: bool = False
) -> Ingested:
    """Keep a results file in one transaction: all of it or, if `lines` raises, nothing.

    `final`: no better file will come, so requests without a line become Errored("missing_result"). The intent is
    marked collected in the same transaction once every request of it has an outcome. `lines` is streamed.
    """
    reading = _Reading(store, intent_id)
    with store.transaction():
        download = store.connection.execute(INSERT_DOWNLOAD, (intent_id, stamp(received_at))).lastrowid
        reading.keep(download or 0, lines)
        missing = reading.missing()
        foreign = reading.matched == 0 and bool(reading.unknown)
        if final and missing and not foreign:
            store.connection.execute(INSERT_MISSING, (download, intent_id))
        collected = not foreign and (final or not missing)
        if collected:
            store.connection.execute(INSERT_COLLECTION, (intent_id, download))
    return Ingested(reading.matched, tuple(reading.duplicates), tuple(reading.unknown), missing, collected)


INSERT_DOWNLOAD = "INSERT INTO downloads (intent_id, received_at) VALUES (?, ?)"
INSERT_MISSING = """
    INSERT INTO outcomes (request_id, download_id, result, error_kind, error_message)
    SELECT id, ?, 'errored', 'missing_result', 'the batch ended and its results hold no line for this request'
    FROM requests WHERE intent_id = ? AND NOT EXISTS (SELECT 1 FROM outcomes WHERE request_id = requests.id)
    ORDER BY id
"""
INSERT_COLLECTION = "INSERT INTO collections (intent_id, download_id) VALUES (?, ?) ON CONFLICT DO NOTHING"


class _Reading:
    """One pass over a results file; holds counts and a few names, never the lines."""

    def __init__(self, store: Store, intent_id: int) -> None:
        self.store, self.intent_id = store, intent_id
        self.matched = 0
        self.duplicates: list[str] = []
        self.unknown: list[str] = []

    def keep(self, download: int, lines: Iterable[tuple[str, Outcome]]) -> None:
        rest = iter(lines)
        head = _head(rest)
        squeeze = self._squeezer(head)
        execute = self.store.connection.execute
        for custom_id, outcome in chain(head, rest):
            found = execute(FIND_REQUEST, (self.intent_id, text(custom_id))).fetchone()
            if found is None:
                _note(self.unknown, custom_id)
            elif found[2] == download:
                _note(self.duplicates, custom_id)
            else:
                self.matched += 1
                if found[1] is None:
                    insert_outcome(self.store, found[0], download, outcome, squeeze)

    def missing(self) -> tuple[str, ...]:
        return tuple(row[0] for row in self.store.connection.execute(MISSING, (self.intent_id, SHOWN)))

    def _squeezer(self, head: Sequence[tuple[str, Outcome]]) -> Squeeze:
        run_id = self.store.connection.execute(RUN_OF_INTENT, (self.intent_id,)).fetchone()[0]
        bodies = [outcome.body for _, outcome in head if isinstance(outcome, Succeeded)]
        return squeezer(self.store, run_id, bodies)


FIND_REQUEST = """
    SELECT requests.id, outcomes.request_id, outcomes.download_id FROM requests
    LEFT JOIN outcomes ON outcomes.request_id = requests.id
    WHERE requests.intent_id = ? AND requests.custom_id = ?
"""
MISSING = """
    SELECT custom_id FROM requests
    WHERE intent_id = ? AND NOT EXISTS (SELECT 1 FROM outcomes WHERE request_id = requests.id) ORDER BY id LIMIT ?
"""
RUN_OF_INTENT = "SELECT run_id FROM intents WHERE id = ?"


def _head(lines: Iterator[tuple[str, Outcome]]) -> list[tuple[str, Outcome]]:
    """The first lines, up to HEAD_LINES and HEAD_BYTES of bodies."""
    head, held = [], 0
    for line in lines:
        head.append(line)
        held += len(line[1].body) if isinstance(line[1], Succeeded) else 0
        if len(head) == HEAD_LINES or held >= HEAD_BYTES:
            break
    return head


def _note(names: list[str], name: str) -> None:
    if len(names) < SHOWN:
        names.append(name)


def insert_outcome(store: Store, request_id: int, download: int, outcome: Outcome, squeeze: Squeeze) -> None:
    """Keep what came of a request that has no outcome yet; call inside a transaction."""
    execute = store.connection.execute
    match outcome:
        case Succeeded(body, stop_reason, model, usage):
            tokens = (usage.input_tokens, usage.output_tokens)
            written, read = usage.cache_creation_input_tokens, usage.cache_read_input_tokens
            cached = (written, read, usage.cache_creation_1h_input_tokens)
            reply_id = execute(INSERT_REPLY, squeeze(body)).lastrowid
            values = (request_id, download, reply_id, text_or_none(stop_reason), text(model), *tokens, *cached)
            execute(INSERT_SUCCEEDED, values)
        case Errored(kind, message, provider_request_id):
            said = (text(kind), text(message), text_or_none(provider_request_id))
            execute(INSERT_UNANSWERED, (request_id, download, "errored", *said))
        case _:
            result = "canceled" if isinstance(outcome, Canceled) else "expired"
            execute(INSERT_UNANSWERED, (request_id, download, result, None, None, None))


INSERT_SUCCEEDED = """
    INSERT INTO outcomes (request_id, download_id, reply_id, result, stop_reason, model, input_tokens, output_tokens,
        cache_creation_input_tokens, cache_read_input_tokens, cache_creation_1h_input_tokens)
    VALUES (?, ?, ?, 'succeeded', ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_REPLY = "INSERT INTO replies (codec, dictionary_id, body) VALUES (?, ?, ?)"
INSERT_UNANSWERED = """
    INSERT INTO outcomes (request_id, download_id, result, error_kind, error_message, provider_request_id)
    VALUES (?, ?, ?, ?, ?, ?)
"""
