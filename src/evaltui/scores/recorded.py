"""Owns the scorer of what was judged elsewhere: the score that came with a result."""

from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.score import Evidence, Score, Unscored
from evaltui.scores.shown import listed, plain, shown


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recorded score called `of`, as its value; it passes from `at_least` on."""

    of: str
    at_least: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.at_least <= 1:
            raise ValueError(f"at_least is {self.at_least:g}; it must be above 0 and at most 1")

    def applies(self, case: Case) -> bool:  # noqa: ARG002 - the score comes with the result, not with the case
        """Every case."""
        return True

    def score(self, evidence: Evidence) -> Score | Unscored:
        """Judge one sample; a result that came without the score is missing evidence."""
        recorded = evidence.trajectory.recorded
        try:
            value = recorded[self.of]
        except KeyError:
            known = f"recorded are {listed(map(plain, recorded))}" if recorded else "no score is recorded with it"
            return Unscored(f"the result came without a score {plain(self.of)}: {known}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            return Unscored(f"the recorded score {plain(self.of)} is {shown(value)}; a value lies in 0 to 1")
        passed = value >= self.at_least
        return Score(float(value), passed, f"{value:g} was recorded" + ("" if passed else f", not {self.at_least:g}"))
