"""Owns how one field of a reply is compared with its gold, and the counts that F1 is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from evaltui.scores.normalize.registry import FOLDED, NORMALISERS, match, name_problems
from evaltui.scores.paths import ABSENT, is_null, same
from evaltui.scores.shown import contrast, nearest, plain, shown, with_notes

Outcome = Literal["right", "wrong", "missing", "extra", "absent"]
LISTS = ("list:set", "list:sequence")
_OWN = ("exact", "text", "one_of", *LISTS)


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """`absent`: neither side holds a value. Counts are those of F1; a wrong value is one `fp` and one `fn`."""

    outcome: Outcome
    tp: int = 0
    fp: int = 0
    fn: int = 0
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with the field."""
        return self.outcome in ("right", "absent")


def comparison_problems(how: str) -> list[str]:
    """What is wrong with the name of a comparison, in sentences.

    Known: exact (JSON values), text (case and space do not count), one_of (the gold lists what is permitted), the
    normalisers (joined by + to combine), list:set and list:sequence with an optional comparison of the elements
    behind a further colon (`list:set:money`).
    """
    if how.startswith(LISTS):
        of_elements = _of_elements(how)
        return [] if of_elements in ("exact", "text") else name_problems(of_elements.split("+"))
    if how in _OWN or not name_problems(how.split("+")):
        return []
    if how.partition("+")[0].partition(":")[0] in NORMALISERS:
        return name_problems(how.split("+"))
    known = (*_OWN, *NORMALISERS)
    return [f"{shown(how)} is no comparison; allowed: {', '.join(known)}{nearest(how, known)}"]


def compare_field(how: str, gold: Any, got: Any) -> FieldVerdict:
    """The verdict of one field; `got` may be `ABSENT`. The name must be known (`comparison_problems`)."""
    if how.startswith(LISTS):
        return _lists(how, _listed(gold), _listed(got))
    if how == "one_of" and isinstance(gold, list):
        return _one_of(gold, got)
    return _null(gold, got) or _values(how, gold, got)


def missing(how: str, gold: Any) -> FieldVerdict:
    """The verdict of a field when there is no answer at all."""
    return compare_field(how, gold, ABSENT)


def _null(gold: Any, got: Any) -> FieldVerdict | None:
    if is_null(gold):
        extra = FieldVerdict("extra", fp=1, reason=f"expected nothing, got {shown(got)}")
        return FieldVerdict("absent") if is_null(got) else extra
    return FieldVerdict("missing", fn=1, reason=f"expected {plain(gold)}, got nothing") if is_null(got) else None


def _values(how: str, gold: Any, got: Any) -> FieldVerdict:
    equal, notes = _equal(how, gold, got)
    if equal:
        return FieldVerdict("right", tp=1, reason="; ".join(notes))
    return FieldVerdict("wrong", fp=1, fn=1, reason=with_notes(contrast(gold, got), notes))


def _equal(how: str, gold: Any, got: Any) -> tuple[bool, tuple[str, ...]]:
    if how in ("exact", "one_of"):
        return same(gold, got), ()
    matched = match(gold, got, FOLDED if how == "text" else how.split("+"))
    return matched.equal, (matched.note,) if matched.note else ()


def _one_of(options: list[Any], got: Any) -> FieldVerdict:
    if is_null(got):
        permitted = None in options or not options
        return (
            FieldVerdict("absent")
            if permitted
            else FieldVerdict("missing", fn=1, reason=f"expected one of {shown(options)}")
        )
    if any(same(option, got) for option in options):
        return FieldVerdict("right", tp=1)
    return FieldVerdict("wrong", fp=1, fn=1, reason=f"expected one of {shown(options)}, got {shown(got)}")


def _of_elements(how: str) -> str:
    return how.removeprefix("list:").partition(":")[2] or "exact"


def _listed(value: Any) -> Any:
    return [] if is_null(value) else value


def _lists(how: str, gold: Any, got: Any) -> FieldVerdict:
    if not isinstance(gold, list) or not isinstance(got, list):
        return _not_lists(gold, got)
    if not gold and not got:
        return FieldVerdict("absent")
    pairs = _pairs_in_order if how.startswith("list:sequence") else _pairs_of_sets
    return _counted(gold, got, pairs(gold, got, lambda left, right: _equal(_of_elements(how), left, right)[0]))


def _not_lists(gold: Any, got: Any) -> FieldVerdict:
    """One side is no list: every element of the other is lost."""
    lost = len(gold) if isinstance(gold, list) else 1
    return FieldVerdict("wrong", fp=1, fn=lost, reason=f"expected a list, got {shown(got)}")


def _counted(gold: list[Any], got: list[Any], pairs: list[tuple[int, int]]) -> FieldVerdict:
    paired_gold, paired_got = {left for left, _ in pairs}, {right for _, right in pairs}
    lacking = [item for at, item in enumerate(gold) if at not in paired_gold]
    surplus = [item for at, item in enumerate(got) if at not in paired_got]
    if not lacking and not surplus:
        return FieldVerdict("right", tp=len(pairs))
    said = [f"lacks {shown(item)}" for item in lacking[:1]] + [f"has {shown(item)} too many" for item in surplus[:1]]
    outcome: Outcome = "missing" if not got else "extra" if not gold else "wrong"
    return FieldVerdict(outcome, len(pairs), len(surplus), len(lacking), ", ".join(said))


def _pairs_of_sets(gold: list[Any], got: list[Any], equal: Callable[[Any, Any], bool]) -> list[tuple[int, int]]:
    """Each gold element with the first equal one of the reply that is still free; repeats count.

    A reply far longer than the gold is surplus from there on, so that a hostile one costs no more than a long one.
    """
    free, pairs = dict(enumerate(got[: 1000 + 2 * len(gold)])), []
    for index, item in enumerate(gold):
        found = next((at for at, other in free.items() if equal(item, other)), None)
        if found is not None:
            del free[found]
            pairs.append((index, found))
    return pairs


def _pairs_in_order(gold: list[Any], got: list[Any], equal: Callable[[Any, Any], bool]) -> list[tuple[int, int]]:
    """Elements that are equal at the same position."""
    return [(at, at) for at, (left, right) in enumerate(zip(gold, got, strict=False)) if equal(left, right)]
