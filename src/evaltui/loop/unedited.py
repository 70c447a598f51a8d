"""What the gate would say had no gold been changed since the promotion: an edit must not hide a regression."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean

from evaltui.domain.case import Case
from evaltui.domain.run import Run
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.verdict import Graded, Pair
from evaltui.loop.evidence import seen
from evaltui.loop.judging import judged
from evaltui.loop.open import scoring_of, stored_scorers
from evaltui.loop.regolding import with_gold
from evaltui.scores.run import grade, score_sample
from evaltui.store.cases import SampleDetail, sample
from evaltui.store.database import Store
from evaltui.store.promotions import promotions
from evaltui.store.regolds import case_at, regolded
from evaltui.store.scores import Answered, Scoring, scoring_at


def promoted_scoring(store: Store, base: Run) -> Scoring:
    """The scoring that the baseline's newest promotion accepted; its first one where it was never promoted."""
    mine = (one for one in promotions(store, base.evalset) if one.run_id == base.id)
    promotion = next(mine, None)
    at = None if promotion is None else datetime.fromisoformat(promotion.at)
    return scoring_at(store, base.id, at) or scoring_of(store, base)


def golds_before(store: Store, base: Run) -> dict[str, Case]:
    """By id: every case of the baseline whose gold is another than when it was promoted, as it was then."""
    then, now = promoted_scoring(store, base), scoring_of(store, base)
    return {each.case_id: case_at(store, each.then) for each in regolded(store, then.id, now.id)}


@dataclass(frozen=True, slots=True)
class Before:
    """Grades by the golds of before, worked out anew from the stored replies; nothing is kept and nothing is sent.

    `scorer`: whose values the gate compares, None where it counts what passes.
    """

    store: Store
    base: Run
    run: Run
    golds: Mapping[str, Case]
    scorer: str | None

    def pairs(self, found: Iterator[Pair]) -> Iterator[Pair]:
        """The same pairs, those of edited cases as they would be."""
        return (self._pair(pair) if pair.case_id in self.golds and pair.change == "same" else pair for pair in found)

    def _pair(self, pair: Pair) -> Pair:
        sides = (self._graded(run, pair.case_id) for run in (self.base, self.run))
        return replace(pair, baseline=next(sides), candidate=next(sides))

    def _graded(self, run: Run, case_id: str) -> Graded:
        found = [self._trial(run, sample(self.store, run.id, case_id, trial)) for trial in range(1, run.trials + 1)]
        known = [each for each in found if each[0] is not None]
        values = [value for _, value, _ in known if value is not None]
        worst = min(found, key=lambda each: 0.5 if each[0] is None else each[0])
        passed = sum(bool(each[0]) for each in known)
        return Graded(passed, len(known), len(found) - len(known), fmean(values) if values else None, worst[2])

    def _trial(self, run: Run, detail: SampleDetail | None) -> tuple[bool | None, float | None, str]:
        """Whether it passes, the value the gate compares, and why."""
        if detail is None or detail.last is None:
            return None, None, "no reply"
        trajectory = seen(detail.last, detail.held)
        if isinstance(trajectory, Unscored):
            return None, None, trajectory.reason
        case, scoring = with_gold(detail.case, self.golds[detail.case.id]), scoring_of(self.store, run)
        scorers, evidence = stored_scorers(scoring), Evidence(case, trajectory)
        answered = Answered(detail.sample_id, detail.held[-1].request_id, case, detail.last, long=True)
        said = judged(self.store, scoring.id, answered, scorers, evidence)
        if said.open:
            return None, None, "a judge was never asked about the gold of before"
        samples = score_sample(scorers, evidence, said.results)
        whole = grade(samples)
        values = {each.name: each.result.value for each in samples if isinstance(each.result, Score)}
        gated = float(whole.passed or 0) if self.scorer is None else values.get(self.scorer)
        return whole.passed, gated, whole.reason
