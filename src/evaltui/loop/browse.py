"""Lists of cases for screens and commands: which cases, in which order, and what a row shows of each.

`browse` reads the whole run and belongs in a worker; `lines` reads a page, quick enough for the thread that paints.
"""

import json
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaltui.batches.prices import prices_in_force
from evaltui.compare.pairing import kind
from evaltui.domain.query import Query
from evaltui.domain.run import Run
from evaltui.domain.verdict import Graded
from evaltui.loop.costs import costs_of_answers, edges, token_prices
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.store.browse import TagRow, kind_counts, listed, named, tag_rows
from evaltui.store.costs import models_of_answers
from evaltui.store.database import Store
from evaltui.store.lines import Line
from evaltui.store.lines import lines as stored_lines
from evaltui.store.sides import Sides, sides

EVERY = Query()
SORTS: dict[str, str] = {
    "worst": "worst first",
    "id": "by id",
    "position": "as in the file",
    "value": "lowest value first",
    "drop": "deepest drop first",
    "cost": "dearest first",
    "turns": "most turns first",
}
"""The names of the orders, and how each is said."""


@dataclass(frozen=True, slots=True)
class Index:
    """Which cases, in order: `keys` are positions in the run's evalset, and -(position in the baseline's) - 1 of those
    that are gone. `kinds` names what became of each, by its place in `names`. `counts` are of all cases, by name.
    """

    keys: "array[int]"
    kinds: bytes
    names: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    def kind(self, place: int) -> str:
        """What became of the case at this place of the list."""
        return self.names[self.kinds[place]]

    @property
    def total(self) -> int:
        """How many cases there are, listed or not."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What a row shows of a case. `kind`: as in pairing, or pass, fail, unresolved where there is no baseline.

    `before` and `after` count what the gate counts. `value` is the mean of the scorers that count, `was` in the
    baseline. `cost` is of the agent's answers in US dollars, `turns` those of the longest trial; None: not known.
    """

    key: int
    case_id: str
    critical: bool
    tags: tuple[str, ...]
    group: str | None
    kind: str
    before: Graded | None
    after: Graded | None
    reason: str
    value: float | None = None
    was: float | None = None
    finding: str | None = None
    note: str | None = None
    turns: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """The cases of one tag that are the same in both runs and have a score in each; rates are shares in [0, 1]."""

    tag: str
    n: int
    before_rate: float | None
    after_rate: float | None
    fixed: int
    broke: int


def browse(
    store: Store,
    run: Run,
    against: Run | None,
    query: Query = EVERY,
    sort: str = "worst",
    *,
    reverse: bool = False,
    counts: Mapping[str, int] | None = None,
) -> Index:
    """The cases that a query takes. `counts` of an earlier list of the same runs spare counting again."""
    of = _sides(store, run, against)
    priced = sort == "cost" or any(term.field == "cost" for term in query.terms)
    keys, kinds = listed(store, of, query, sort, _prices(store, run) if priced else "[]")
    if counts is None:
        counts = kind_counts(store, of) if query.terms else named(of, Counter(kinds))
    if reverse:
        keys, kinds = keys[::-1], kinds[::-1]
    return Index(keys, kinds, of.kinds, counts)


def kinds_of(store: Store, run: Run, against: Run | None) -> dict[str, int]:
    """How many cases there are of each kind, without listing them."""
    return kind_counts(store, _sides(store, run, against))


def lines(store: Store, run: Run, against: Run | None, keys: Sequence[int], *, spent: bool = True) -> list[CaseLine]:
    """The cases of these keys, in their order; without `spent` no turns and no cost, in half the time."""
    found = stored_lines(store, _sides(store, run, against), keys, edges(prices_in_force()) if spent else None)
    cost = costs_of_answers(run)
    return [_line(line, cost(line.usage), alone=against is None) for line in found]


def tag_slices(store: Store, run: Run, against: Run | None) -> list[Slice]:
    """What became of the cases of each tag, the one with most that broke first."""
    rows = tag_rows(store, _sides(store, run, against))
    return sorted(map(_slice, rows), key=lambda each: (-each.broke, each.fixed, -each.n, each.tag))


def _sides(store: Store, run: Run, against: Run | None) -> Sides:
    """With the values that the candidate's gate compares."""
    scoring = scoring_of(store, run)
    metric = stored_gate(scoring).metric
    scorer = metric.removesuffix(".mean") if metric.endswith(".mean") else None
    return sides(store, scoring.id, None if against is None else scoring_of(store, against).id, scorer)


def _prices(store: Store, run: Run) -> str:
    return json.dumps(token_prices(models_of_answers(store, run.id), run))


def _line(line: Line, cost: float | None, *, alone: bool) -> CaseLine:
    pair = line.pair
    reason = (pair.candidate or pair.baseline or NOTHING).reason
    return CaseLine(
        line.key, pair.case_id, pair.critical, pair.tags, pair.group, state(pair.candidate) if alone else kind(pair),
        pair.baseline, pair.candidate, reason, line.value, line.was, line.label, line.note, line.turns, cost,
    )  # fmt: skip


NOTHING = Graded(0, 0, 0, None)


def state(seen: Graded | None) -> str:
    """pass: every trial did. fail: a trial did. unresolved: neither, for want of a score."""
    if seen is None or not (seen.all_passed or seen.failed):
        return "unresolved"
    return "pass" if seen.all_passed else "fail"


def _slice(row: TagRow) -> Slice:
    return Slice(*row)
