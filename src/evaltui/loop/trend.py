"""The releases of an evalset: every run with its score and interval, which were promoted, whether the score moves."""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan

from evaltui.domain.chart import Point
from evaltui.domain.errors import Unknown
from evaltui.domain.evalset import GatePolicy
from evaltui.domain.run import Run
from evaltui.domain.verdict import Promotion
from evaltui.gate.history import FEWEST, Trend, trend
from evaltui.gate.intervals import mean_ci_neff
from evaltui.gate.metric import BY_CASE, is_mean, is_total, title
from evaltui.gate.words import count, percent
from evaltui.loop.decide import pass_rate, run_metrics
from evaltui.loop.open import scoring_of, stored_gate
from evaltui.loop.unedited import promoted_scoring
from evaltui.store.database import Store
from evaltui.store.history import case_means, shared_cases
from evaltui.store.promotions import promotions
from evaltui.store.regolds import regolded
from evaltui.store.runs import RunRow, runs
from evaltui.store.runs import standing as standing_of
from evaltui.store.verdicts import summary

_ROLES = {"pass": "pass", "fail": "fail", "incomplete": "unsure"}
MOST = 50  # releases that a screen or a command looks back on


@dataclass(frozen=True, slots=True)
class Release:
    """A run as a point of the history; shares in [0, 1], None where there is no such number.

    `apart` says why it cannot be compared with the newest finished release; empty where it can. `rescored` says that it
    was scored again since it was promoted, and what it was promoted with.
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
    rescored: str = ""

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
    """As `history_of` without the trend, which needs every case of every release: quick enough for a first look.

    Runs of cases that were named, such as proofs of new ones, are no releases; they are told where nothing else is.
    """
    rows = runs(store, limit=limit, evalset=evalset, named=False) or runs(store, limit=limit, evalset=evalset)
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
        row.run, score, low, high, row.progress.samples, row.unresolved, row.verdict, promoted, apart,
        _rescored(store, row.run, policy.metric) if promoted else "",
    )  # fmt: skip


def _rescored(store: Store, run: Run, metric: str) -> str:
    then, now = promoted_scoring(store, run), scoring_of(store, run)
    if then.id == now.id:
        return ""
    golds = sum(1 for _ in regolded(store, then.id, now.id))
    kept = summary(store, then.id)
    was = json.loads(kept.metrics).get("pass_rate" if metric == BY_CASE else metric) if kept else None
    by = "" if then.scorers_digest == now.scorers_digest else " by other scorers"
    how = f" by {count(golds, 'changed gold')}" if golds else by
    return f"scored again{how}" + (f", promoted with {percent(was)}" if was is not None else "")


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
    values = array("d", (mean for *_, mean in _means(store, run, metric) if mean is not None))
    found = mean_ci_neff(values, trials=run.trials)
    return (found.mean, found.lo, found.hi) if found else (sum(values) / len(values) if values else None, None, None)


def trend_of(store: Store, found: History) -> Trend:
    """Over the cases that have a score in every comparable release; reads all of them."""
    chosen = [release.run for release in found.comparable]
    if is_total(found.metric):
        words = f"cannot tell: {title(found.metric)} is a number of the whole set, and a trend is told by single cases"
        return Trend("cannot tell", words, len(chosen), 0)
    if len(chosen) < FEWEST:
        return trend([], found.margin, releases=len(chosen))
    newest = list(_means(store, chosen[-1], found.metric))
    columns = [*(_column(store, run, newest, found.metric) for run in chosen[:-1]), _array(newest)]
    whole = [at for at, scores in enumerate(zip(*columns, strict=True)) if not any(map(isnan, scores))]
    groups: list[str | int] = [at if newest[at][1] is None else str(newest[at][1]) for at in whole]
    return trend([[column[at] for column in columns] for at in whole], found.margin, groups, releases=len(chosen))


Means = tuple[str, str | None, float | None]
"""A case by its digest, its group, and what it scored."""


def _column(store: Store, run: Run, newest: Sequence[Means], metric: str) -> "array[float]":
    """What the cases of the newest release scored in another; not a number where that is unknown."""
    known = {digest: mean for digest, _, mean in _means(store, run, metric)}
    return _array((digest, None, known.get(digest)) for digest, _, _ in newest)


def _array(means: Iterable[Means]) -> "array[float]":
    return array("d", (nan if mean is None else mean for *_, mean in means))


def _means(store: Store, run: Run, metric: str) -> Iterator[Means]:
    scorer = metric.removesuffix(".mean") if is_mean(metric) else None
    return case_means(store, scoring_of(store, run).id, scorer)
