"""Owns which cases of a scored run fail, and how each of them stood in the run it is held against."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator
from dataclasses import dataclass

from evaltui.store.database import Store
from evaltui.store.regolds import judged


@dataclass(frozen=True, slots=True)
class FailingRow:
    """`passed` of `resolved` trials passed; `reason` is that of a trial that failed; `critical` in either run.

    `known`: the baseline has the case with the same input and gold; `passed_before`: there all its trials passed.
    """

    position: int
    case_id: str
    critical: bool
    passed: int
    resolved: int
    reason: str
    known: bool
    passed_before: bool


def failing_rows(store: Store, scoring_id: int, baseline_scoring_id: int | None) -> Iterator[FailingRow]:
    """Every case with a trial that failed, by position."""
    values = {"scoring": scoring_id, "baseline": baseline_scoring_id}
    for position, case_id, critical, passed, resolved, reason, known, before in store.connection.execute(
        FAILING, values
    ):
        same = bool(known)
        yield FailingRow(
            position, case_id, bool(critical), int(passed), resolved, reason or "", same, same and before == 1
        )


# The failing ones first and once: they are few, and only they are looked up in the baseline.
FAILING = f"""
    WITH failing AS MATERIALIZED (
        SELECT samples.position, samples.case_row, count(grades.passed) AS resolved, total(grades.passed) AS passed,
            grades.reason, min(coalesce(grades.passed, 0.5))
        FROM scorings
        CROSS JOIN samples ON samples.run_id = scorings.run_id
        LEFT JOIN grades ON grades.scoring_id = scorings.id AND grades.sample_id = samples.id
            AND grades.request_id = (SELECT max(request_id) FROM grades AS every
                WHERE every.scoring_id = scorings.id AND every.sample_id = samples.id)
        WHERE scorings.id = :scoring
        GROUP BY samples.position
        HAVING total(grades.passed) < count(grades.passed)
    )
    SELECT failing.position, cases.case_id, max(cases.critical, coalesce(old.critical, 0)), failing.passed,
        failing.resolved, failing.reason, old.digest IS cases.digest,
        (SELECT min(coalesce(grades.passed, 0)) FROM samples
            LEFT JOIN grades ON grades.scoring_id = :baseline AND grades.sample_id = samples.id
                AND grades.request_id = (SELECT max(request_id) FROM grades AS every
                    WHERE every.scoring_id = :baseline AND every.sample_id = samples.id)
            WHERE samples.run_id = base.id AND samples.position = there.position)
    FROM failing
    CROSS JOIN cases ON cases.id = {judged(":scoring", "failing.case_row")}
    LEFT JOIN runs AS base ON base.id = (SELECT run_id FROM scorings WHERE id = :baseline)
    LEFT JOIN evalset_cases AS there ON there.evalset_id = base.evalset_id AND there.case_id = cases.case_id
    LEFT JOIN cases AS old ON old.id = {judged(":baseline", "there.case_row")}
    ORDER BY failing.position
"""


def grading_stamp(store: Store, scoring_id: int, baseline_scoring_id: int | None) -> tuple[int | None, ...]:
    """Changes whenever the failing cases of the scoring may have changed; a millisecond however many there are."""
    last = store.connection.execute(STAMP, (scoring_id, baseline_scoring_id)).fetchone()
    return (scoring_id, baseline_scoring_id, *last)


STAMP = """
    SELECT (SELECT max(id) FROM summaries WHERE scoring_id IN (?, ?)), (SELECT max(id) FROM downloads)
"""
