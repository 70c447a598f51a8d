"""Owns the scorer of extracted fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from evaltui.domain.case import Case
from evaltui.domain.score import Score, Unscored
from evaltui.scores.answer import Comparison, wrong
from evaltui.scores.comparisons import FieldVerdict, compare_field, comparison_problems, missing
from evaltui.scores.paths import ABSENT, dig, kind
from evaltui.scores.shown import plain, shown

How = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields(Comparison):
    """The reply's fields are the gold's. `fields` maps a field (a dotted path) to its comparison, or lists fields to
    compare exactly; left out, every key of the gold is compared exactly. Keys that are not named do not count, nor
    do named fields the gold of a case does not hold.

    `value` is the F1 of this sample's fields (1 when no field has a value on either side); it passes when every
    field is right. `detail["fields"]` maps each field to its outcome, counts and reason.
    """

    fields: dict[str, How] | tuple[str, ...] | None = None

    without_path: ClassVar[str] = "json"

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        if self.fields is not None and not self.fields:
            raise ValueError("fields is empty: name at least one, or leave it out to compare every key of the gold")
        problems = [f"{name}: {problem}" for name, how in self._named().items() for problem in comparison_problems(how)]
        if problems:
            raise ValueError("; ".join(problems))

    def applies(self, case: Case) -> bool:
        """Whether the gold holds one of the fields; a gold that is no object applies, and is then found faulty."""
        gold = self.gold(case)
        return gold is not ABSENT and (not isinstance(gold, dict) or bool(self._compared(gold)))

    def judge(self, gold: Any, got: Any) -> Score | Unscored:
        """See `Comparison.judge`."""
        if not isinstance(gold, dict):
            return Unscored(f"the gold must be an object of fields; found {shown(gold)}")
        if not isinstance(got, dict):
            found = "nothing" if got is ABSENT else f"a {kind(got)}"
            return self._without(gold, f"expected an object of fields, got {found}")
        compared = self._compared(gold)
        return scored({name: compare_field(how, dig(gold, name), dig(got, name)) for name, how in compared.items()})

    def without_answer(self, case: Case, reason: str) -> Score:
        """No field was given: each that has a gold value is a false negative."""
        gold = self.gold(case)
        return self._without(gold if isinstance(gold, dict) else {}, reason)

    def _without(self, gold: dict[str, Any], reason: str) -> Score:
        verdicts = {name: missing(how, dig(gold, name)) for name, how in self._compared(gold).items()}
        return wrong(reason, _detail(verdicts))

    def _named(self) -> dict[str, str]:
        """Each field given with the name of its comparison; several normalisers are joined by +."""
        if self.fields is None or not isinstance(self.fields, dict):
            return dict.fromkeys(self.fields or (), "exact")
        return {name: how if isinstance(how, str) else "+".join(how) for name, how in self.fields.items()}

    def _compared(self, gold: dict[str, Any]) -> dict[str, str]:
        named = self._named() or dict.fromkeys(gold, "exact")
        return {name: how for name, how in named.items() if dig(gold, name) is not ABSENT}


def scored(verdicts: Mapping[str, FieldVerdict]) -> Score:
    """The score of one sample's fields."""
    tp, fp, fn = (sum(getattr(verdict, count) for verdict in verdicts.values()) for count in ("tp", "fp", "fn"))
    failing = [f"{plain(name)}: {verdict.reason}" for name, verdict in verdicts.items() if not verdict.passed]
    value = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0
    return Score(value, not failing, _reason(failing, verdicts), _detail(verdicts))


def _reason(failing: list[str], verdicts: Mapping[str, FieldVerdict]) -> str:
    if failing:
        return failing[0] + (f" (and {len(failing) - 1} more wrong)" if len(failing) > 1 else "")
    notes = [f"{plain(name)}: {verdict.reason}" for name, verdict in verdicts.items() if verdict.reason]
    return "; ".join([f"all {len(verdicts)} fields right", *notes[:1]])


def _detail(verdicts: Mapping[str, FieldVerdict]) -> dict[str, Any]:
    return {"fields": {name: _as_json(verdict) for name, verdict in verdicts.items()}}


def _as_json(verdict: FieldVerdict) -> dict[str, Any]:
    said = {"reason": verdict.reason} if verdict.reason else {}
    return {"outcome": verdict.outcome, "tp": verdict.tp, "fp": verdict.fp, "fn": verdict.fn, **said}
