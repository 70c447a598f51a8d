"""Owns scoring one sample with every scorer, and the grade that follows."""

import math
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, TypeGuard

from evaltui.domain.case import Case
from evaltui.domain.evalset import ScorerSpec
from evaltui.domain.score import Evidence, JudgeScorer, Score, Scorer, Unscored
from evaltui.domain.trajectory import Trajectory
from evaltui.scores.answer import wrong
from evaltui.scores.shown import plain, shown

_MOST_TRACEBACK = 8_000
_MOST_CUT = 300
# A reply that ends so is no answer, however well its fragment would score.
_CUT_OFF = ("max_tokens", "model_context_window_exceeded")
NOT_JUDGED = Unscored("not judged yet")
Judged = Mapping[str, Score | Unscored]
"""What judges said of one sample, by the names of their scorers."""


@dataclass(frozen=True, slots=True)
class SampleScore:
    """What one scorer says of one sample."""

    name: str
    advisory: bool
    result: Score | Unscored


@dataclass(frozen=True, slots=True)
class Grade:
    """The sample's verdict: `passed` and `value` are None where evidence is missing. Advisory scorers never count."""

    passed: bool | None
    value: float | None
    reason: str


def score_sample(
    scorers: Sequence[tuple[ScorerSpec, Scorer]], evidence: Evidence, judged: Judged = MappingProxyType({})
) -> tuple[SampleScore, ...]:
    """The scores of every scorer that applies to the case; a scorer that crashes says `Unscored`, nothing is raised.

    Judges score by what stands for them in `judged`; one of which nothing stands there has not judged yet.
    """
    return _never_by_conduct_alone(tuple(_scores(scorers, evidence, judged)), no_answer(evidence.trajectory))


def is_judge(scorer: Scorer) -> TypeGuard[JudgeScorer]:
    """Whether a scorer must ask a judge."""
    return _asks(type(scorer))


@cache
def _asks(kind: type) -> bool:
    return all(callable(getattr(kind, name, None)) for name in ("ask", "readable", "read"))


def needs_judge(scorer: Scorer, evidence: Evidence) -> TypeGuard[JudgeScorer]:
    """Whether a judge must be asked about the sample: one that gave no answer fails without being judged."""
    if not is_judge(scorer) or no_answer(evidence.trajectory):
        return False
    try:
        return scorer.applies(evidence.case)
    except Exception:  # noqa: BLE001 - it may be anybody's code; `score_sample` says that it crashed
        return False


def grade(samples: Sequence[SampleScore]) -> Grade:
    """Passed when every scorer that counts passed; unknown when one of them could not judge or none applies."""
    counting = [sample for sample in samples if not sample.advisory]
    if not counting:
        which = "only advisory scorers have" if samples else "no scorer has"
        return Grade(None, None, f"{which} gold for this case")
    missing = next((sample for sample in counting if isinstance(sample.result, Unscored)), None)
    if missing is not None:
        return Grade(None, None, f"{missing.name}: not scored: {missing.result.reason}")
    return _graded([(sample.name, sample.result) for sample in counting if isinstance(sample.result, Score)])


def no_answer(trajectory: Trajectory) -> str:
    """Why the reply is no answer at all, whatever it holds, or ""."""
    if trajectory.cut:
        return plain(trajectory.cut, _MOST_CUT)
    if trajectory.stop_reason in _CUT_OFF:
        return f"cut off at {trajectory.stop_reason}"
    if trajectory.stop_reason == "refusal" or trajectory.refusal is not None:
        return f"refused ({plain(trajectory.refusal)})" if trajectory.refusal else "refused"
    return ""


def _scores(scorers: Sequence[tuple[ScorerSpec, Scorer]], evidence: Evidence, judged: Judged) -> Iterator[SampleScore]:
    for spec, scorer in scorers:
        result = _guarded(scorer, evidence, judged.get(spec.name, NOT_JUDGED))
        if result is not None:
            yield SampleScore(spec.name, spec.advisory, result)


def _result(scorer: Scorer, evidence: Evidence, judged: Score | Unscored) -> Score | Unscored | None:
    if not scorer.applies(evidence.case):
        return None
    reason = "" if _judges_conduct(scorer) else no_answer(evidence.trajectory)
    if reason:
        return _checked(_failed(scorer, evidence.case, reason))
    return _checked(judged if is_judge(scorer) else scorer.score(evidence))


def _judges_conduct(scorer: Scorer) -> bool:
    """Scorers of what was done on the way say `judges_conduct`; that can be judged however the conversation ended."""
    return getattr(scorer, "judges_conduct", False) is True


def _never_by_conduct_alone(samples: tuple[SampleScore, ...], reason: str) -> tuple[SampleScore, ...]:
    """A reply that is no answer passes nothing: where no other score fails the sample, those of its conduct do."""
    if not reason or any(_fails(sample) for sample in samples):
        return samples
    return tuple(_failed_for(sample, reason) for sample in samples)


def _fails(sample: SampleScore) -> bool:
    return not sample.advisory and not (isinstance(sample.result, Score) and sample.result.passed)


def _failed_for(sample: SampleScore, reason: str) -> SampleScore:
    if sample.advisory or not isinstance(sample.result, Score):
        return sample
    return replace(sample, result=wrong(f"{reason}; {sample.result.reason}", sample.result.detail))


def _failed(scorer: Scorer, case: Case, reason: str) -> Score:
    """Scorers whose metrics count what was not given have a `without_answer`; for others a plain 0 says it all."""
    fail: Callable[[Case, str], Score] | None = getattr(scorer, "without_answer", None)
    return wrong(reason) if fail is None else fail(case, reason)


def _guarded(scorer: Scorer, evidence: Evidence, judged: Score | Unscored) -> Score | Unscored | None:
    try:
        return _result(scorer, evidence, judged)
    except Exception as error:  # noqa: BLE001 - a scorer may be anybody's code, and its crash must not end the run
        text = "".join(traceback.format_exception(error))
        return Unscored(f"the scorer crashed: {type(error).__name__}: {plain(str(error))}", text[-_MOST_TRACEBACK:])


def _checked(result: Any) -> Score | Unscored:
    """What a scorer returned, unless it is not what scorers may return."""
    if isinstance(result, Unscored):
        return result
    if not isinstance(result, Score) or not isinstance(result.passed, bool):
        return Unscored(f"the scorer returned {shown(type(result).__name__)} where Score or Unscored is due")
    if isinstance(result.value, bool) or not isinstance(result.value, int | float) or not _is_share(result.value):
        return Unscored(f"the scorer gave the value {shown(result.value)}; a value lies in 0 to 1")
    return result


def _is_share(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= 1


def _graded(scores: Sequence[tuple[str, Score]]) -> Grade:
    value = math.fsum(score.value for _, score in scores) / len(scores)
    failing = next(((name, score) for name, score in scores if not score.passed), None)
    if failing is None:
        return Grade(passed=True, value=value, reason="passed")
    name, score = failing
    return Grade(passed=False, value=value, reason=f"{name}: {score.reason}")
