"""Owns the metrics of a run's scores: `NAME.pass_rate`, `NAME.mean`, and what labels, fields and judges add."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from types import MappingProxyType
from typing import Any

from evaltui.scores.f1 import Counts, f1, macro, micro

NO_LABEL = "(none)"
_COMMON = ("pass_rate", "mean")
_OWN = {"label": ("accuracy", "micro_f1", "macro_f1"), "fields": ("micro_f1", "macro_f1")}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One score: `scorer` is its name in the evalset, `kind` the entry point (label, fields, …)."""

    scorer: str
    kind: str
    value: float
    passed: bool
    detail: Mapping[str, Any]


Labels = Mapping[str, Iterable[str]]
"""The labels that each scorer declares, by its name."""


def metrics(rows: Iterable[MetricRow], labels: Labels = MappingProxyType({})) -> dict[str, float | None]:
    """Every metric by the name a gate uses, such as `route.macro_f1`; None where it is undefined.

    label adds accuracy, micro_f1, macro_f1 (mean over the declared labels, those never predicted count 0; over the
    labels of the gold where none are declared) and f1.LABEL; fields adds micro_f1, macro_f1 and f1.FIELD. A field
    with no value on either side in any case is undefined: left out of macro_f1 and listed as `f1.FIELD` None.
    F1 is None for a scorer one of whose rows lacks the detail it needs. judge adds criterion.NAME, each criterion's
    mean, and with repeats agreement, the share of judgements that say what counts. Rows are read once and not kept.
    """
    tallies = _tallies(rows, labels)
    return {f"{name}.{metric}": value for name, tally in tallies.items() for metric, value in tally.items()}


def metric_names(kind: str, arguments: Mapping[str, Any] = _NOTHING) -> tuple[str, ...]:
    """The metrics of a scorer of this kind with these arguments, without those of single labels or fields."""
    return (*_COMMON, *(_of_rubric(arguments.get("rubric") or {}) if kind == "judge" else _OWN.get(kind, ())))


def offers(kind: str, metric: str, arguments: Mapping[str, Any] = _NOTHING) -> bool:
    """Whether a gate may name this metric of such a scorer; `f1.NAME` is known only once there are scores."""
    return metric in metric_names(kind, arguments) or (kind in _OWN and metric.startswith("f1."))


def confusion(rows: Iterable[MetricRow]) -> dict[str, dict[str, dict[str, int]]]:
    """For each label scorer: expected label → given label → number of samples; `(none)` stands for no label."""
    tallies = {name: tally.kind for name, tally in _tallies(rows, {}).items() if isinstance(tally.kind, _Labels)}
    return {name: labels.matrix() for name, labels in tallies.items()}


def undefined(values: Mapping[str, float | None]) -> tuple[str, ...]:
    """The metrics of `metrics` that have no value: what a report must list beside macro F1."""
    return tuple(name for name, value in values.items() if value is None)


def _of_rubric(rubric: Mapping[str, Any]) -> tuple[str, ...]:
    each = (f"criterion.{criterion['name']}" for criterion in rubric.get("criteria", ()))
    return (*(("agreement",) if rubric.get("repeats", 1) > 1 else ()), *each)


def _tallies(rows: Iterable[MetricRow], labels: Labels) -> dict[str, "_Tally"]:
    tallies: dict[str, _Tally] = {}
    for row in rows:
        tally = tallies.get(row.scorer)
        if tally is None:
            tally = tallies[row.scorer] = _Tally(_KINDS.get(row.kind, _Nothing)(labels.get(row.scorer, ())))
        tally.add(row)
    return tallies


@dataclass(slots=True)
class _Nothing:
    """The metrics of a kind that has none of its own."""

    labels: Iterable[str]

    def add(self, row: MetricRow) -> None:
        pass

    def items(self) -> Iterator[tuple[str, float | None]]:
        return iter(())


@dataclass(slots=True)
class _Labels:
    """Counts of expected and given labels; `labels` are the declared ones."""

    labels: Iterable[str]
    pairs: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    incomplete: bool = False

    def add(self, row: MetricRow) -> None:
        if "expected" in row.detail and "got" in row.detail:
            self.pairs[row.detail["expected"], row.detail["got"]] += 1
        else:
            self.incomplete = True

    def items(self) -> Iterator[tuple[str, float | None]]:
        counts = self._counts()
        labels = list(self.labels) or sorted({expected for expected, _ in self.pairs if expected is not None})
        each = {label: f1(counts[label]) or 0.0 for label in labels}
        yield "accuracy", self._accuracy()
        yield "micro_f1", None if self.incomplete else micro(counts.values())
        yield "macro_f1", None if self.incomplete else macro(each.values())
        yield from ((f"f1.{label}", None if self.incomplete else value) for label, value in each.items())

    def matrix(self) -> dict[str, dict[str, int]]:
        rows: dict[str, dict[str, int]] = defaultdict(dict)
        for (expected, got), count in sorted(self.pairs.items(), key=lambda pair: tuple(map(str, pair[0]))):
            rows[expected or NO_LABEL][got or NO_LABEL] = count
        return dict(rows)

    def _accuracy(self) -> float | None:
        total = self.pairs.total()
        right = sum(count for (expected, got), count in self.pairs.items() if expected == got)
        return right / total if total and not self.incomplete else None

    def _counts(self) -> defaultdict[str, Counts]:
        counts: defaultdict[str, Counts] = defaultdict(Counts)
        for (expected, got), count in self.pairs.items():
            if expected == got and expected is not None:
                counts[expected] += Counts(tp=count)
                continue
            if expected is not None:
                counts[expected] += Counts(fn=count)
            if got is not None:
                counts[got] += Counts(fp=count)
        return counts


@dataclass(slots=True)
class _Fields:
    """Counts of each field."""

    labels: Iterable[str]
    counts: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    incomplete: bool = False

    def add(self, row: MetricRow) -> None:
        if "fields" not in row.detail:
            self.incomplete = True
            return
        for name, verdict in row.detail["fields"].items():
            self.counts[name] += Counts(verdict["tp"], verdict["fp"], verdict["fn"])

    def items(self) -> Iterator[tuple[str, float | None]]:
        each = {name: f1(counts) for name, counts in self.counts.items()}
        yield "micro_f1", None if self.incomplete else micro(self.counts.values())
        yield "macro_f1", None if self.incomplete else macro(each.values())
        yield from ((f"f1.{name}", None if self.incomplete else value) for name, value in each.items())


@dataclass(slots=True)
class _Judged:
    """Each criterion's values, and the self-agreement of the samples that have one."""

    labels: Iterable[str]
    criteria: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    agreement: list[float] = field(default_factory=list)

    def add(self, row: MetricRow) -> None:
        for name, verdict in row.detail.get("criteria", {}).items():
            self.criteria[name].append(verdict["value"])
        if "agreement" in row.detail:
            self.agreement.append(row.detail["agreement"])

    def items(self) -> Iterator[tuple[str, float | None]]:
        if self.agreement:
            yield "agreement", fmean(self.agreement)
        yield from ((f"criterion.{name}", fmean(values)) for name, values in self.criteria.items())


@dataclass(slots=True)
class _Tally:
    """What every scorer has, and what its kind adds."""

    kind: _Nothing | _Labels | _Fields | _Judged
    samples: int = 0
    passed: int = 0
    total: float = 0.0

    def add(self, row: MetricRow) -> None:
        self.samples += 1
        self.passed += row.passed
        self.total += row.value
        self.kind.add(row)

    def items(self) -> Iterator[tuple[str, float | None]]:
        yield "pass_rate", self.passed / self.samples
        yield "mean", self.total / self.samples
        yield from self.kind.items()


_KINDS: dict[str, type[_Nothing | _Labels | _Fields | _Judged]] = {
    "label": _Labels,
    "fields": _Fields,
    "judge": _Judged,
}
