"""Owns golds that were changed after a run had asked its cases: which case a scoring judges instead."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.store.bodies import read_case
from evaltui.store.database import Store
from evaltui.store.evalsets import save_case
from evaltui.store.text import text

CURRENT = "(SELECT max(id) FROM scorings WHERE scorings.run_id = {run})"
"""The current scoring of a run, as SQL."""


def judged(scoring: str, row: str) -> str:
    """The row of the case that a scoring judges in place of an asked one, as SQL; mostly the asked one itself."""
    return f"coalesce((SELECT gold_row FROM regolds WHERE scoring_id = {scoring} AND regolds.case_row = {row}), {row})"


@dataclass(frozen=True, slots=True)
class Asked:
    """A case of a run as it was asked: its row, and the digests of what reached the agent and of its gold."""

    row: int
    input_digest: str
    gold_digest: str


def asked(store: Store, run_id: int, case_id: str) -> Asked | None:
    """None where the run asked no such case; its evalset may have it all the same."""
    row = store.connection.execute(ASKED, (run_id, text(case_id))).fetchone()
    return None if row is None else Asked(*row)


ASKED = """
    SELECT cases.id, input_digest, gold_digest FROM runs
    JOIN evalset_cases ON evalset_cases.evalset_id = runs.evalset_id
    JOIN cases ON cases.id = evalset_cases.case_row
    WHERE runs.id = ? AND evalset_cases.case_id = ? AND EXISTS (
        SELECT 1 FROM samples WHERE samples.run_id = runs.id AND samples.position = evalset_cases.position)
"""


def newest_that_asked(store: Store, evalset: str, case_id: str) -> int | None:
    """The newest run of an evalset, by name, that asked a case; None where none did."""
    row = store.connection.execute(NEWEST_THAT_ASKED, (evalset, text(case_id))).fetchone()
    return None if row is None else int(row[0])


NEWEST_THAT_ASKED = """
    SELECT runs.id FROM runs
    JOIN evalsets ON evalsets.id = runs.evalset_id
    JOIN evalset_cases ON evalset_cases.evalset_id = evalsets.id
    JOIN samples ON samples.run_id = runs.id AND samples.position = evalset_cases.position AND trial = 1
    WHERE evalsets.name = ? AND evalset_cases.case_id = ? ORDER BY runs.id DESC LIMIT 1
"""


def case_at(store: Store, row: int) -> Case:
    """A case as it is stored."""
    return read_case(store.connection.execute("SELECT body FROM cases WHERE id = ?", (row,)).fetchone()[0])


def regolds(store: Store, scoring_id: int) -> dict[int, int]:
    """Row of an asked case → row of the case that is judged, of those that are two."""
    return dict(store.connection.execute("SELECT case_row, gold_row FROM regolds WHERE scoring_id = ?", (scoring_id,)))


def add_regolds(store: Store, scoring_id: int, golds: Mapping[int, Case]) -> None:
    """Judge asked cases (by row) by other golds in a new scoring; call inside a transaction, before the first grade."""
    for row, case in golds.items():
        store.connection.execute(INSERT, (scoring_id, row, save_case(store, case)))


INSERT = "INSERT INTO regolds (scoring_id, case_row, gold_row) VALUES (?, ?, ?)"


def carry_regolds(store: Store, old_scoring: int, new_scoring: int) -> None:
    """The new scoring judges by the golds of the old one."""
    store.connection.execute(CARRY, (new_scoring, old_scoring))


CARRY = """
    INSERT INTO regolds (scoring_id, case_row, gold_row) SELECT ?, case_row, gold_row FROM regolds WHERE scoring_id = ?
"""


@dataclass(frozen=True, slots=True)
class Regolded:
    """A case whose gold two scorings of one run see differently; `then` is the row that the earlier judged."""

    case_id: str
    row: int
    then: int


def regolded(store: Store, then_scoring: int, now_scoring: int) -> Iterator[Regolded]:
    """Every case of a run that one of its scorings judges by another gold than an earlier one, by id."""
    values = {"then": then_scoring, "now": now_scoring}
    return (Regolded(*row) for row in store.connection.execute(REGOLDED, values).fetchall())


REGOLDED = f"""
    WITH touched AS (SELECT DISTINCT case_row FROM regolds WHERE scoring_id IN (:then, :now)),
    both AS (SELECT case_row, {judged(":then", "touched.case_row")} AS old, {judged(":now", "touched.case_row")} AS new
        FROM touched)
    SELECT was.case_id, both.case_row, both.old FROM both
    JOIN cases AS was ON was.id = both.old JOIN cases AS now ON now.id = both.new
    WHERE was.gold_digest <> now.gold_digest ORDER BY was.case_id
"""
