"""Owns the scorer of single labels: classification and routing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, null_verdict, right, wrong
from evaltui.scores.normalize.registry import as_text, normalize
from evaltui.scores.paths import is_null
from evaltui.scores.shown import contrast, listed, nearest, plain, shown
from evaltui.scores.text import Names, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Comparison):
    """The answer is the gold label. `labels` declares all labels there are; macro F1 is the mean over them.

    `detail` holds expected and got (None for no label): what the metrics need.
    """

    labels: tuple[str, ...] | None = None
    how: Names = ("unicode", "case", "space")

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        names_of(self.how)
        if self.labels is not None and not len(self._declared()) == len(self.labels) > 0:
            raise ValueError(f"labels must be distinct, and at least one; found {listed(self.labels or ())}")

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        problem = self._gold_problem(gold)
        if problem:
            return Unscored(problem)
        expected, answered = self._label(gold), self._label(got)
        detail = {"expected": expected, "got": answered}
        absent = null_verdict(gold, got)
        if absent is not None:
            return replace(absent, detail=detail)
        if expected == answered:
            return right("right", detail)
        return wrong(contrast(expected, answered) + self._undeclared(got), detail)

    def without_answer(self, case: Case, reason: str) -> Score:
        """No label was given: a false negative of the gold label."""
        return wrong(reason, {"expected": self._label(self.gold(case)), "got": None})

    def _gold_problem(self, gold: Any) -> str:
        if not is_null(gold) and as_text(gold) is None:
            return f"the gold must be one label; found {shown(gold)}: name a part with of: or expected:"
        if self.labels is None or is_null(gold) or self._normal(gold) in self._declared():
            return ""
        return f"the gold label {shown(gold)} is not among the declared labels{nearest(str(gold), self.labels)}"

    def _declared(self) -> Mapping[str, str]:
        return _by_normal(self.labels or (), self.how)

    def _label(self, value: Any) -> str | None:
        """The declared spelling of a label, else its normalised text."""
        if is_null(value):
            return None
        text = self._normal(value)
        declared = self._declared().get(text)
        return plain(text) if declared is None else declared

    def _normal(self, value: Any) -> str:
        text = as_text(value)
        return shown(value) if text is None else _normal(text, self.how)

    def _undeclared(self, got: Any) -> str:
        if self.labels is None or self._normal(got) in self._declared():
            return ""
        return f", which is no declared label{nearest(self._normal(got), self.labels)}"


@cache
def _by_normal(labels: tuple[str, ...], how: Names) -> Mapping[str, str]:
    """Each label by its normalised text."""
    return {_normal(label, how): label for label in labels}


def _normal(text: str, how: Names) -> str:
    return str(normalize(text, names_of(how)))
