"""Owns what is found of the cases of a run now: labels, notes, what people say of grades, what is asked again."""

from collections.abc import Iterable
from dataclasses import dataclass

from evaltui.domain.finding import Found
from evaltui.store.database import Store
from evaltui.store.text import text


def findings(store: Store, run_id: int) -> dict[int, Found]:
    """What stands of each case that has a label or a note, by position."""
    return {row[0]: Found(*row) for row in store.connection.execute(FINDINGS, (run_id,))}


FINDINGS = """
    SELECT current_findings.position, case_id, label, note, finding_id, who, done_at
    FROM current_findings JOIN runs ON runs.id = run_id
    JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
        AND evalset_cases.position = current_findings.position
    WHERE run_id = ? AND (label IS NOT NULL OR note IS NOT NULL) ORDER BY current_findings.position
"""


def position_of(store: Store, run_id: int, case_id: str) -> int | None:
    """Where a case of a run stands in the evalset; None when the run did not ask it."""
    row = store.connection.execute(POSITION, (run_id, text(case_id))).fetchone()
    return None if row is None else int(row[0])


POSITION = """
    SELECT evalset_cases.position FROM runs JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
    JOIN samples ON samples.run_id = runs.id AND samples.position = evalset_cases.position
    WHERE runs.id = ? AND evalset_cases.case_id = ? LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a person says of one score of a sample, and who; `request_id` is the reply it is about."""

    sample_id: int
    request_id: int
    scorer: str
    criterion: str
    passed: bool
    who: str
    at: str


def human_labels(store: Store, run_id: int) -> list[LabelRow]:
    """The newest label that stands of each score of a run."""
    rows = store.connection.execute(LABELS, (run_id,))
    return [LabelRow(*(*about, bool(passed), who, at)) for *about, passed, who, at, _ in rows]


LABELS = """
    SELECT sample_id, request_id, scorer, criterion, passed, who, done_at, max(human_labels.id)
    FROM standing_acts JOIN human_labels ON human_labels.act_id = standing_acts.id
    WHERE standing_acts.run_id = ? GROUP BY sample_id, request_id, scorer, criterion
    ORDER BY sample_id, request_id, scorer, criterion
"""


def to_rerun(store: Store, run_id: int) -> dict[int, int]:
    """Positions of the cases that are flaky and wait to be run again, each with its finding."""
    return dict(store.connection.execute(TO_RERUN, (run_id,)).fetchall())


TO_RERUN = """
    SELECT position, finding_id FROM current_findings
    WHERE run_id = ? AND label = 'flaky' AND NOT EXISTS (SELECT 1 FROM reruns WHERE reruns.finding_id =
        current_findings.finding_id)
    ORDER BY position
"""


def add_reruns(store: Store, run_id: int, finding_ids: Iterable[int]) -> None:
    """Keep that a run puts these findings of flakiness to the test."""
    store.connection.executemany(INSERT_RERUN, ((run_id, finding) for finding in finding_ids))


INSERT_RERUN = "INSERT INTO reruns (run_id, finding_id) VALUES (?, ?)"


def is_rerun(store: Store, run_id: int) -> bool:
    """Whether a run only asks flaky cases of another one again."""
    return store.connection.execute(IS_RERUN, (run_id,)).fetchone() is not None


IS_RERUN = "SELECT 1 FROM reruns WHERE run_id = ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class Again:
    """What came of asking a flaky case again: `passed` of `resolved` trials passed, of `trials` in all."""

    position: int
    run_id: int
    passed: int
    resolved: int
    trials: int


def asked_again(store: Store, run_id: int) -> dict[int, Again]:
    """The newest test of each case of a run that is flaky, by position."""
    rows = store.connection.execute(ASKED_AGAIN, (run_id,))
    return {row[0]: Again(row[0], row[1], int(row[2]), row[3], row[4]) for row in rows}


ASKED_AGAIN = """
    SELECT found.position, tests.id, total(grades.passed), count(grades.passed), count(*)
    FROM (SELECT current_findings.position, max(reruns.run_id) AS test_id, evalset_cases.case_id
        FROM current_findings JOIN reruns ON reruns.finding_id = current_findings.finding_id
        JOIN runs ON runs.id = current_findings.run_id
        JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
            AND evalset_cases.position = current_findings.position
        WHERE current_findings.run_id = ? AND label = 'flaky' GROUP BY current_findings.position) AS found
    JOIN runs AS tests ON tests.id = found.test_id
    JOIN evalset_cases ON evalset_cases.evalset_id = tests.evalset_id AND evalset_cases.case_id = found.case_id
    JOIN samples ON samples.run_id = tests.id AND samples.position = evalset_cases.position
    LEFT JOIN grades ON grades.sample_id = samples.id
        AND grades.scoring_id = (SELECT max(id) FROM scorings WHERE scorings.run_id = tests.id)
        AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = grades.scoring_id AND every.sample_id = samples.id)
    GROUP BY found.position ORDER BY found.position
"""
