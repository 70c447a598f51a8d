"""Owns the scorers that compare one whole value with its gold: exact, normalized, one_of."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import JsonValue

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, null_verdict, right, wrong
from evaltui.scores.normalize.registry import as_text, match, name_problems
from evaltui.scores.paths import ABSENT, is_null, same
from evaltui.scores.shown import contrast, listed, plain, shown, with_notes

Names = str | tuple[str, ...]


@cache
def names_of(how: Names) -> tuple[str, ...]:
    """One normaliser name or several, as a tuple; raises ValueError in words for a name that is none."""
    names = (how,) if isinstance(how, str) else how
    problems = name_problems(names)
    if problems:
        raise ValueError("; ".join(problems))
    return names


def equal_values(gold: Any, got: Any, take: str) -> bool:
    """Equal as JSON; a reply taken as text also equals the number or boolean that JSON would write so."""
    return same(gold, got) or (take == "text" and not isinstance(gold, str) and as_text(gold) == got)


@dataclass(frozen=True, slots=True)
class Exact(Comparison):
    """The answer is the gold, character by character; JSON values are compared as values."""

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        return null_verdict(gold, got) or unlike(gold, got) or _verdict(equal_values(gold, got, self.taking), gold, got)


@dataclass(frozen=True, slots=True)
class Normalized(Comparison):
    """The answer is the gold once both are normalised (`how`: names of normalisers)."""

    how: Names = ("case", "space", "unicode", "punctuation")

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        names_of(self.how)

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        unusual = null_verdict(gold, got) or unlike(gold, got)
        if unusual is not None:
            return unusual
        matched = match(gold, got, names_of(self.how))
        return _verdict(matched.equal, gold, got, matched.note)


@dataclass(frozen=True, slots=True)
class OneOf(Comparison):
    """The answer is one of several values: `options`, else the list in the gold."""

    options: tuple[JsonValue, ...] | None = None
    how: Names = ()

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        names_of(self.how)
        if self.options == ():
            raise ValueError("options is empty: give at least one value, or leave it out to use the case's gold")

    def gold(self, case: Case) -> Any:
        """The options, the scorer's own before the case's."""
        return list(self.options) if self.options is not None else Comparison.gold(self, case)

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        if gold == []:
            return Unscored("the gold is an empty list: it permits no answer")
        options = gold if isinstance(gold, list) else [gold]
        if is_null(got):
            return right("rightly absent") if None in options else wrong(f"expected one of {_options(options)}")
        if any(self._equal(option, got) for option in options):
            return right()
        return wrong(f"expected one of {_options(options)}, got {shown(got)}")

    def _equal(self, option: Any, got: Any) -> bool:
        return match(option, got, names_of(self.how)).equal if self.how else equal_values(option, got, self.taking)


def unlike(gold: Any, got: Any) -> Unscored | None:
    """An object or list as gold of a text: the scorer was given the wrong gold, so it cannot judge."""
    if isinstance(gold, dict | list) and isinstance(got, str):
        what = "an object" if isinstance(gold, dict) else "a list"
        return Unscored(f"the gold is {what}, the answer text: name a part with of: or expected:, or use take: json")
    return None


def _verdict(equal: bool, gold: Any, got: Any, note: str = "") -> Score:
    notes = [note] if note else []
    return right(with_notes("right", notes)) if equal else wrong(with_notes(contrast(gold, got), notes))


def _options(options: list[Any]) -> str:
    return f"[{listed(plain(option, 30) for option in options if option is not ABSENT)}]"
