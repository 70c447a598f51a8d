"""Owns what evaluations and people said of the spans of a trace, as scores and marks of an item."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evaltui.domain.item import Mark
from evaltui.domain.problem import Problem
from evaltui.logs.loose import first, number, text
from evaltui.logs.opinions import rating
from evaltui.logs.report import error
from evaltui.logs.spans import Opinion, Span

_EVALUATION = "gen_ai.evaluation.result"
_PERSONS = re.compile(r"thumb|feedback|user[-_ .]?(?:rating|score|vote)|\bvote\b", re.IGNORECASE)
_PASSED = frozenset({"pass", "passed", "correct", "true", "success", "relevant", "factual", "safe"})
_FAILED = frozenset(
    {"fail", "failed", "incorrect", "false", "failure", "irrelevant", "hallucinated", "unsafe", "toxic"}
)


def opinions_of(span: Span) -> Iterator[Opinion]:
    """All that were said of it, whichever way its log keeps them."""
    yield from span.opinions
    for name, held in (*span.events, ("", span.attributes)):
        if name == _EVALUATION or "gen_ai.evaluation.name" in held:
            value = first(held, "gen_ai.evaluation.score.value", "gen_ai.evaluation.score.label")
            words = text(held, "gen_ai.evaluation.explanation")
            yield Opinion(text(held, "gen_ai.evaluation.name") or "evaluation", value, words)


@dataclass(slots=True)
class Verdicts:
    """Scores in [0, 1] by name, marks of turns, and what could be taken as neither."""

    scores: dict[str, float] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(self, opinion: Opinion, turn: int) -> None:
        """Take one; a person's rating is a mark of its turn."""
        share = _share(opinion.value)
        if opinion.human or _PERSONS.search(opinion.name):
            self._person(opinion, turn, share)
        elif share is not None and 0 <= share <= 1:
            taken = opinion.name in self.scores
            self.scores[f"{opinion.name} (turn {turn})" if taken else opinion.name] = share
        elif opinion.value is not None:
            hint = "divide it by the best that it can be" if share is not None else ""
            self.notes.append(error(f"scores.{opinion.name}", "must be a number in 0 to 1", opinion.value, hint=hint))

    def _person(self, opinion: Opinion, turn: int, share: float | None) -> None:
        share = 0.0 if share == -1 else share
        if share is not None and 0 <= share <= 1:
            self.marks.append(Mark(turn, "rated", opinion.words or opinion.name, share))
        elif opinion.words or opinion.value is not None:
            self.marks.append(Mark(turn, "comment", opinion.words or f"{opinion.name}: {opinion.value}"))


def _share(value: object) -> float | None:
    read = number(value) if isinstance(value, int | float | str | bool) else None
    if read is None and isinstance(value, str):
        word = value.strip().casefold()
        return 1.0 if word in _PASSED else 0.0 if word in _FAILED else rating(value)
    return read
