"""Owns which cases contradict each other: the agent is told the same and expected to answer otherwise."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from evaltui.domain.base import digest
from evaltui.domain.case import Case
from evaltui.evalsets.health.words import case_text, normalise


@dataclass(frozen=True, slots=True)
class Conflict:
    """Cases of one text in the order of the set, by what is expected of them: at least two different answers."""

    answers: tuple[tuple[JsonValue, tuple[str, ...]], ...]

    @property
    def cases(self) -> tuple[str, ...]:
        """Every case that takes part."""
        return tuple(case for _, cases in self.answers for case in cases)


def conflicts(cases: Iterable[Case]) -> tuple[Conflict, ...]:
    """In the order of the set. A case without gold contradicts nothing; nor do cases whose tools answer otherwise."""
    seen: dict[tuple[str, str], dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        if case.expected is not None:
            tools = digest([call.model_dump() for call in case.tools])
            seen[normalise(case_text(case)), tools][digest(case.expected)].append(case)
    return tuple(_conflict(list(by_gold.values())) for by_gold in seen.values() if len(by_gold) > 1)


def _conflict(answers: list[list[Case]]) -> Conflict:
    return Conflict(tuple((each[0].expected, tuple(case.id for case in each)) for each in answers))
