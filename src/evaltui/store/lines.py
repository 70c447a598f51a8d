"""Owns the cases of a page of a list: everything a row shows of them, by primary key and in no time."""

# ruff: noqa: S608 - the text is put together from fragments of our own, every value is a parameter

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from evaltui.domain.trajectory import Usage
from evaltui.domain.verdict import Pair
from evaltui.store.costs import Priced
from evaltui.store.database import Store
from evaltui.store.pairs import Rows, alone, change_of, graded, shared
from evaltui.store.regolds import judged
from evaltui.store.sides import GATED, Side, Sides


@dataclass(frozen=True, slots=True)
class Line:
    """One case; `value` and `was` are the means of its grades' own values, now and before.

    `turns` are those of its longest trial, `usage` is of the answers of all trials, failed attempts included.
    """

    key: int
    pair: Pair
    value: float | None
    was: float | None
    label: str | None
    note: str | None
    turns: int | None
    usage: tuple[Priced, ...]


def lines(store: Store, of: Sides, keys: Sequence[int], edges: Sequence[int] | None = ()) -> list[Line]:
    """The cases of these keys, in their order; one that is not there is left out.

    `edges`: where prices change; None: neither turns nor usage are wanted.
    """
    here = [key for key in keys if key >= 0]
    after = _read(store, of.a, AT_POSITIONS, here, of.scorer)
    before = {} if of.b is None else _before(store, of.b, keys, after.values(), of.scorer)
    pairs = {key: _pair(store, rows, before.get(rows[0][0])) for key, rows in after.items()}
    gone = {-rows[0][-1] - 1: alone(rows, "removed", graded(rows), None) for rows in before.values()}
    more = _More(store, of.a.run, here, edges)
    made = {**pairs, **{key: pair for key, pair in gone.items() if key in set(keys)}}
    return [
        more.line(key, made[key], _own(after.get(key)), _own(before.get(made[key].case_id)))
        for key in keys
        if key in made
    ]


# As pairs.SIDE, of some cases; the grade's own value and the position stand behind what it reads.
ROWS = f"""
    SELECT cases.case_id, {judged(":scoring", "samples.case_row")}, cases.critical, cases.group_name,
        (SELECT group_concat(tag) FROM case_tags WHERE case_tags.case_row = cases.id),
        grades.passed, {{value}}, grades.reason, grades.value, samples.position
    FROM {{wanted}}
    CROSS JOIN cases ON cases.id = samples.case_row
    LEFT JOIN grades ON grades.scoring_id = :scoring AND grades.sample_id = samples.id
        AND grades.request_id = (SELECT max(request_id) FROM grades AS every
            WHERE every.scoring_id = :scoring AND every.sample_id = samples.id)
    ORDER BY samples.position, samples.trial
"""
AT_POSITIONS = """json_each(:wanted) AS wanted
    CROSS JOIN samples ON samples.run_id = :run AND samples.position = wanted.value"""
OF_NAMES = """json_each(:wanted) AS wanted
    CROSS JOIN evalset_cases ON evalset_cases.evalset_id = :evalset AND evalset_cases.case_id = wanted.value
    CROSS JOIN samples ON samples.run_id = :run AND samples.position = evalset_cases.position"""


def _before(store: Store, of: Side, keys: Sequence[int], after: Iterable[Rows], scorer: str | None) -> dict[str, Rows]:
    """By case id: the baseline's rows of the same cases, and of those that are gone."""
    same = _read(store, of, OF_NAMES, [rows[0][0] for rows in after], scorer)
    gone = _read(store, of, AT_POSITIONS, [-key - 1 for key in keys if key < 0], scorer)
    return {rows[0][0]: rows for rows in (*gone.values(), *same.values())}


def _read(store: Store, of: Side, where: str, wanted: Sequence[object], scorer: str | None) -> dict[int, Rows]:
    if not wanted:
        return {}
    value = "grades.passed" if scorer is None else GATED.format(grades="grades")
    about = {"wanted": json.dumps(wanted), "gated": scorer, "scoring": of.scoring, "run": of.run, "evalset": of.evalset}
    rows = store.connection.execute(ROWS.format(value=value, wanted=where), about)
    return {position: list(some) for position, some in groupby(rows, key=itemgetter(-1))}


def _pair(store: Store, after: Rows, before: Rows | None) -> Pair:
    if before is None:
        return alone(after, "added", None, graded(after))
    return shared(before, after, change_of(store, before[0][1], after[0][1]))


def _own(rows: Rows | None) -> float | None:
    if rows is None:
        return None
    if len(rows) == 1:
        return None if rows[0][5] is None else rows[0][8]
    values = [row[8] for row in rows if row[5] is not None and row[8] is not None]
    return sum(values) / len(values) if values else None


class _More:
    """What is known of the cases of the candidate beside their grades."""

    def __init__(self, store: Store, run: int, positions: Sequence[int], edges: Sequence[int] | None) -> None:
        about = {"run": run, "wanted": json.dumps(positions), "edges": json.dumps(list(edges or ()))}
        execute = store.connection.execute
        spent = edges is not None
        self._turns = dict(execute(TURNS, about).fetchall()) if spent else {}
        self._found = {position: (label, note) for position, label, note in execute(FOUND, about)}
        used = groupby(execute(USED, about) if spent else (), key=itemgetter(0))
        self._usage = {position: tuple(_priced(rows)) for position, rows in used}

    def line(self, key: int, pair: Pair, value: float | None, was: float | None) -> Line:
        found = self._found.get(key, (None, None))
        return Line(key, pair, value, was, *found, self._turns.get(key), self._usage.get(key, ()))


def _priced(rows: Iterable[tuple[int, ...]]) -> Iterator[Priced]:
    for _, model, _, longest, requests, *tokens in rows:
        yield Priced("answer", str(model), requests, longest, Usage(*tokens))


ANSWERS = """FROM json_each(:wanted) AS wanted
    CROSS JOIN samples ON samples.run_id = :run AND samples.position = wanted.value
    CROSS JOIN requests ON requests.sample_id = samples.id AND purpose = 'answer'"""
TURNS = f"SELECT samples.position, max(turn) {ANSWERS} GROUP BY samples.position"
FOUND = """
    SELECT position, label, note FROM current_findings
    WHERE run_id = :run AND position IN (SELECT value FROM json_each(:wanted))
"""
USED = f"""
    SELECT samples.position, model,
        (SELECT count(*) FROM json_each(:edges) WHERE value <
            input_tokens + cache_creation_input_tokens + cache_read_input_tokens) AS band,
        max(input_tokens + cache_creation_input_tokens + cache_read_input_tokens), count(*),
        sum(input_tokens), sum(output_tokens), sum(cache_creation_input_tokens),
        sum(cache_read_input_tokens), sum(cache_creation_1h_input_tokens)
    {ANSWERS}
    CROSS JOIN outcomes ON outcomes.request_id = requests.id AND result = 'succeeded'
    GROUP BY samples.position, model, band ORDER BY samples.position
"""
