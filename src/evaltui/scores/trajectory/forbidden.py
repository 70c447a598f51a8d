"""Owns the scorer of tools that must never be called."""

from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.scores.answer import right, wrong
from evaltui.scores.paths import is_null
from evaltui.scores.shown import plain, shown
from evaltui.scores.trajectory.gold import Conduct, gold_at, names_at


@dataclass(frozen=True, slots=True)
class ForbiddenTools(Conduct):
    """None of `tools`, nor of those the case names at the path `expected` (one or a list), is ever called."""

    tools: str | tuple[str, ...] = ()
    expected: str = "forbidden_tools"

    def applies(self, case: Case) -> bool:
        """Whether the scorer or the case forbids any tool."""
        return bool(self.tools) or not is_null(gold_at(case, self.expected))

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample."""
        of_case = names_at(evidence.case, self.expected)
        if of_case is None:
            return Unscored(f"{self.expected} must name tools; found {shown(gold_at(evidence.case, self.expected))}")
        forbidden = {*([self.tools] if isinstance(self.tools, str) else self.tools), *of_case}
        calls = evidence.trajectory.calls()
        made = [call for call in calls if call.tool in forbidden]
        if not made:
            return right(f"none of {len(forbidden)} forbidden tools in {len(calls)} calls", {"calls": len(calls)})
        turns = [call.turn for call in made]
        more = f" ({len(made)} forbidden calls)" if len(made) > 1 else ""
        detail = {"turn": turns[0], "turns": turns, "tools": sorted({plain(str(call.tool)) for call in made})}
        return wrong(f"turn {turns[0]}: called {plain(str(made[0].tool))}, which is forbidden{more}", detail)
