"""What is known of an evalset from its runs: what it is made of, which of its cases tell, how small a drop it shows."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from evaltui.domain.run import Run
from evaltui.gate.power import mde, n_required_noninferior
from evaltui.loop.browse import CaseLine, Slice, browse, lines, tag_slices
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.store.database import Store
from evaltui.store.past import last_runs, make_up, newest_of_evalsets, page_of_past, whole_past

NEWEST = 6  # runs that tell
_PASSED, _FAILED, _UNRESOLVED = 1, 2, 4
_BITS = {"pass": _PASSED, "fail": _FAILED, "unresolved": _UNRESOLVED}


@dataclass(frozen=True, slots=True)
class Power:
    """`drop`: the smallest one that the set shows four times in five, a share. `needed`: cases that certify `margin`.

    Both from how many cases came out otherwise in the run `against`.
    """

    against: int
    drop: float
    margin: float
    needed: float


@dataclass(frozen=True, slots=True)
class Health:
    """`runs` are the newest ones, oldest first; in all of them a case passed, or failed, or it flips between them.

    `unknown`: no such run has a score of it. `power` is None before there are two runs.
    """

    cases: int
    critical: int
    groups: int
    untagged: int
    tags: tuple[Slice, ...]
    runs: tuple[int, ...]
    always_pass: int
    always_fail: int
    flips: int
    unknown: int
    power: Power | None


@dataclass(frozen=True, slots=True)
class DatasetLine:
    """A case with what became of it in the newest runs, oldest first; None: not there as it is now."""

    line: CaseLine
    past: tuple[str | None, ...]


def evalsets(store: Store) -> list[tuple[str, int, int]]:
    """Each evalset that was ever run: its name, its newest run, and how many cases it has."""
    return newest_of_evalsets(store)


def recent(store: Store, run: Run) -> list[Run]:
    """The newest runs of the same evalset, oldest first."""
    return last_runs(store, run.evalset, NEWEST)


def dataset_lines(store: Store, run: Run, past: Sequence[Run], keys: Sequence[int]) -> list[DatasetLine]:
    """A page of the cases of a run, in the order of the keys."""
    seen = page_of_past(store, run, past, keys)
    return [
        DatasetLine(line, tuple(seen.get(line.key, {}).get(each.id) for each in past))
        for line in lines(store, run, None, keys, spent=False)
    ]


def health(store: Store, run: Run, against: Run | None) -> Health:
    """Reads every case in every one of the newest runs: for a worker."""
    past = recent(store, run)
    found, known = _over(store, run, past), make_up(store, run)
    tags = sorted(tag_slices(store, run, None), key=lambda each: (-each.n, each.tag))
    before = against or next((each for each in reversed(past) if each.id < run.id), None)
    return Health(
        *known, tuple(tags), tuple(each.id for each in past), *found,
        power=None if before is None else _power(store, run, before),
    )  # fmt: skip


def _over(store: Store, run: Run, past: Sequence[Run]) -> tuple[int, int, int, int]:
    """How many cases always passed, always failed, flip, and have no score at all."""
    keys = browse(store, run, None, sort="position").keys
    seen = array("B", bytes(max(keys, default=-1) + 1))
    scoring = scoring_of(store, run).id
    for each in past:
        for key, state in whole_past(store, scoring, scoring_of(store, each).id):
            seen[key] |= _BITS[state]
    marks = [seen[key] & (_PASSED | _FAILED) for key in keys]
    return marks.count(_PASSED), marks.count(_FAILED), marks.count(_PASSED | _FAILED), marks.count(0)


def _power(store: Store, run: Run, before: Run) -> Power | None:
    counts = browse(store, run, before, sort="position").counts
    fixed, broke = counts["fixed"], counts["broke"]
    n = fixed + broke + counts["changed"] + counts["same"]
    if not n:
        return None
    # Laplace's rule: that nothing changed between two runs does not say that nothing ever will.
    variance = (fixed + broke) / n - ((fixed - broke) / n) ** 2 or 1 / (n + 2)
    margin = stored_gate(scoring_of(store, run)).margin
    return Power(before.id, min(1.0, mde(sqrt(variance / n))), margin, n_required_noninferior(variance, margin))
