"""Owns the names of the ways to compare the calls made with those expected, and what each of them asks for."""

from dataclasses import dataclass

from evaltui.scores.shown import nearest, shown


@dataclass(frozen=True, slots=True)
class Mode:
    """`all_gold`: every expected call is made. `no_extra`: no other is. `ordered`: in the order of the gold."""

    name: str
    all_gold: bool
    no_extra: bool
    ordered: bool = False

    def value(self, recall: float, precision: float) -> float:
        """The partial credit in [0, 1]; 1 exactly when the mode is met. `strict` is 1 or 0."""
        if self.all_gold and self.no_extra:
            whole = recall == 1 == precision
            return float(whole) if self.ordered else f1(recall, precision)
        return recall if self.all_gold else precision


def f1(recall: float, precision: float) -> float:
    """The harmonic mean."""
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


MODES = {
    mode.name: mode
    for mode in (
        Mode("strict", all_gold=True, no_extra=True, ordered=True),
        Mode("in_order", all_gold=True, no_extra=False, ordered=True),
        Mode("any_order", all_gold=True, no_extra=False),
        Mode("superset", all_gold=True, no_extra=False),
        Mode("unordered", all_gold=True, no_extra=True),
        Mode("subset", all_gold=False, no_extra=True),
    )
}
"""any_order is what ADK calls so and superset what agentevals calls so: the same thing. unordered is agentevals'."""

# ADK and pydantic-evals say exact; ADK writes its names in capitals.
_SYNONYMS = {"exact": "strict"}


def mode_named(name: str) -> Mode | None:
    """The mode, however its name is written: `IN_ORDER`, `in-order`, `in_order`."""
    plain = name.casefold().replace("-", "_")
    return MODES.get(_SYNONYMS.get(plain, plain))


def mode_problem(name: str) -> str:
    """What is wrong with a mode's name, or ""."""
    known = (*MODES, *_SYNONYMS)
    return "" if mode_named(name) else f"mode is {shown(name)}; allowed: {', '.join(known)}{nearest(name, known)}"
