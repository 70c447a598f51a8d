"""Step 1: what needs a request becomes chunks on disk, promised in the database before anything is sent.

Samples need their first request, their next one or their last one again; judges need theirs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice

from evaltui.agents.turn import request_digest
from evaltui.batches.names import custom_id, new_nonce
from evaltui.batches.split import ChunkWriter, Limits, TooLarge, distinct
from evaltui.domain.errors import Refused
from evaltui.domain.request import PlannedRequest, Purpose
from evaltui.domain.score import Evidence
from evaltui.domain.trajectory import Trajectory
from evaltui.loop.budget import Weight, require_money
from evaltui.loop.evidence import so_far
from evaltui.loop.judging import questions_of
from evaltui.loop.rounds import late_again, may_send, primes
from evaltui.loop.session import Session
from evaltui.store.conversations import conversation, turns
from evaltui.store.intents import add_requests, open_intent, seal_intent, used_sizes
from evaltui.store.questions import Asked, Unasked, add_judge_requests, unasked
from evaltui.store.requests import Todo, unplanned

PAGE = 1_000  # rows kept back, so that requests dropped from a chunk were never written


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that is wanted, ready to be named; `question` is what it asks a judge."""

    sample_id: int
    turn: int
    attempt: int
    params: bytes
    about: str
    question: Asked | None = None


def plan(session: Session) -> bool:
    """Write every chunk that is missing, once a round may begin; True when there was one."""
    late_again(session)
    wanted = _first if primes(session) else _wishes
    return may_send(session) and write(session, lambda: wanted(session))


def write(session: Session, wishes: Callable[[], Iterator[Wish]]) -> bool:
    """Promise every request that is wanted, chunk by chunk; `wishes` are those that no chunk holds yet."""
    moved = False
    while not session.stop.is_set() and (first := next(rest := wishes(), None)):
        _chunk(session, first, rest)
        moved = True
    return moved


def _first(session: Session) -> Iterator[Wish]:
    """The one request that goes ahead of all others, as long as it was not promised."""
    return islice(_wishes(session), 1 if primes(session) else 0)


def _wishes(session: Session) -> Iterator[Wish]:
    for todo in unplanned(session.store, session.run.id):
        yield Wish(todo.sample_id, todo.turn, todo.attempt, _params(session, todo), f"case {todo.case.id}")
    for open_ in unasked(session.store, session.run.id) if session.in_rounds else ():
        yield from _asked(session, open_)


def _asked(session: Session, unasked: Unasked) -> Iterator[Wish]:
    """The judge's request; it is put together again from the same evidence, so it has the same key."""
    question = unasked.question
    seen = so_far(conversation(session.store, question.sample_id))
    if isinstance(seen, Trajectory):
        found = list(questions_of(session.scorers, question.scorer, Evidence(unasked.case, seen)))
        params, about = found[question.number].params, f"case {unasked.case.id}, {question.scorer}"
        yield Wish(question.sample_id, 0, question.attempt, params, about, question)


def _params(session: Session, todo: Todo) -> bytes:
    if todo.turn == 1:
        return session.requests.first(todo.case)
    before = conversation(session.store, todo.sample_id)[: todo.turn - 1]
    return session.requests.following(todo.case, turns(before))


def _chunk(session: Session, first: Wish, rest: Iterator[Wish]) -> None:
    used, nonce = used_sizes(session.store, session.run.id), new_nonce()
    with ChunkWriter(session.spool, nonce, _limits(session.limits, used)) as writer, session.store.transaction():
        intent = open_intent(session.store, session.run.id, nonce, datetime.now(UTC))
        weight = Weight()
        kept = _write(session, writer, (intent, nonce), chain((first,), rest), weight)
        require_money(session, weight)
        for _ in range(distinct(writer.size, used)):
            writer.drop_last()
            kept.pop()
        _promise(session, intent, kept)
        size = writer.size
        seal_intent(session.store, intent, writer.close())
    session.phase("built", size, size, "requests")


def _limits(limits: Limits, used: set[int]) -> Limits:
    cap = limits.requests
    while cap in used and cap > 1:
        cap -= 1
    return replace(limits, requests=cap)


def _write(
    session: Session, writer: ChunkWriter, intent: tuple[int, str], wishes: Iterator[Wish], weight: Weight
) -> list[tuple[PlannedRequest, Asked | None]]:
    """Fill the chunk; the last rows, not yet in the database, are returned."""
    rows: list[tuple[PlannedRequest, Asked | None]] = []
    for wish in wishes:
        name = _name(intent[1], writer.size, wish)
        added = writer.add(name, wish.params)
        if isinstance(added, TooLarge):
            raise Refused(f"{wish.about}: {added}; shorten its input")
        if not added:
            break
        rows.append((_planned(name, wish), wish.question))
        weight.add(rows[-1][0].purpose, len(wish.params))
        if len(rows) >= 2 * PAGE:
            _promise(session, intent[0], rows[:PAGE])
            del rows[:PAGE]
            session.phase("building", writer.size, 0, "requests")
    return rows


def _promise(session: Session, intent: int, rows: list[tuple[PlannedRequest, Asked | None]]) -> None:
    add_requests(session.store, intent, [request for request, _ in rows])
    asked = [(request.custom_id, question) for request, question in rows if question is not None]
    add_judge_requests(session.store, intent, asked)


def _name(nonce: str, index: int, wish: Wish) -> str:
    """Answers are named by their sample; several judges may ask about one sample, so theirs are counted."""
    return custom_id(nonce, wish.sample_id if wish.question is None else index, wish.turn, wish.attempt)


def _planned(name: str, wish: Wish) -> PlannedRequest:
    purpose: Purpose = "answer" if wish.question is None else "judge"
    digest, size = request_digest(wish.params), len(wish.params)
    return PlannedRequest(name, wish.sample_id, wish.turn, wish.attempt, digest, size, purpose)
