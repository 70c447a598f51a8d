"""What judges are asked about a sample, and what they said: answered once under a key, never asked again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from evaltui.domain.request import Outcome, Succeeded
from evaltui.domain.score import Evidence, JudgeScorer, Question, Score, Unscored
from evaltui.plugins import Built
from evaltui.scores.run import needs_judge
from evaltui.store.database import Store
from evaltui.store.questions import Asked, answer_to, times_asked
from evaltui.store.scores import Answered

TRIES = 2
"""How often one scoring asks when what comes back is no judgement."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`results` by scorer name; `open` are the questions that must be answered first."""

    results: dict[str, Score | Unscored] = field(default_factory=dict)
    open: tuple[Asked, ...] = ()


def judged(store: Store, scoring_id: int, sample: Answered, scorers: list[Built], evidence: Evidence) -> Judged:
    """What the judges among the scorers say of a sample, as far as it is known."""
    results: dict[str, Score | Unscored] = {}
    missing: list[Asked] = []
    for spec, scorer in scorers:
        if needs_judge(scorer, evidence):
            asked = _asked(sample, spec.name, scorer.ask(evidence))
            answers = [_answer(store, scoring_id, scorer, question) for question in asked]
            open_ = [answer for answer in answers if isinstance(answer, Asked)]
            known = [answer for answer in answers if not isinstance(answer, Asked)]
            missing += open_
            results |= {} if open_ else {spec.name: scorer.read(evidence, known)}
    return Judged(results, tuple(missing))


def _asked(sample: Answered, name: str, questions: Sequence[Question]) -> Iterator[Asked]:
    for number, question in enumerate(questions):
        yield Asked(sample.sample_id, sample.request_id, name, number, question.key, 1)


def _answer(store: Store, scoring_id: int, judge: JudgeScorer, question: Asked) -> Outcome | Asked:
    """What came of a question, or the next attempt at it."""
    answer, attempts = answer_to(store, question.key)
    if answer is None or _worth_asking(judge, answer, times_asked(store, scoring_id, question)):
        return replace(question, attempt=attempts + 1)
    return answer


def _worth_asking(judge: JudgeScorer, answer: Outcome, here: int) -> bool:
    """A judgement stands; what is none is asked for once more, a failure only by a new scoring."""
    if isinstance(answer, Succeeded):
        return not judge.readable(answer) and here < TRIES
    return here == 0


def questions_of(scorers: list[Built], name: str, evidence: Evidence) -> Iterator[Question]:
    """What one judge asks about a sample."""
    for spec, scorer in scorers:
        if spec.name == name and needs_judge(scorer, evidence):
            yield from scorer.ask(evidence)
