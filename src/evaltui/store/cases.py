"""Owns the cases of one scored run for screens: pages of them, and everything about one sample."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaltui.domain.case import Case
from evaltui.domain.request import Outcome, Purpose
from evaltui.domain.verdict import Graded
from evaltui.store.bodies import read_case
from evaltui.store.conversations import Held, conversation
from evaltui.store.database import Store
from evaltui.store.outcomes import OutcomeReader
from evaltui.store.regolds import CURRENT, judged
from evaltui.store.scores import GradeRow, ScoreRow
from evaltui.store.text import text

Only = Literal["all", "failing", "unresolved", "critical"]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case over its trials; `position` is its place in the evalset, from 0, and the key of the next page."""

    position: int
    case_id: str
    critical: bool
    group: str | None
    tags: tuple[str, ...]
    graded: Graded


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request on behalf of a sample; `outcome` is None while it is awaited."""

    request_id: int
    attempt: int
    turn: int
    purpose: Purpose
    custom_id: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class SampleDetail:
    """A sample with every request made for it, its conversation, and its standing grade in the current scoring."""

    sample_id: int
    run_id: int
    trial: int
    case: Case
    attempts: tuple[Attempt, ...]
    held: tuple[Held, ...]
    grade: GradeRow | None

    @property
    def last(self) -> Outcome | None:
        """What came of the last request of the conversation; None where it is awaited or there is none."""
        return self.held[-1].outcome if self.held else None

    @property
    def scores(self) -> tuple[ScoreRow, ...]:
        """What each scorer said of the reply that stands."""
        return () if self.grade is None else self.grade.scores


def case_rows(
    store: Store, scoring_id: int, *, after: int | None = None, limit: int = 50, only: Only = "all"
) -> list[CaseRow]:
    """The next `limit` cases (-1: all) by position, those after position `after`; failing: a trial of it failed."""
    values = {"scoring": scoring_id, "after": -1 if after is None else after, "limit": limit, "only": only}
    return [_case_row(row) for row in store.connection.execute(CASE_ROWS, values)]


CASE_ROWS = """
    SELECT samples.position, cases.case_id, cases.critical, cases.group_name,
        (SELECT group_concat(tag) FROM case_tags WHERE case_tags.case_row = cases.id),
        count(grades.passed) AS resolved, count(*) AS trials, total(grades.passed) AS passed, avg(grades.passed),
        grades.reason, min(coalesce(grades.passed, 0.5))
    FROM scorings
    CROSS JOIN samples ON samples.run_id = scorings.run_id
    CROSS JOIN cases ON cases.id = samples.case_row
    LEFT JOIN grades ON grades.scoring_id = scorings.id AND grades.sample_id = samples.id
        AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = scorings.id AND every.sample_id = samples.id)
    WHERE scorings.id = :scoring AND samples.position > :after AND (:only <> 'critical' OR cases.critical)
    GROUP BY samples.position
    HAVING CASE :only WHEN 'failing' THEN total(grades.passed) < count(grades.passed)
        WHEN 'unresolved' THEN count(grades.passed) < count(*) ELSE 1 END
    ORDER BY samples.position LIMIT :limit
"""


def count_cases(store: Store, run_id: int) -> tuple[int, int]:
    """How many cases the evalset of a run has, whichever of them it asked, and how many are critical."""
    every, critical = store.connection.execute(COUNT_CASES, (run_id,)).fetchone()
    return every, critical


COUNT_CASES = """
    SELECT count(*), count(*) FILTER (WHERE critical)
    FROM runs JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
    JOIN cases ON cases.id = evalset_cases.case_row
    WHERE runs.id = ?
"""


def sample(store: Store, run_id: int, case_id: str, trial: int = 1) -> SampleDetail | None:
    """Everything kept about one trial of one case, by the gold it is judged by; None when the run does not have it."""
    row = store.connection.execute(SAMPLE, (run_id, text(case_id), trial)).fetchone()
    if row is None:
        return None
    sample_id, case = row[0], read_case(row[1])
    held = conversation(store, sample_id)
    attempts = _attempts(store, sample_id, {each.request_id: each.outcome for each in held})
    return SampleDetail(sample_id, run_id, trial, case, attempts, held, _grade(store, sample_id))


SAMPLE = f"""
    SELECT samples.id, cases.body
    FROM runs
    JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
    JOIN samples ON samples.run_id = runs.id AND samples.position = evalset_cases.position
    JOIN cases ON cases.id = {judged(CURRENT.format(run="runs.id"), "samples.case_row")}
    WHERE runs.id = ? AND evalset_cases.case_id = ? AND samples.trial = ?
"""


def _attempts(store: Store, sample_id: int, known: Mapping[int, Outcome | None]) -> tuple[Attempt, ...]:
    """`known` are outcomes that were read already."""
    read = OutcomeReader(store)
    rows = store.connection.execute(ATTEMPTS, {"sample": sample_id}).fetchall()
    return tuple(Attempt(*(*about, (known.get(about[0]) or read(about[0])) if came else None)) for *about, came in rows)


ATTEMPTS = """
    SELECT requests.id, attempt, turn, purpose, custom_id, outcomes.request_id IS NOT NULL
    FROM requests LEFT JOIN outcomes ON outcomes.request_id = requests.id
    WHERE (sample_id = :sample AND purpose = 'answer') OR (sample_id = :sample AND purpose = 'judge')
    ORDER BY attempt, turn, requests.id
"""


def _grade(store: Store, sample_id: int) -> GradeRow | None:
    row = store.connection.execute(GRADE, {"sample": sample_id}).fetchone()
    if row is None:
        return None
    scoring_id, request_id, passed, value, reason = row
    scores = store.connection.execute(SCORES, (scoring_id, sample_id, request_id))
    return GradeRow(sample_id, request_id, _truth(passed), value, reason, tuple(_score(score) for score in scores))


GRADE = """
    SELECT scoring_id, request_id, passed, value, reason FROM grades
    WHERE sample_id = :sample AND scoring_id = (SELECT max(scorings.id) FROM scorings
        JOIN samples ON samples.run_id = scorings.run_id WHERE samples.id = :sample)
    ORDER BY request_id DESC LIMIT 1
"""
SCORES = """
    SELECT scorers.name, scorers.kind, scorers.digest, value, passed, reason, detail, scorers.advisory
    FROM scores JOIN scorers ON scorers.id = scores.scorer_id
    WHERE scoring_id = ? AND sample_id = ? AND request_id = ? ORDER BY scorers.id
"""


def _score(row: Sequence[Any]) -> ScoreRow:
    scorer, kind, digest, value, passed, reason, detail, advisory = row
    return ScoreRow(scorer, kind, digest, value, _truth(passed), reason, detail, bool(advisory))


def _truth(passed: int | None) -> bool | None:
    return None if passed is None else bool(passed)


def _case_row(row: Sequence[Any]) -> CaseRow:
    position, case_id, critical, group, tags, resolved, trials, passed, value, reason, _ = row
    counted = Graded(int(passed), resolved, trials - resolved, value, reason or "")
    return CaseRow(position, case_id, bool(critical), group, tuple(tags.split(",")) if tags else (), counted)
