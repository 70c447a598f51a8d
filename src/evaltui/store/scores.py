"""Owns grades and scores: which samples still need them, and keeping them. A later grade stands for a later attempt."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from evaltui.domain.case import Case
from evaltui.domain.request import Outcome
from evaltui.store.bodies import read_case
from evaltui.store.database import Store
from evaltui.store.outcomes import OutcomeReader
from evaltui.store.regolds import carry_regolds, judged
from evaltui.store.text import moment, stamp, text


@dataclass(frozen=True, slots=True)
class Scoring:
    """One pass of one set of scorers over a run; `scorers` is JSON."""

    id: int
    run_id: int
    scorers_digest: str
    scorers: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A sample whose conversation is over, or failed, and is not graded yet; `long`: over more than one reply."""

    sample_id: int
    request_id: int
    case: Case
    outcome: Outcome
    long: bool = False


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What one scorer said of one reply; `value` (in [0, 1]) and `passed` are None when it could not say."""

    scorer: str
    kind: str
    digest: str
    value: float | None
    passed: bool | None
    reason: str
    detail: str = "{}"
    advisory: bool = False


@dataclass(frozen=True, slots=True)
class GradeRow:
    """What all scorers together say of one reply; `passed` is None when it is unresolved."""

    sample_id: int
    request_id: int
    passed: bool | None
    value: float | None
    reason: str
    scores: tuple[ScoreRow, ...] = ()


def open_scoring(
    store: Store, run_id: int, scorers_digest: str, scorers_json: str, at: datetime, *, anew: bool = False
) -> int:
    """The current scoring of the run if it is of these scorers and not wanted `anew`, else a new one, then current."""
    current = current_scoring(store, run_id)
    if current is not None and current.scorers_digest == scorers_digest and not anew:
        return current.id
    values = (run_id, scorers_digest, text(scorers_json), stamp(at))
    return int(store.connection.execute(INSERT_SCORING, values).lastrowid or 0)


INSERT_SCORING = "INSERT INTO scorings (run_id, scorers_digest, scorers, opened_at) VALUES (?, ?, ?, ?)"


def open_again(store: Store, scoring: Scoring, at: datetime) -> int:
    """A new scoring by the same scorers and the same golds, then current; call inside a transaction."""
    made = open_scoring(store, scoring.run_id, scoring.scorers_digest, scoring.scorers, at, anew=True)
    carry_regolds(store, scoring.id, made)
    return made


def scoring_at(store: Store, run_id: int, at: datetime | None) -> Scoring | None:
    """The scoring that was current at a moment; the first one where there was none yet, or no moment is named."""
    row = store.connection.execute(SCORING_AT, {"run": run_id, "at": stamp(at) if at else ""}).fetchone()
    return None if row is None else Scoring(*(*row[:-1], moment(row[-1])))


SCORING_AT = """
    SELECT id, run_id, scorers_digest, scorers, opened_at FROM scorings WHERE run_id = :run
    ORDER BY opened_at > :at, CASE WHEN opened_at > :at THEN id ELSE -id END LIMIT 1
"""


def current_scoring(store: Store, run_id: int) -> Scoring | None:
    """The newest scoring of a run."""
    row = store.connection.execute(CURRENT_SCORING, (run_id,)).fetchone()
    return None if row is None else Scoring(*(*row[:-1], moment(row[-1])))


CURRENT_SCORING = """
    SELECT id, run_id, scorers_digest, scorers, opened_at FROM scorings WHERE run_id = ? ORDER BY id DESC LIMIT 1
"""


def unscored(store: Store, scoring_id: int, page: int = 500) -> Iterator[Answered]:
    """Every sample that is over, has no grade here and waits for no judge, in order; grades may be added meanwhile."""
    run_id = store.connection.execute("SELECT run_id FROM scorings WHERE id = ?", (scoring_id,)).fetchone()
    return _over(store, run_id[0], scoring_id, page) if run_id else iter(())


def all_over(store: Store, run_id: int, page: int = 500) -> Iterator[Answered]:
    """Every sample of a run that is over, whatever was said of it."""
    return _over(store, run_id, 0, page)


def _over(store: Store, run_id: int, scoring_id: int, page: int) -> Iterator[Answered]:
    read, after = OutcomeReader(store), {"run": run_id, "scoring": scoring_id, "page": page, "position": -1, "trial": 0}
    while rows := store.connection.execute(UNSCORED, after).fetchall():
        for sample_id, request_id, body, long, *_ in rows:
            yield Answered(sample_id, request_id, read_case(body), read(request_id), bool(long))
        after |= {"position": rows[-1][4], "trial": rows[-1][5]}


UNSCORED = f"""
    SELECT sample_id, request_id, cases.body, turn > 1 OR followed, position, trial
    FROM standing_requests JOIN cases ON cases.id = {judged(":scoring", "standing_requests.case_row")}
    WHERE run_id = :run AND (position, trial) > (:position, :trial)
        AND (over OR result <> 'succeeded')
        AND NOT EXISTS (SELECT 1 FROM grades WHERE grades.scoring_id = :scoring
            AND grades.sample_id = standing_requests.sample_id AND grades.request_id = standing_requests.request_id)
        AND NOT EXISTS (SELECT 1 FROM questions WHERE questions.scoring_id = :scoring
            AND questions.sample_id = standing_requests.sample_id
            AND questions.request_id = standing_requests.request_id
            AND NOT EXISTS (SELECT 1 FROM judge_requests
                JOIN outcomes ON outcomes.request_id = judge_requests.request_id
                WHERE judge_requests.key = questions.key AND judge_requests.attempt >= questions.attempt))
    ORDER BY position, trial LIMIT :page
"""


def add_grades(store: Store, scoring_id: int, rows: Sequence[GradeRow]) -> None:
    """Keep grades with their scores; call inside a transaction.

    Raises sqlite3.IntegrityError for a value outside [0, 1] and for a reply that has a grade here already.
    """
    scorers = _Scorers(store)
    store.connection.executemany(
        INSERT_GRADE,
        ((scoring_id, row.sample_id, row.request_id, row.passed, row.value, text(row.reason)) for row in rows),
    )
    store.connection.executemany(
        INSERT_SCORE,
        (
            (scoring_id, row.sample_id, row.request_id, scorers.id(score), *_said(score))
            for row in rows
            for score in row.scores
        ),
    )


INSERT_GRADE = "INSERT INTO grades (scoring_id, sample_id, request_id, passed, value, reason) VALUES (?, ?, ?, ?, ?, ?)"
INSERT_SCORE = """
    INSERT INTO scores (scoring_id, sample_id, request_id, scorer_id, value, passed, reason, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def _said(score: ScoreRow) -> tuple[float | None, bool | None, str, str]:
    return score.value, score.passed, text(score.reason), text(score.detail)


def metric_rows(
    store: Store, scoring_id: int, other_scoring_id: int | None = None
) -> Iterator[tuple[str, str, float | None, bool | None, str]]:
    """Scorer, kind, value, passed and detail (JSON) of every standing score, by sample.

    With another scoring: only of cases that the other run has too, with the same id, input and gold.
    """
    select = METRIC_ROWS if other_scoring_id is None else METRIC_ROWS_SHARED
    for scorer, kind, value, passed, detail in store.connection.execute(
        select, {"scoring": scoring_id, "other": other_scoring_id}
    ):
        yield scorer, kind, value, None if passed is None else bool(passed), detail


METRIC_ROWS = """
    SELECT scorers.name, scorers.kind, scores.value, scores.passed, scores.detail
    FROM scores JOIN scorers ON scorers.id = scores.scorer_id
    WHERE scores.scoring_id = :scoring AND scores.request_id =
        (SELECT max(request_id) FROM grades WHERE grades.scoring_id = :scoring AND grades.sample_id = scores.sample_id)
    ORDER BY scores.sample_id, scores.request_id, scores.scorer_id
"""
METRIC_ROWS_SHARED = f"""
    WITH shared AS MATERIALIZED (
        SELECT DISTINCT cases.digest FROM scorings
        JOIN samples ON samples.run_id = scorings.run_id JOIN cases ON cases.id = {judged(":other", "samples.case_row")}
        WHERE scorings.id = :other
    )
    SELECT scorers.name, scorers.kind, scores.value, scores.passed, scores.detail
    FROM scores JOIN scorers ON scorers.id = scores.scorer_id
    JOIN samples ON samples.id = scores.sample_id
    JOIN cases ON cases.id = {judged(":scoring", "samples.case_row")}
    WHERE scores.scoring_id = :scoring AND cases.digest IN (SELECT digest FROM shared) AND scores.request_id =
        (SELECT max(request_id) FROM grades WHERE grades.scoring_id = :scoring AND grades.sample_id = scores.sample_id)
    ORDER BY scores.sample_id, scores.request_id, scores.scorer_id
"""


class _Scorers:
    """The rows of the scorers met so far: their names are written once, not with each score."""

    def __init__(self, store: Store) -> None:
        self._execute = store.connection.execute
        self._ids: dict[tuple[str, str, str, bool], int] = {}

    def id(self, score: ScoreRow) -> int:
        key = (score.scorer, score.kind, score.digest, score.advisory)
        if key not in self._ids:
            values = (text(score.scorer), text(score.kind), score.digest, score.advisory)
            self._execute(INSERT_SCORER, values)
            self._ids[key] = self._execute(SCORER, values).fetchone()[0]
        return self._ids[key]


INSERT_SCORER = "INSERT INTO scorers (name, kind, digest, advisory) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
SCORER = "SELECT id FROM scorers WHERE name = ? AND kind = ? AND digest = ? AND advisory = ?"
