"""Owns two runs side by side: each case once, as both saw it, streamed in the order of case ids."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from evaltui.domain.verdict import Change, Graded, Pair
from evaltui.store.cases import CaseRow, SampleDetail, case_rows, sample
from evaltui.store.database import Store
from evaltui.store.regolds import judged

__all__ = ["CaseRow", "SampleDetail", "case_rows", "pairs", "sample"]

Row = tuple[Any, ...]
"""Of one sample: case id, row of its case, critical, group, tags, passed, value, reason, and what a reader adds."""
Rows = list[Row]
"""Those of one case, by trial."""


def pairs(
    store: Store, baseline_scoring: int | None, candidate_scoring: int, metric_scorer: str | None = None
) -> Iterator[Pair]:
    """Every case of either run. Without a baseline every case is "added"; one the candidate lacks is "removed".

    `value` is the share of resolved trials that passed or, with `metric_scorer`, the mean of that scorer's values.
    """
    baseline = _side(store, baseline_scoring, metric_scorer)
    candidate = _side(store, candidate_scoring, metric_scorer)
    before, after = next(baseline, None), next(candidate, None)
    while before or after:
        if before and after and before[0][0] == after[0][0]:
            yield shared(before, after, change_of(store, before[0][1], after[0][1]))
            before, after = next(baseline, None), next(candidate, None)
        elif after and (not before or after[0][0] < before[0][0]):
            yield alone(after, "added", None, graded(after))
            after = next(candidate, None)
        elif before:
            yield alone(before, "removed", graded(before), None)
            before = next(baseline, None)


SIDE = f"""
    SELECT cases.case_id, {judged("scorings.id", "samples.case_row")}, cases.critical, cases.group_name,
        (SELECT group_concat(tag) FROM case_tags WHERE case_tags.case_row = cases.id),
        grades.passed, {{value}}, grades.reason
    FROM scorings
    CROSS JOIN samples ON samples.run_id = scorings.run_id
    CROSS JOIN cases ON cases.id = samples.case_row
    LEFT JOIN grades ON grades.scoring_id = scorings.id AND grades.sample_id = samples.id
        AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = scorings.id AND every.sample_id = samples.id)
    WHERE scorings.id = :scoring
    ORDER BY cases.case_id, samples.id
"""
SIDE_BY_PASS = SIDE.format(value="grades.passed")
SIDE_BY_SCORER = SIDE.format(
    value="""(SELECT value FROM scores
            WHERE scores.scoring_id = grades.scoring_id AND scores.sample_id = grades.sample_id
                AND scores.request_id = grades.request_id
                AND scores.scorer_id IN (SELECT id FROM scorers WHERE name = :scorer))"""
)


def graded(rows: Rows) -> Graded:
    """One case over its trials; the reason is that of the worst trial: failed, then unresolved, then passed."""
    if len(rows) == 1:
        passed, value, reason = rows[0][5:8]
        resolved = int(passed is not None)
        return Graded(passed or 0, resolved, 1 - resolved, value, reason or "")
    passes = [row[5] for row in rows if row[5] is not None]
    values = [row[6] for row in rows if row[6] is not None]
    worst = min(rows, key=lambda row: 0.5 if row[5] is None else row[5])
    mean = sum(values) / len(values) if values else None
    return Graded(sum(passes), len(passes), len(rows) - len(passes), mean, worst[7] or "")


def _side(store: Store, scoring: int | None, metric_scorer: str | None) -> Iterator[Rows]:
    if scoring is None:
        return iter(())
    select = SIDE_BY_PASS if metric_scorer is None else SIDE_BY_SCORER
    rows = store.connection.execute(select, {"scoring": scoring, "scorer": metric_scorer})
    return (list(same) for _, same in groupby(rows, key=itemgetter(0)))


def change_of(store: Store, before: int, after: int) -> Change:
    """Most cases are one row in both runs; only the digests of the others need reading."""
    if before == after:
        return "same"
    change: Change = store.connection.execute(CHANGE, (before, after)).fetchone()[0]
    return change


CHANGE = """
    SELECT CASE WHEN old.input_digest <> new.input_digest THEN 'input changed'
        WHEN old.gold_digest <> new.gold_digest THEN 'gold changed' ELSE 'same' END
    FROM cases AS old CROSS JOIN cases AS new WHERE old.id = ? AND new.id = ?
"""


def shared(before: Rows, after: Rows, change: Change) -> Pair:
    """Marks and groups stand as they were promoted: an edit of them in the candidate must not loosen the gate."""
    case_id, _, critical, group, tags, *_ = after[0]
    was, belonged = bool(before[0][2]), before[0][3]
    return Pair(
        case_id, change, graded(before), graded(after), critical=was or bool(critical),
        unmarked=was and not critical, group=belonged or group, tags=_tags(tags),
    )  # fmt: skip


def alone(rows: Rows, change: Change, baseline: Graded | None, candidate: Graded | None) -> Pair:
    """A case as one run marks it."""
    case_id, _, critical, group, tags, *_ = rows[0]
    return Pair(case_id, change, baseline, candidate, critical=bool(critical), group=group, tags=_tags(tags))


def _tags(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.split(",")) if joined else ()
