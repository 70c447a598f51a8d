"""Owns what judges are asked: which questions of a scoring wait, and what was ever answered under a key."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.request import Outcome
from evaltui.store.bodies import read_case
from evaltui.store.database import Store
from evaltui.store.outcomes import OutcomeReader
from evaltui.store.regolds import judged
from evaltui.store.text import text


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a scoring: the `number`-th of a judge about the reply of a request; `attempt` counts from 1."""

    sample_id: int
    request_id: int
    scorer: str
    number: int
    key: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Unasked:
    """A question without a request, with the sample it was first met at."""

    question: Asked
    case: Case
    trial: int


def add_questions(store: Store, scoring_id: int, questions: Sequence[Asked]) -> None:
    """Want these answered before their samples are graded; wanting the same twice wants it once."""
    store.connection.executemany(
        INSERT_QUESTION,
        ((scoring_id, q.sample_id, q.request_id, text(q.scorer), q.number, q.attempt, q.key) for q in questions),
    )


INSERT_QUESTION = """
    INSERT INTO questions (scoring_id, sample_id, request_id, scorer, number, attempt, key)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def times_asked(store: Store, scoring_id: int, question: Asked) -> int:
    """How often this scoring wanted one question answered, whatever the attempt."""
    values = (scoring_id, question.sample_id, question.request_id, text(question.scorer), question.number)
    return int(store.connection.execute(TIMES_ASKED, values).fetchone()[0])


TIMES_ASKED = """
    SELECT count(*) FROM questions
    WHERE scoring_id = ? AND sample_id = ? AND request_id = ? AND scorer = ? AND number = ?
"""


def answer_to(store: Store, key: str) -> tuple[Outcome | None, int]:
    """What came of a key in any run, a reply before a failure and the newest of them, and how often it was asked.

    What we canceled ourselves, to close a round without it, is no answer.
    """
    row = store.connection.execute(ANSWER, (key,)).fetchone()
    return (None, 0) if row is None else (None if row[2] else OutcomeReader(store)(row[0]), row[1])


ANSWER = """
    SELECT judge_requests.request_id, max(judge_requests.attempt) OVER (),
        result = 'canceled' AND closings.intent_id IS NOT NULL AS late
    FROM judge_requests JOIN outcomes ON outcomes.request_id = judge_requests.request_id
    JOIN requests ON requests.id = judge_requests.request_id
    LEFT JOIN closings ON closings.intent_id = requests.intent_id
    WHERE key = ? ORDER BY result = 'succeeded' DESC, late, judge_requests.request_id DESC LIMIT 1
"""


def unasked(store: Store, run_id: int, page: int = 500) -> Iterator[Unasked]:
    """Every key that the run's current scoring wants and no request asks for yet; requests may be added meanwhile."""
    after = ""
    while rows := store.connection.execute(UNASKED, {"run": run_id, "page": page, "after": after}).fetchall():
        for *about, body, trial in rows:
            yield Unasked(Asked(*about), read_case(body), trial)
        after = rows[-1][4]


# In flight for another run does not count: nobody may be driving that one.
UNASKED = f"""
    SELECT sample_id, request_id, scorer, number, key, attempt, cases.body, samples.trial
    FROM questions JOIN samples ON samples.id = questions.sample_id
    JOIN cases ON cases.id = {judged("questions.scoring_id", "samples.case_row")}
    WHERE scoring_id = (SELECT max(id) FROM scorings WHERE run_id = :run) AND key > :after
        AND NOT EXISTS (SELECT 1 FROM judge_requests
            JOIN requests ON requests.id = judge_requests.request_id
            JOIN intents ON intents.id = requests.intent_id
            LEFT JOIN outcomes ON outcomes.request_id = requests.id
            WHERE judge_requests.key = questions.key AND judge_requests.attempt >= questions.attempt
                AND (intents.run_id = :run OR outcomes.request_id IS NOT NULL))
    GROUP BY key ORDER BY key LIMIT :page
"""


def count_unasked(store: Store, run_id: int) -> int:
    """How many requests `unasked` would lead to."""
    return int(store.connection.execute(COUNT_UNASKED, {"run": run_id, "page": -1, "after": ""}).fetchone()[0])


COUNT_UNASKED = f"SELECT count(*) FROM ({UNASKED})"


def failed_questions(store: Store, run_id: int) -> tuple[int, int]:
    """How many keys of the current scoring got no reply at all, and the bytes of their requests together."""
    count, size = store.connection.execute(FAILED, (run_id,)).fetchone()
    return count, size or 0


FAILED = """
    SELECT count(*), sum(size) FROM (
        SELECT max(requests.size) AS size FROM questions
        JOIN judge_requests ON judge_requests.key = questions.key
        JOIN requests ON requests.id = judge_requests.request_id
        JOIN outcomes ON outcomes.request_id = requests.id
        WHERE scoring_id = (SELECT max(id) FROM scorings WHERE run_id = ?)
        GROUP BY questions.key HAVING max(result = 'succeeded') = 0)
"""


def awaited(store: Store, run_id: int) -> int:
    """How many judgements of a run are promised or sent and have no outcome."""
    return int(store.connection.execute(AWAITED_JUDGEMENTS, (run_id,)).fetchone()[0])


AWAITED_JUDGEMENTS = """
    SELECT count(*) FROM intents JOIN requests ON requests.intent_id = intents.id
    WHERE run_id = ? AND purpose = 'judge'
        AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.request_id = requests.id)
"""


def is_asked(store: Store, run_id: int, key: str) -> bool:
    """Whether a request of this run asks for a key and its outcome is awaited."""
    return bool(store.connection.execute(AWAITED, (key, run_id)).fetchone()[0])


AWAITED = """
    SELECT EXISTS (SELECT 1 FROM judge_requests
        JOIN requests ON requests.id = judge_requests.request_id JOIN intents ON intents.id = requests.intent_id
        WHERE key = ? AND run_id = ? AND NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.request_id = requests.id))
"""


def add_judge_requests(store: Store, intent_id: int, asked: Sequence[tuple[str, Asked]]) -> None:
    """Say which key each request asks for, by its custom id; call in the transaction that promised the requests."""
    store.connection.executemany(
        INSERT_JUDGE_REQUEST, ((question.key, question.attempt, intent_id, name) for name, question in asked)
    )


INSERT_JUDGE_REQUEST = """
    INSERT INTO judge_requests (request_id, key, attempt)
    SELECT id, ?, ? FROM requests WHERE intent_id = ? AND custom_id = ?
"""
