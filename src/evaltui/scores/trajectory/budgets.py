"""Owns the scorers of what a conversation may use up: turns, tool calls, tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, ClassVar, Literal

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.domain.trajectory import Trajectory, Usage
from evaltui.scores.answer import right, wrong
from evaltui.scores.paths import is_null
from evaltui.scores.shown import plain, shown
from evaltui.scores.trajectory.gold import Conduct, gold_at

NEAR_THE_CAP = "near the cap"


@dataclass(frozen=True, slots=True)
class Used:
    """How much was used; `turn` is that in which the limit was passed, None within it or where that is not known."""

    amount: int
    turn: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class _Budget(Conduct):
    """At most `limit`, or what the case names at the path `expected`, which goes before; 1 or 0.

    From the share `near` of the limit on, a passing reason says "near the cap" and the detail has a `warning`.
    """

    limit: int | None = None
    near: float = 0.9
    expected: str = ""

    unit: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"limit is {self.limit}; it must be 0 or more")
        if not 0 < self.near <= 1:
            raise ValueError(f"near is {self.near:g}; it is a share of the limit, above 0 and at most 1")

    def applies(self, case: Case) -> bool:
        """Whether the scorer or the case sets a limit."""
        return not is_null(self._limit(case))

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        limit = self._limit(evidence.case)
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            return Unscored(f"{self.expected} must be a whole number, 0 or more; found {shown(limit)}")
        used = self.used(evidence.trajectory, limit)
        return used if isinstance(used, Unscored) else self._judged(used, limit)

    def used(self, trajectory: Trajectory, limit: int) -> Used | Unscored:
        """What the conversation used."""
        raise NotImplementedError

    def _limit(self, case: Case) -> Any:
        of_case = gold_at(case, self.expected)
        return self.limit if is_null(of_case) else of_case

    def _judged(self, used: Used, limit: int) -> Score:
        detail: dict[str, Any] = {"used": used.amount, "limit": limit, "unit": self.unit}
        if used.amount > limit:
            place = "" if used.turn is None else f"turn {used.turn}: "
            at = {} if used.turn is None else {"turn": used.turn}
            return wrong(f"{place}{used.what}{used.amount} {self.unit}, at most {limit} allowed", {**detail, **at})
        said = f"{used.amount} of {limit} {self.unit}"
        if used.amount and used.amount >= self.near * limit:
            return right(f"{said}, {NEAR_THE_CAP}", {**detail, "warning": NEAR_THE_CAP})
        return right(said, detail)


@dataclass(frozen=True, slots=True)
class TurnBudget(_Budget):
    """The assistant takes at most `limit` turns. A case's own limit is its `max_turns`."""

    expected: str = "max_turns"
    unit: ClassVar[str] = "turns"

    def used(self, trajectory: Trajectory, limit: int) -> Used:
        """See `_Budget.used`."""
        return Used(trajectory.turns, next(iter(trajectory.turn_numbers[limit:]), None))


@dataclass(frozen=True, slots=True)
class CallBudget(_Budget):
    """At most `limit` tool calls, parallel ones counted one by one. A case's own limit is its `max_calls`."""

    expected: str = "max_calls"
    unit: ClassVar[str] = "tool calls"

    def used(self, trajectory: Trajectory, limit: int) -> Used:
        """See `_Budget.used`."""
        calls = trajectory.calls()
        if len(calls) <= limit:
            return Used(len(calls))
        return Used(len(calls), calls[limit].turn, f"{plain(str(calls[limit].tool))} is call {limit + 1} of ")


@dataclass(frozen=True, slots=True)
class TokenBudget(_Budget):
    """At most `limit` tokens over all turns. A case's own limit is its `max_tokens`.

    `counts` all: input (cached input too; each turn sends the history again) and output; or output alone.
    """

    counts: Literal["all", "output"] = "all"
    expected: str = "max_tokens"
    unit: ClassVar[str] = "tokens"

    def used(self, trajectory: Trajectory, limit: int) -> Used | Unscored:
        """See `_Budget.used`; without recorded usage nothing can be said."""
        if trajectory.usage == Usage():
            return Unscored("no token usage is recorded for this reply")
        sums = list(accumulate(self._tokens(usage) for usage in trajectory.usages))
        return Used(self._tokens(trajectory.usage), _turn_past(limit, sums, trajectory.turn_numbers))

    def _tokens(self, usage: Usage) -> int:
        if self.counts == "output":
            return usage.output_tokens
        sent = usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens
        return sent + usage.output_tokens


def _turn_past(limit: int, sums: Sequence[int], turns: Sequence[int]) -> int | None:
    """The turn whose sum passes the limit; None where usage is not known turn by turn."""
    if len(sums) != len(turns):
        return None
    return next((turn for turn, total in zip(turns, sums, strict=True) if total > limit), None)
