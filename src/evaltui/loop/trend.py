"""The releases of an evalset: every run with its score and interval, which were promoted, whether the score moves."""

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan

from evaltui.domain.chart import Point
from evaltui.domain.errors import Unknown
from evaltui.domain.evalset import GatePolicy
from evaltui.domain.run import Run
from evaltui.domain.verdict import Pair, Promotion
from evaltui.gate.history import Trend, trend
from evaltui.gate.intervals import mean_ci_neff
from evaltui.gate.metric import BY_CASE, is_mean, is_total, mean_of, title
from evaltui.gate.words import count
from evaltui.loop.decide import pass_rate, run_metrics
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.store.database import Store
from evaltui.store.history import shared_cases
from evaltui.store.pairs import pairs
from evaltui.store.promotions import promotions
from evaltui.store.runs import RunRow, runs
from evaltui.store.runs import standing as standing_of

_ROLES = {"pass": "pass", "fail": "fail", "incomplete": "unsure"}
MOST = 50  # releases that a screen or a command looks back on


@dataclass(frozen=True, slots=True)
class Release:
    """A run as a point of the history; shares in [0, 1], None where there is no such number.

    `apart` says why it cannot be compared with the newest finished release; empty where it can.
    """

    run: Run
    score: float | None
    low: float | None
    high: float | None
    samples: int
    unresolved: int
    verdict: str | None
    promotions: tuple[Promotion, ...] = ()
    apart: str = ""

    @property
    def comparable(self) -> bool:
        return not self.apart


@dataclass(frozen=True, slots=True)
class History:
    """`releases` are oldest first; `trend` is over the comparable ones, None where it has not been computed."""

    evalset: str
    metric: str
    margin: float
    releases: tuple[Release, ...]
    trend: Trend | None = None

    @property
    def comparable(self) -> tuple[Release, ...]:
        return tuple(release for release in self.releases if release.comparable)


def history_of(store: Store, evalset: str, limit: int = 20) -> History:
    """The newest runs of an evalset with their trend; raises Unknown where there is none."""
    found = releases(store, evalset, limit)
    return History(found.evalset, found.metric, found.margin, found.releases, trend_of(store, found))


def releases(store: Store, evalset: str, limit: int = 20) -> History:
    """As `history_of` without the trend, which needs every case of every release: quick enough for a first look."""
    rows = runs(store, limit=limit, evalset=evalset)
    if not rows:
        raise Unknown(f"no run of evalset {evalset!r} yet; `evaltui runs` lists what there is")
    newest = next((row.run for row in rows if _over(row) and not row.run.only), rows[0].run)
    policy = stored_gate(scoring_of(store, newest))
    promoted = promotions(store, evalset)
    found = [
        _release(store, row, newest, policy, tuple(p for p in promoted if p.run_id == row.run.id))
        for row in reversed(rows)
    ]
    return History(evalset, policy.metric, policy.margin, tuple(found))


def drawn(found: History, of: Sequence[Release]) -> tuple[list[Point], list[float | None]]:
    """Some of the releases as points of a chart, and the line through those that can be compared."""
    line, comparable = found.trend.line if found.trend else None, found.comparable
    places = {release.run.id: place for place, release in enumerate(comparable)}
    heights = [
        line.intercept + line.slope * places[release.run.id] if line and release.run.id in places else None
        for release in of
    ]
    return [_point(release) for release in of], heights


def _point(release: Release) -> Point:
    promoted = bool(release.promotions)
    glyph = "★" if promoted else "○" if release.apart else "●"
    role = "accent" if promoted else _ROLES.get(release.verdict or "", "text")
    return Point(str(release.run.id), release.score, release.low, release.high, glyph, role, bool(release.apart))


def _over(row: RunRow) -> bool:
    return row.progress.settled


def _release(
    store: Store, row: RunRow, newest: Run, policy: GatePolicy, promoted: tuple[Promotion, ...]
) -> Release:  # fmt: skip
    over = _over(row)
    score, low, high = _score(store, row.run, policy.metric) if over else (None, None, None)
    apart = _apart(store, row.run, newest, policy) if over else "it is not finished"
    apart = apart or ("" if score is not None else f"it has no {title(policy.metric)}")
    return Release(
        row.run, score, low, high, row.progress.samples, row.unresolved, row.verdict, promoted, apart
    )  # fmt: skip


def _apart(store: Store, run: Run, newest: Run, policy: GatePolicy) -> str:
    if run.only:
        return "it asked only some of the cases"
    if run.id == newest.id:
        return ""
    if _scorers(store, run) != _scorers(store, newest):
        return "it was scored by other scorers"
    if policy.engines == "same" and {run.engine, newest.engine} == {"claude", "live"}:
        return f"it was made {'live' if run.engine == 'live' else 'by batches'}"
    return "" if run.evalset_digest == newest.evalset_digest else _other_cases(store, run, newest, policy.min_shared)


def _other_cases(store: Store, run: Run, newest: Run, min_shared: float) -> str:
    shared, every = shared_cases(store, newest.id, run.id)
    return "" if shared >= min_shared * every else f"only {shared:,} of {count(every, 'case')} are the same"


def _scorers(store: Store, run: Run) -> str:
    body = json.loads(scoring_of(store, run).scorers)
    return json.dumps([body["scorers"], body["versions"]], sort_keys=True)


def _score(store: Store, run: Run, metric: str) -> tuple[float | None, float | None, float | None]:
    """The metric with its 95 % interval: as it was summed up, else computed."""
    summed = standing_of(store, run.id).metrics
    known = json.loads(summed) if summed else None
    if metric == BY_CASE:
        known = known or pass_rate(store, run, scoring_of(store, run))
        return known.get("pass_rate"), known.get("pass_rate.low"), known.get("pass_rate.high")
    if is_total(metric):
        return (known or run_metrics(store, scoring_of(store, run))).get(metric), None, None
    values = array("d", filter(lambda mean: not isnan(mean), _means(store, run, None, metric)))
    found = mean_ci_neff(values, trials=run.trials)
    return (found.mean, found.lo, found.hi) if found else (sum(values) / len(values) if values else None, None, None)


def trend_of(store: Store, found: History) -> Trend:
    """Over the cases that have a score in every comparable release."""
    chosen = [release.run for release in found.comparable]
    if is_total(found.metric) or not chosen:
        return trend([], found.margin, releases=min(len(chosen), 1))
    columns = [_means(store, run, chosen[-1], found.metric) for run in chosen]
    whole = [at for at, scores in enumerate(zip(*columns, strict=True)) if not any(map(isnan, scores))]
    groups = _groups(store, chosen[-1])
    return trend(_rows(columns, whole), found.margin, [groups[at] for at in whole], releases=len(chosen))


def _rows(columns: "Sequence[array[float]]", whole: list[int]) -> list[list[float]]:
    return [[column[at] for column in columns] for at in whole]


def _means(store: Store, run: Run, newest: Run | None, metric: str) -> "array[float]":
    """What each case of `newest` scored in `run`, in the order of case ids; not a number where that is unknown."""
    scorer = metric.removesuffix(".mean") if is_mean(metric) else None
    other = None if newest is None or newest.id == run.id else newest
    found = pairs(
        store, scoring_of(store, run).id if other else None, scoring_of(store, other or run).id, scorer
    )  # fmt: skip
    return array("d", (_mean(pair, metric, held=other is not None) for pair in found if pair.change != "removed"))


def _mean(pair: Pair, metric: str, *, held: bool) -> float:
    if held and pair.change != "same":
        return nan
    mean = mean_of(pair.baseline if held else pair.candidate, metric)
    return nan if mean is None else mean


def _groups(store: Store, run: Run) -> list[str | int]:
    found: Iterator[Pair] = pairs(store, None, scoring_of(store, run).id, None)
    return [number if pair.group is None else pair.group for number, pair in enumerate(found)]
