"""Owns what judgements of one sample are worth together: each criterion's verdict, the score and its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from statistics import fmean, median_low
from typing import Any

from evaltui.domain.rubric import TOP, Criterion, Rubric
from evaltui.domain.score import Score
from evaltui.scores.judge.verdict import Finding, Findings
from evaltui.scores.shown import plain

MOST_REASON = 200  # characters of a judge's reason in the one line that people see first
MOST_KEPT = 1_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Settled:
    """One criterion over all repeats: the majority of true and false, the lower median of levels. A tie is a no."""

    criterion: Criterion
    findings: tuple[Finding, ...]

    @property
    def score(self) -> int:
        return median_low([finding.score for finding in self.findings])

    @property
    def reason(self) -> str:
        """That of the first judgement which says the same."""
        return next(finding.reason for finding in self.findings if finding.score == self.score)

    @property
    def value(self) -> float:
        return self.criterion.value(self.score)

    @property
    def passed(self) -> bool:
        return self.criterion.met(self.score)

    @property
    def agreement(self) -> float:
        """The share of judgements that say what counts."""
        return fmean(finding.score == self.score for finding in self.findings)

    @property
    def words(self) -> str:
        """How it stands, with the judge's reason."""
        said = plain(" ".join(self.reason.split()), MOST_REASON) if self.reason.strip() else "no reason given"
        return f"{self.criterion.name}: {self._standing}: {said}"

    @property
    def _standing(self) -> str:
        if self.criterion.anchors is None:
            return "yes" if self.passed else "no"
        needs = "" if self.passed else f", needs {self.criterion.at_least}"
        return f"{self.score} of {TOP}{needs}"

    def detail(self) -> dict[str, Any]:
        """For metrics and screens."""
        scores = [finding.score for finding in self.findings]
        repeated = {"scores": scores, "agreement": self.agreement} if len(scores) > 1 else {}
        kept = plain(self.reason, MOST_KEPT)
        return {"score": self.score, "value": self.value, "passed": self.passed, "reason": kept, **repeated}


def tally(rubric: Rubric, judgements: Sequence[Findings]) -> Score:
    """The score of one sample; at least one judgement is given."""
    settled = [
        Settled(criterion, tuple(judgement[criterion.name] for judgement in judgements))
        for criterion in rubric.criteria
    ]
    value = _mean(settled)
    passed = _passes(rubric, settled, value)
    detail = {"rubric": rubric.digest, "criteria": {each.criterion.name: each.detail() for each in settled}}
    agreement = {"agreement": fmean(each.agreement for each in settled)} if len(judgements) > 1 else {}
    return Score(value, passed, _reason(rubric, settled, value, passed=passed), {**detail, **agreement})


def without_verdict(rubric: Rubric) -> dict[str, Any]:
    """The detail of a sample that gave nothing to judge: every criterion counts as not met."""
    unmet = {"value": 0.0, "passed": False}
    return {"rubric": rubric.digest, "criteria": {criterion.name: unmet for criterion in rubric.criteria}}


def _mean(settled: Sequence[Settled]) -> float:
    total = fsum(each.criterion.weight for each in settled)
    return min(1.0, fsum(each.criterion.weight * each.value for each in settled) / total)


def _passes(rubric: Rubric, settled: Sequence[Settled], value: float) -> bool:
    if rubric.score_at_least is None:
        return all(each.passed for each in settled)
    return value >= rubric.score_at_least - _ROUNDING and all(
        each.passed for each in settled if each.criterion.required
    )


def _reason(rubric: Rubric, settled: Sequence[Settled], value: float, *, passed: bool) -> str:
    """One line; where it failed, the criterion that cost most."""
    met = f"{sum(each.passed for each in settled)} of {len(settled)} criteria met"
    if rubric.score_at_least is not None:
        met = f"{value:.2f}, needs {rubric.score_at_least:g}; {met}"
    return met if passed else f"{_worst(settled).words} ({met})"


def _worst(settled: Sequence[Settled]) -> Settled:
    """Required ones that fail go before others that fail, those before what merely cost points."""
    return max(settled, key=lambda each: (not each.passed, each.criterion.required, _cost(each)))


def _cost(settled: Settled) -> float:
    return settled.criterion.weight * (1 - settled.value)
