"""Owns what followed each reply: tool results as they come, and whether a conversation goes on or why it ended."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from evaltui.domain.case import Case
from evaltui.domain.conversation import Turn
from evaltui.domain.request import Outcome, Succeeded
from evaltui.domain.tool import Content, ToolCall, ToolResult
from evaltui.store.bodies import read_case
from evaltui.store.database import Store, synced
from evaltui.store.outcomes import OutcomeReader
from evaltui.store.text import now, text

Ending = Literal["answered", "choice", "cut", "interrupted", "unreadable"]
"""answered: the agent ended it; choice: it called a tool and nobody answers; cut: we ended it and that is its fault;
interrupted: a tool call's outcome is not known; unreadable: the provider's reply leaves nothing to go on with."""


@dataclass(frozen=True, slots=True)
class Followup:
    """`ending` is None where the conversation goes on; `said` is what the user says behind the tool results."""

    ending: Ending | None = None
    reason: str = ""
    said: Content | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One request of a conversation with its outcome (None: awaited), and what followed (None: nothing yet)."""

    request_id: int
    turn: int
    attempt: int
    outcome: Outcome | None
    results: tuple[ToolResult | None, ...] = ()
    followup: Followup | None = None


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A sample whose last reply came and is not followed yet."""

    sample_id: int
    request_id: int
    case: Case


def unfollowed(store: Store, run_id: int, page: int = 200) -> Iterator[Unfollowed]:
    """Every sample of the run whose conversation may go on, in order; follow-ups may be added meanwhile."""
    after = {"position": -1, "trial": 0}
    while rows := store.connection.execute(UNFOLLOWED, {"run": run_id, "page": page, **after}).fetchall():
        for sample_id, request_id, body, *_ in rows:
            yield Unfollowed(sample_id, request_id, read_case(body))
        after = {"position": rows[-1][3], "trial": rows[-1][4]}


UNFOLLOWED = """
    SELECT sample_id, request_id, cases.body, position, trial
    FROM standing_requests JOIN cases ON cases.id = standing_requests.case_row
    WHERE run_id = :run AND (position, trial) > (:position, :trial)
        AND result = 'succeeded' AND NOT followed AND NOT over
        AND attempt >= coalesce((SELECT max(attempt) FROM retries
            WHERE retries.sample_id = standing_requests.sample_id), 1)
    ORDER BY position, trial LIMIT :page
"""


def conversation(store: Store, sample_id: int) -> tuple[Held, ...]:
    """The requests that a sample's conversation consists of, the newest attempt at each turn, in order."""
    came, answered = OutcomeReader(store).answers(sample_id), _all_results(store, sample_id)
    rows = store.connection.execute(CONVERSATION, {"sample": sample_id}).fetchall()
    return tuple(_held(row, came.get(row[0]), answered.get(row[0], {})) for row in rows)


CONVERSATION = """
    SELECT requests.id, requests.turn, requests.attempt,
        followups.request_id IS NOT NULL, followups.ending, followups.reason, followups.said
    FROM requests
    JOIN (SELECT turn, max(attempt) AS attempt FROM requests WHERE sample_id = :sample AND purpose = 'answer'
        GROUP BY turn) AS newest ON newest.turn = requests.turn AND newest.attempt = requests.attempt
    LEFT JOIN followups ON followups.request_id = requests.id
    WHERE requests.sample_id = :sample AND requests.purpose = 'answer'
    ORDER BY requests.turn
"""


def _all_results(store: Store, sample_id: int) -> dict[int, dict[int, ToolResult]]:
    """What tools answered in a conversation, by request and position."""
    found: dict[int, dict[int, ToolResult]] = {}
    for request_id, position, *said in store.connection.execute(ALL_RESULTS, (sample_id,)):
        found.setdefault(request_id, {})[position] = _result(*said)
    return found


ALL_RESULTS = """
    SELECT request_id, position, content, is_error, detail
    FROM requests CROSS JOIN tool_results ON tool_results.request_id = requests.id
    WHERE requests.sample_id = ? AND requests.purpose = 'answer' ORDER BY request_id, position
"""


def turns(held: tuple[Held, ...]) -> tuple[Turn, ...]:
    """The replies of a conversation with what followed each."""
    return tuple(
        Turn(each.outcome, each.results, each.followup.said if each.followup else None)
        for each in held
        if isinstance(each.outcome, Succeeded)
    )


def add_followup(store: Store, request_id: int, followup: Followup) -> None:
    """Keep what followed a reply; the first that is kept stands."""
    said = None if followup.said is None else json.dumps(followup.said)
    store.connection.execute(INSERT_FOLLOWUP, (request_id, followup.ending, text(followup.reason), said, now()))


INSERT_FOLLOWUP = """
    INSERT INTO followups (request_id, ending, reason, said, decided_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def start_tool(store: Store, request_id: int, position: int) -> bool:
    """A call is about to be made, known even after a power loss; False when it was begun before."""
    with synced(store):
        return bool(store.connection.execute(INSERT_START, (request_id, position, now())).rowcount)


INSERT_START = "INSERT INTO tool_starts (request_id, position, started_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def add_tool_result(store: Store, request_id: int, position: int, call: ToolCall, result: ToolResult) -> None:
    """Keep what a tool answered to the call at this position of the reply."""
    about = (request_id, position, text(call.id), text(call.name))
    said = (json.dumps(result.content), result.is_error, text(result.detail), now())
    store.connection.execute(INSERT_RESULT, (*about, *said))


INSERT_RESULT = """
    INSERT INTO tool_results (request_id, position, call_id, tool, content, is_error, detail, answered_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def tool_results(store: Store, request_id: int) -> dict[int, ToolResult]:
    """Each answered call's position in the reply to its result."""
    rows = store.connection.execute(RESULTS, (request_id,))
    return {position: _result(*said) for position, *said in rows}


RESULTS = "SELECT position, content, is_error, detail FROM tool_results WHERE request_id = ? ORDER BY position"


def _result(content: str, error: int, detail: str) -> ToolResult:
    return ToolResult(json.loads(content), bool(error), detail)


def _held(row: tuple[Any, ...], outcome: Outcome | None, given: Mapping[int, ToolResult]) -> Held:
    request_id, turn, attempt, followed, ending, reason, said = row
    answered = given if followed else {}
    results = tuple(answered.get(position) for position in range(max(answered, default=-1) + 1))
    followup = Followup(ending, reason, None if said is None else json.loads(said)) if followed else None
    return Held(request_id, turn, attempt, outcome, results, followup)
