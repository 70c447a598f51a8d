"""Owns the one pass over the pairs: numbers go to compact arrays, only cases worth naming are kept."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evaltui.domain.verdict import Change, Deciding, Graded, Pair
from evaltui.gate.evidence import Bounds, Span, manski_bounds
from evaltui.gate.metric import is_mean, mean_of
from evaltui.gate.sound import flaw

Named = tuple[bool, float, Deciding]
"""A case to name: whether it is ordinary (critical ones come first), its difference, and what is said of it."""

_EXCLUDED: dict[Change, str] = {
    "added": "new: the baseline never ran it",
    "removed": "not in this run: removed from the evalset or left out",
    "input changed": "its input changed since the baseline ran",
    "gold changed": "its expected answer changed since the baseline was scored",
}


@dataclass(slots=True)
class Tally:
    """The trials of one run: those the pairs show, those of them without a score, and those never run."""

    trials: int = 0
    lacking: int = 0
    absent: int = 0


@dataclass(slots=True)
class Spans:
    """What each compared case's mean may be, lowest and highest, as two arrays."""

    low: "array[float]" = field(default_factory=lambda: array("d"))
    high: "array[float]" = field(default_factory=lambda: array("d"))

    def append(self, span: Span) -> None:
        self.low.append(span[0])
        self.high.append(span[1])

    def __len__(self) -> int:
        return len(self.low)

    def __iter__(self) -> Iterator[Span]:
        return zip(self.low, self.high, strict=True)


@dataclass(slots=True)
class Ledger:
    """What the gate remembers of the pairs; whatever their order, it answers the same."""

    metric: str
    ids: set[str] = field(default_factory=set)
    changes: Counter[Change] = field(default_factory=Counter)
    baseline: Tally = field(default_factory=Tally)
    candidate: Tally = field(default_factory=Tally)
    before: Spans = field(default_factory=Spans)
    after: Spans = field(default_factory=Spans)
    groups: list[str | int] = field(default_factory=list)
    trials: int = 1
    judged: int = 0
    inapplicable: int = 0
    critical: list[Pair] = field(default_factory=list)
    flaws: list[Deciding] = field(default_factory=list)
    excluded: list[Deciding] = field(default_factory=list)
    fixed: list[Named] = field(default_factory=list)
    broke: list[Named] = field(default_factory=list)
    dropped: list[Named] = field(default_factory=list)

    def add(self, pair: Pair) -> None:
        wrong = "given twice" if pair.case_id in self.ids else flaw(pair)
        self.ids.add(pair.case_id)
        if wrong:
            self.flaws.append(Deciding(pair.case_id, wrong))
            return
        self.changes[pair.change] += 1
        if pair.critical:
            self.critical.append(pair)
        self._count(pair)
        if pair.change == "same":
            self._compare(pair)
        else:
            self.excluded.append(Deciding(pair.case_id, _EXCLUDED[pair.change]))

    def bounds(self) -> Bounds:
        """How far the missing scores leave the difference open; needs a compared case."""
        return manski_bounds(self.before, self.after)

    def _count(self, pair: Pair) -> None:
        for tally, seen, other in (
            (self.baseline, pair.baseline, pair.candidate),
            (self.candidate, pair.candidate, pair.baseline),
        ):
            if seen is not None:
                tally.trials += seen.trials
                tally.lacking += seen.unresolved
            elif pair.change == "same":
                tally.absent += max(1, other.trials if other else 0)

    def _compare(self, pair: Pair) -> None:
        before, after = pair.baseline, pair.candidate
        means = mean_of(before, self.metric), mean_of(after, self.metric)
        if is_mean(self.metric) and means == (None, None) and _scored(before, after):
            self.inapplicable += 1
            return
        self.judged += None not in means
        self._note_unvalued(pair, means)
        spans = span_of(before, means[0]), span_of(after, means[1])
        self.before.append(spans[0])
        self.after.append(spans[1])
        self.groups.append(len(self.groups) if pair.group is None else pair.group)
        self.trials = max(self.trials, before.trials if before else 0, after.trials if after else 0)
        self._name(pair, spans[1][0] - spans[0][1])

    def _note_unvalued(self, pair: Pair, means: tuple[float | None, float | None]) -> None:
        """A scored sample without the gated value is as missing as one without a score."""
        for tally, seen, mean in (
            (self.baseline, pair.baseline, means[0]),
            (self.candidate, pair.candidate, means[1]),
        ):
            tally.lacking += seen.resolved if seen and mean is None else 0

    def _name(self, pair: Pair, difference: float) -> None:
        for hits, cases, seen in (
            (pair.fixed, self.fixed, pair.baseline),
            (pair.broke, self.broke, pair.candidate),
            (difference < 0, self.dropped, pair.candidate),
        ):
            if hits:
                cases.append((not pair.critical, difference, _said(pair.case_id, seen)))


def read(metric: str, pairs: Iterable[Pair]) -> Ledger:
    """Every pair, once."""
    ledger = Ledger(metric)
    for pair in pairs:
        ledger.add(pair)
    return ledger


def worst_first(named: list[Named]) -> tuple[Deciding, ...]:
    """Critical cases, then the deepest drop, then by name."""
    return tuple(said for *_, said in sorted(named, key=lambda one: (one[0], one[1], one[2].case_id)))


def by_name(cases: Iterable[Deciding]) -> tuple[Deciding, ...]:
    """An order that does not depend on how the cases came."""
    return tuple(sorted(cases, key=lambda said: (said.case_id, said.reason)))


def span_of(seen: Graded | None, mean: float | None) -> Span:
    """From every missing score failing to every missing score passing."""
    if seen is None or mean is None:
        return 0.0, 1.0
    low = mean * seen.resolved / seen.trials
    return low, low + seen.unresolved / seen.trials


def _scored(*runs: Graded | None) -> bool:
    return any(runs) and all(seen is None or seen.resolved > 0 for seen in runs)


def _said(case_id: str, seen: Graded | None) -> Deciding:
    return Deciding(case_id, seen.reason if seen and seen.trials else "not run")
