"""Owns regular expressions over a reply, bounded in time."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, null_verdict, right, wrong
from evaltui.scores.normalize.registry import as_text
from evaltui.scores.shown import plain, shown

TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Regex(Comparison):
    """The reply matches `pattern`, else the pattern in the gold; anywhere in it unless `full`."""

    pattern: str | None = None
    full: bool = False
    ignore_case: bool = False

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        if self.pattern is not None and (problem := pattern_problem(self.pattern)):
            raise ValueError(problem)

    def gold(self, case: Case) -> Any:
        """The pattern, the scorer's own before the case's."""
        return Comparison.gold(self, case) if self.pattern is None else self.pattern

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`; a bad pattern or one that takes too long is the scorer's fault: `Unscored`."""
        absent = null_verdict(gold, got)
        if absent is not None:
            return absent
        problem = pattern_problem(gold) if isinstance(gold, str) else f"the pattern must be text; found {shown(gold)}"
        text = as_text(got)
        if problem or text is None:
            return Unscored(problem) if problem else wrong("the answer holds no text to match")
        return self._searched(gold, text)

    def _searched(self, pattern: str, text: str) -> Score | Unscored:
        compiled = compile_pattern(pattern, ignore_case=self.ignore_case)
        search = compiled.fullmatch if self.full else compiled.search
        try:
            found = search(text, timeout=TIMEOUT_S)
        except TimeoutError:
            return Unscored(f"the pattern {plain(pattern)} took longer than {TIMEOUT_S:g} s on this reply: simplify it")
        if found:
            return right(f"matches {shown(found[0], 40)}")
        return wrong(f"no match of {plain(pattern)} in {shown(text)}")


@lru_cache(maxsize=512)
def pattern_problem(pattern: str) -> str:
    """What is wrong with a regular expression, or "" when it can be used."""
    try:
        compile_pattern(pattern)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Any:
    """The compiled pattern; methods take `timeout=` in seconds and raise TimeoutError. Raises ValueError."""
    import regex  # type: ignore[import-untyped] # it ships no types

    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except regex.error as error:
        raise ValueError(f"the pattern {shown(pattern)} is no regular expression: {error}") from error
