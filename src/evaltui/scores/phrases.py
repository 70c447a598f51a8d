"""Owns the scorers that look for phrases in a reply: contains, excludes."""

from dataclasses import dataclass
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, right, wrong
from evaltui.scores.normalize.registry import as_text, normalize
from evaltui.scores.paths import ABSENT, is_null
from evaltui.scores.shown import shown
from evaltui.scores.text import Names, names_of


@dataclass(frozen=True, slots=True)
class _Phrases(Comparison):
    """`phrases`, else the text or list of texts in the gold; a null or empty gold names no phrase and does not apply.

    `how` are the normalisers of both sides.
    """

    phrases: str | tuple[str, ...] | None = None
    how: Names = ("unicode", "case", "space")

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        names_of(self.how)
        if self.phrases is not None and not all(phrase.strip() for phrase in _as_list(self.phrases) or [""]):
            raise ValueError("phrases holds nothing, or a blank phrase, which every text contains")

    def gold(self, case: Case) -> Any:
        """The phrases as a list, or `ABSENT`."""
        gold = _as_list(Comparison.gold(self, case) if self.phrases is None else self.phrases)
        return ABSENT if is_null(gold) or gold == [] else gold

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        if not isinstance(gold, list) or not all(isinstance(phrase, str) and phrase.strip() for phrase in gold):
            return Unscored(f"the gold must be a phrase or a list of phrases, none blank; found {shown(gold)}")
        text = as_text(got)
        if text is None:
            return wrong("the answer holds no text to look in")
        searched = self._normal(text)
        return self.found([phrase for phrase in gold if self._normal(phrase) in searched], gold)

    def found(self, present: list[str], phrases: list[str]) -> Score:
        """The score, given which of the phrases the text holds."""
        raise NotImplementedError

    def _normal(self, text: str) -> str:
        return str(normalize(text, names_of(self.how)))


@dataclass(frozen=True, slots=True)
class Contains(_Phrases):
    """The reply holds every phrase; `value` is the share it holds."""

    def found(self, present: list[str], phrases: list[str]) -> Score:
        """See `_Phrases.found`."""
        lacking = [phrase for phrase in phrases if phrase not in present]
        if not lacking:
            return right(f"holds all {len(phrases)}")
        share = 1 - len(lacking) / len(phrases)
        reason = f"lacks {shown(lacking[0])}{_more(lacking)}"
        return Score(share, passed=False, reason=reason, detail={"lacking": lacking})


@dataclass(frozen=True, slots=True)
class Excludes(_Phrases):
    """The reply holds none of the phrases."""

    def found(self, present: list[str], phrases: list[str]) -> Score:
        """See `_Phrases.found`."""
        if not present:
            return right(f"holds none of {len(phrases)}")
        return wrong(f"holds {shown(present[0])}{_more(present)}", {"present": present})


def _as_list(gold: Any) -> Any:
    if isinstance(gold, str):
        return [gold]
    return list(gold) if isinstance(gold, tuple) else gold


def _more(phrases: list[str]) -> str:
    return f" and {len(phrases) - 1} more" if len(phrases) > 1 else ""
