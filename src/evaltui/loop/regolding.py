"""Golds that were changed after a run asked its cases: which, and which runs are to be scored again by them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.run import Run
from evaltui.evalsets.cases import read_cases
from evaltui.evalsets.source import EvalsetSource
from evaltui.loop.baselines import promoted_run
from evaltui.loop.open import scoring_of
from evaltui.store.database import Store
from evaltui.store.regolds import asked, case_at, regolds

Golds = Mapping[int, Case]
"""Row of a case as it was asked → the same case with the gold of now; only cases whose gold is another."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is to be scored again, and the golds that are not those it was asked with.

    `changed` are the ids of those that are not yet what its scores stand on either.
    """

    run: Run
    golds: Golds
    changed: tuple[str, ...]


def due(store: Store, run: Run, source: EvalsetSource) -> tuple[Due, ...]:
    """The run, and before it the baseline where golds of the evalset are not what it was scored by.

    Else a candidate scored by new golds would be held against a baseline scored by old ones.
    """
    base = promoted_run(store, run)
    before = None if base is None else _due(store, base, source)
    return (*([before] if before is not None and before.changed else []), _due(store, run, source))


def _due(store: Store, run: Run, source: EvalsetSource) -> Due:
    golds = golds_now(store, run, source)
    return Due(run, golds, tuple(sorted(_changed(store, run, golds))))


def golds_now(store: Store, run: Run, source: EvalsetSource) -> dict[int, Case]:
    """The golds of the evalset's files where they differ from those the run was asked with.

    A case that is gone, cannot be read or asks something else now keeps the gold that it is judged by.
    """
    kept = regolds(store, scoring_of(store, run).id)
    golds = {row: case_at(store, gold) for row, gold in kept.items()}
    for entry in read_cases(source, []):
        was = asked(store, run.id, entry.case.id)
        if was is None or was.input_digest != entry.case.input_digest:
            continue
        golds.pop(was.row, None)
        if was.gold_digest != entry.case.gold_digest:
            golds[was.row] = with_gold(case_at(store, was.row), entry.case)
    return golds


def with_gold(case: Case, other: Case) -> Case:
    """A case with the gold of another: its marks stay, so that no edit of them loosens the gate."""
    return Case.model_validate({**case.model_dump(), "expected": other.expected, "rubric": other.rubric})


def _changed(store: Store, run: Run, golds: Golds) -> Iterator[str]:
    kept = regolds(store, scoring_of(store, run).id)
    for row in kept.keys() | golds.keys():
        stands, wanted = case_at(store, kept.get(row, row)), golds.get(row) or case_at(store, row)
        if stands.gold_digest != wanted.gold_digest:
            yield wanted.id
