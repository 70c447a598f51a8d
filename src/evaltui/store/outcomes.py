"""Owns reading what came back: outcomes, reply bodies, tokens. Writing them is `ingest`'s."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.trajectory import Usage
from evaltui.store.codec import Unpacker
from evaltui.store.database import Store
from evaltui.store.ingest import Ingested, ingest

__all__ = ["Ingested", "ModelUsage", "StoredReply", "UsageTotals", "ingest", "recording", "reply", "usage"]


@dataclass(frozen=True, slots=True)
class StoredReply:
    """The reply of one request; `body` is the message's raw JSON as received, None when the request failed."""

    request_id: int
    attempt: int
    turn: int
    body: bytes | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Succeeded requests answered by one model (as the reply names it) and their tokens, summed."""

    model: str
    requests: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class UsageTotals:
    """What a run has used, over all attempts and purposes, by model."""

    models: tuple[ModelUsage, ...]

    @property
    def requests(self) -> int:
        return sum(model.requests for model in self.models)


def reply(store: Store, sample_id: int, turn: int | None = None) -> StoredReply | None:
    """What came back in the newest attempt that has an outcome: its last turn, or the turn asked for."""
    row = store.connection.execute(REPLY, {"sample": sample_id, "turn": turn}).fetchone()
    if row is None:
        return None
    outcome = OutcomeReader(store)(row[0])
    body = outcome.body if isinstance(outcome, Succeeded) else None
    return StoredReply(*(*row, body, outcome))


REPLY = """
    SELECT requests.id, requests.attempt, requests.turn
    FROM requests JOIN outcomes ON outcomes.request_id = requests.id
    WHERE requests.sample_id = :sample AND requests.purpose = 'answer' AND (:turn IS NULL OR requests.turn = :turn)
    ORDER BY requests.attempt DESC, requests.turn DESC LIMIT 1
"""


def usage(store: Store, run_id: int) -> UsageTotals:
    """The tokens of every reply of a run, superseded attempts included: they were paid for."""
    rows = store.connection.execute(USAGE, (run_id,))
    return UsageTotals(tuple(ModelUsage(model, requests, Usage(*tokens)) for model, requests, *tokens in rows))


USAGE = """
    SELECT outcomes.model, count(*), sum(input_tokens), sum(output_tokens),
        sum(cache_creation_input_tokens), sum(cache_read_input_tokens),
        sum(cache_creation_1h_input_tokens)
    FROM intents
    JOIN requests ON requests.intent_id = intents.id
    JOIN outcomes ON outcomes.request_id = requests.id
    WHERE intents.run_id = ? AND outcomes.result = 'succeeded'
    GROUP BY outcomes.model ORDER BY outcomes.model
"""


def recording(store: Store, run_id: int) -> Iterator[tuple[str, Outcome]]:
    """Each request's digest and outcome in the order they were planned, all attempts and trials included."""
    read = OutcomeReader(store)
    for digest, request_id in store.connection.execute(RECORDING, (run_id,)):
        yield digest, read(request_id)


RECORDING = """
    SELECT requests.digest, requests.id
    FROM intents
    CROSS JOIN requests ON requests.intent_id = intents.id
    JOIN outcomes ON outcomes.request_id = requests.id
    WHERE intents.run_id = ? ORDER BY intents.id, requests.id
"""


class OutcomeReader:
    """Reads outcomes, bodies included; one by one, memory holds one reply however long they are."""

    def __init__(self, store: Store) -> None:
        self._execute = store.connection.execute
        self._unpack = Unpacker(store)

    def __call__(self, request_id: int) -> Outcome:
        """The outcome of a request that has one."""
        return self._outcome(*self._execute(OUTCOME, (request_id,)).fetchone())

    def answers(self, sample_id: int) -> dict[int, Outcome]:
        """The outcomes of all requests of a conversation that have one, by request."""
        return {request_id: self._outcome(*row) for request_id, *row in self._execute(ANSWERS, (sample_id,))}

    def _outcome(self, result: str, *rest: Any) -> Outcome:
        return self._succeeded(rest) if result == "succeeded" else _unanswered(result, rest)

    def _succeeded(self, row: Sequence[Any]) -> Succeeded:
        stop_reason, model, *tokens = row[3:10]
        return Succeeded(self._unpack(*row[10:]), stop_reason, model, Usage(*tokens))


OUTCOMES = """
    SELECT {first} result, error_kind, error_message, provider_request_id, stop_reason, model, input_tokens,
        output_tokens, cache_creation_input_tokens, cache_read_input_tokens, cache_creation_1h_input_tokens,
        replies.codec, replies.dictionary_id, replies.body
    FROM {of} LEFT JOIN replies ON replies.id = outcomes.reply_id WHERE {where}
"""
OUTCOME = OUTCOMES.format(first="", of="outcomes", where="outcomes.request_id = ?")
ANSWERS = OUTCOMES.format(
    first="requests.id,",
    of="requests JOIN outcomes ON outcomes.request_id = requests.id",
    where="requests.sample_id = ? AND requests.purpose = 'answer'",
)


def _unanswered(result: str, row: Sequence[Any]) -> Outcome:
    if result == "errored":
        return Errored(*row[:3])
    return Canceled() if result == "canceled" else Expired()
