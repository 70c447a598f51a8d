"""Owns what became of the cases of a run in the runs before it, as far as the cases are still the same."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

import json
from collections.abc import Iterator, Sequence

from evaltui.domain.run import Run
from evaltui.store.database import Store
from evaltui.store.regolds import CURRENT, judged
from evaltui.store.runs import RUN, read_run
from evaltui.store.sides import ALONE, sides

Seen = dict[int, dict[int, str]]
"""Position of a case → run → what became of it there; runs that lack the case as it is now are left out."""


def last_runs(store: Store, evalset: str, newest: int, *, whole: bool = False) -> list[Run]:
    """The newest runs of an evalset in which something was scored, oldest first; `whole`: that asked every case."""
    rows = store.connection.execute(LAST_RUNS, (evalset, not whole, newest)).fetchall()
    return [read_run(row) for row in reversed(rows)]


LAST_RUNS = f"""{RUN.partition("WHERE")[0]}
    WHERE evalsets.name = ? AND (? OR only_filter = '') AND EXISTS (SELECT 1 FROM grades WHERE grades.scoring_id =
        (SELECT max(id) FROM scorings WHERE scorings.run_id = runs.id))
    ORDER BY runs.id DESC LIMIT ?
"""


def newest_of_evalsets(store: Store) -> list[tuple[str, int, int]]:
    """Each evalset that was ever run: its name, its newest run, and the cases it had there.

    A run that asked only some of the cases stands for the set where there is no other.
    """
    return list(store.connection.execute(NEWEST))


NEWEST = """
    SELECT evalsets.name, runs.id, evalsets.cases FROM runs JOIN evalsets ON evalsets.id = runs.evalset_id
    WHERE runs.id IN (SELECT coalesce(max(each.id) FILTER (WHERE only_filter = ''), max(each.id))
        FROM runs AS each JOIN evalsets AS of ON of.id = each.evalset_id GROUP BY of.name)
    ORDER BY evalsets.name
"""


def page_of_past(store: Store, run: Run, past: Sequence[Run], positions: Sequence[int]) -> Seen:
    """What became of these cases of a run in those runs."""
    about = {"run": run.id, "wanted": json.dumps(list(positions)), "past": json.dumps([each.id for each in past])}
    found: Seen = {}
    for position, run_id, state in store.connection.execute(PAGE, about):
        found.setdefault(position, {})[run_id] = ALONE[state]
    return found


_HERE = judged(CURRENT.format(run=":run"), "here.case_row")
_THERE = judged(CURRENT.format(run="runs.id"), "there.case_row")
PAGE = f"""
    SELECT wanted.value, past.value, CASE WHEN total(grades.passed) = count(*) THEN 2
        WHEN min(grades.passed) = 0 THEN 0 ELSE 1 END
    FROM json_each(:wanted) AS wanted
    CROSS JOIN evalset_cases AS here ON here.position = wanted.value
        AND here.evalset_id = (SELECT evalset_id FROM runs WHERE id = :run)
    CROSS JOIN json_each(:past) AS past
    CROSS JOIN runs ON runs.id = past.value
    CROSS JOIN evalset_cases AS there ON there.evalset_id = runs.evalset_id AND there.case_id = here.case_id
    CROSS JOIN samples ON samples.run_id = runs.id AND samples.position = there.position
    LEFT JOIN grades ON grades.scoring_id = (SELECT max(id) FROM scorings WHERE scorings.run_id = runs.id)
        AND grades.sample_id = samples.id AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = grades.scoring_id AND every.sample_id = samples.id)
    WHERE {_HERE} = {_THERE} OR (SELECT old.input_digest = new.input_digest
        AND old.gold_digest = new.gold_digest FROM cases AS old CROSS JOIN cases AS new
        WHERE old.id = {_THERE} AND new.id = {_HERE})
    GROUP BY wanted.value, past.value
"""


def whole_past(store: Store, scoring: int, past_scoring: int) -> Iterator[tuple[int, str]]:
    """Position and what became of it, of every case of a run that another run has as it is."""
    of = sides(store, scoring, past_scoring)
    select = f"{of.rows} SELECT key, before FROM listed WHERE before IS NOT NULL AND key >= 0"
    return ((key, ALONE[before]) for key, before in store.connection.execute(select, of.values))


def cases_of(store: Store, run: Run) -> Iterator[tuple[int, str, str]]:
    """Position, id and digest of every case of a run's evalset."""
    return store.connection.execute(CASES_OF, (run.id,))


CASES_OF = """
    SELECT position, evalset_cases.case_id, cases.digest FROM evalset_cases JOIN cases ON cases.id = case_row
    WHERE evalset_id = (SELECT evalset_id FROM runs WHERE id = ?)
"""


def make_up(store: Store, run: Run) -> tuple[int, int, int, int]:
    """How many cases a run has, and of these: critical ones, in a group, without a tag."""
    row = store.connection.execute(MAKE_UP, (run.id,)).fetchone()
    return row[0], row[1] or 0, row[2], row[3]


MAKE_UP = """
    SELECT count(*), sum(critical), count(DISTINCT group_name),
        count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM case_tags WHERE case_tags.case_row = cases.id))
    FROM samples JOIN cases ON cases.id = samples.case_row WHERE run_id = ? AND trial = 1
"""
