"""Step 1: samples that need a request become chunks on disk, promised in the database before anything is sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from evaltui.agents.turn import request_digest
from evaltui.batches.names import custom_id, new_nonce
from evaltui.batches.split import ChunkWriter, Limits, TooLarge, distinct
from evaltui.domain.errors import Refused
from evaltui.domain.request import PlannedRequest
from evaltui.loop.session import Session
from evaltui.store.intents import add_requests, open_intent, seal_intent, used_sizes
from evaltui.store.requests import Todo, unplanned

PAGE = 1_000  # rows kept back, so that requests dropped from a chunk were never written


def plan(session: Session) -> bool:
    """Write every chunk that is missing; True when there was one."""
    moved = False
    while not session.stop.is_set() and (first := next(todos := unplanned(session.store, session.run.id), None)):
        _chunk(session, first, todos)
        moved = True
    return moved


def _chunk(session: Session, first: Todo, rest: Iterator[Todo]) -> None:
    used, nonce = used_sizes(session.store, session.run.id), new_nonce()
    with ChunkWriter(session.spool, nonce, _limits(session.limits, used)) as writer, session.store.transaction():
        intent = open_intent(session.store, session.run.id, nonce, datetime.now(UTC))
        kept = _write(session, writer, (intent, nonce), chain((first,), rest))
        for _ in range(distinct(writer.size, used)):
            writer.drop_last()
            kept.pop()
        add_requests(session.store, intent, kept)
        size = writer.size
        seal_intent(session.store, intent, writer.close())
    session.phase("built", size, size, "requests")


def _limits(limits: Limits, used: set[int]) -> Limits:
    cap = limits.requests
    while cap in used and cap > 1:
        cap -= 1
    return replace(limits, requests=cap)


def _write(
    session: Session, writer: ChunkWriter, intent: tuple[int, str], todos: Iterator[Todo]
) -> list[PlannedRequest]:
    """Fill the chunk; the last rows, not yet in the database, are returned."""
    rows: list[PlannedRequest] = []
    for todo in todos:
        row, params = _request(session, intent[1], todo)
        added = writer.add(row.custom_id, params)
        if isinstance(added, TooLarge):
            raise Refused(f"case {todo.case.id}: {added}; shorten its input")
        if not added:
            break
        rows.append(row)
        if len(rows) >= 2 * PAGE:
            add_requests(session.store, intent[0], rows[:PAGE])
            del rows[:PAGE]
            session.phase("building", writer.size, 0, "requests")
    return rows


def _request(session: Session, nonce: str, todo: Todo) -> tuple[PlannedRequest, bytes]:
    params = session.requests.first(todo.case)
    name = custom_id(nonce, todo.sample_id, 1, todo.attempt)
    return PlannedRequest(name, todo.sample_id, 1, todo.attempt, request_digest(params), len(params)), params
