"""Owns the scorer of the order that tool calls must keep: never a refund before the order was looked up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Exchange
from evaltui.scores.answer import right, wrong
from evaltui.scores.paths import is_null
from evaltui.scores.shown import plain, shown
from evaltui.scores.trajectory.gold import Conduct, gold_at

Pairs = dict[str, str | tuple[str, ...]] | tuple[dict[str, str | tuple[str, ...]] | tuple[str, str], ...]
_FORM = "{refund: lookup_order}, or a list of such pairs"


@dataclass(frozen=True, slots=True)
class Order(Conduct):
    """`before: {refund: lookup_order}`: no call of refund before one of lookup_order; several must all have come.

    Also a list of pairs, `[refund, lookup_order]` each, and the same in the case at the path `expected`. A call counts
    as come when it was made in an earlier turn (calls of one turn are made before any result is seen) and did not
    fail. A case in which no tool named first is called passes.
    """

    before: Pairs | None = None
    expected: str = "before"

    def __post_init__(self) -> None:
        if self.before is not None and not rules(self.before):
            raise ValueError(f"before is empty or has an empty name; write {_FORM}")

    def applies(self, case: Case) -> bool:
        """Whether the scorer or the case asks for an order."""
        return self.before is not None or not is_null(gold_at(case, self.expected))

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        gold = gold_at(evidence.case, self.expected)
        of_case = [] if is_null(gold) else rules(gold)
        if of_case is None:
            return Unscored(f"{self.expected} must be {_FORM}; found {shown(gold)}")
        asked = [*(rules(self.before) or []), *of_case]
        exchanges = evidence.trajectory.exchanges()
        broken = list(_broken(asked, exchanges))
        if broken:
            turn, reason = min(broken)
            more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            return wrong(f"turn {turn}: {reason}{more}", {"turn": turn, "turns": sorted(at for at, _ in broken)})
        bound = sum(one.call.tool in {later for later, _ in asked} for one in exchanges)
        said = f"order kept by {bound} calls" if bound else "no call that needs another before it"
        return right(said, {"bound": bound})


def rules(before: Any) -> list[tuple[str, str]] | None:
    """(the later tool, the one that must have come before it) of a mapping or list of pairs; None where it is none."""
    items = [before] if isinstance(before, dict) else before
    if not isinstance(items, list | tuple) or not items:
        return None
    pairs = [pair for item in items for pair in _pairs(item)]
    good = all(isinstance(name, str) and name for pair in pairs for name in pair)
    return pairs if pairs and good else None


def _pairs(item: Any) -> list[tuple[Any, Any]]:
    """Of one mapping, or of one pair; (None, None) stands for what is neither."""
    if isinstance(item, dict):
        named = [(later, first if isinstance(first, list | tuple) else [first]) for later, first in item.items()]
        return [(later, name) for later, names in named for name in names or [None]]
    return [(item[0], item[1])] if isinstance(item, list | tuple) and len(item) == 2 else [(None, None)]


def _broken(asked: list[tuple[str, str]], exchanges: tuple[Exchange, ...]) -> Iterator[tuple[int, str]]:
    """The turn and the sentence of each call that came too early."""
    for later, first in asked:
        came = min((one.call.turn for one in exchanges if one.call.tool == first and not one.failed), default=None)
        for call in (one.call for one in exchanges if one.call.tool == later):
            if came is None or came >= call.turn:
                yield call.turn, f"{plain(later)} {_why(first, call.turn, exchanges)}"


def _why(first: str, turn: int, exchanges: tuple[Exchange, ...]) -> str:
    made = [one for one in exchanges if one.call.tool == first]
    failed = next((one.call.turn for one in made if one.failed and one.call.turn < turn), None)
    if failed is not None:
        return f"although {plain(first)} failed at turn {failed}"
    if any(one.call.turn == turn for one in made):
        return f"in the same turn as {plain(first)}, not after it"
    came = f"; that came at turn {made[0].call.turn}" if made else ", which was never called"
    return f"before {plain(first)}{came}"
