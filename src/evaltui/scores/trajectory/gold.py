"""Owns where a trajectory scorer finds what it expects: in its own arguments, else in the case."""

from dataclasses import dataclass
from typing import Any, ClassVar

from evaltui.domain.case import Case
from evaltui.scores.paths import ABSENT, dig, is_null


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """Base of the scorers of conduct: what was done on the way, which can be judged however a conversation ended.

    A reply that was cut off or refused still passes nothing: see `evaltui.scores.run`.
    """

    judges_conduct: ClassVar[bool] = True

    def applies(self, case: Case) -> bool:  # noqa: ARG002 - others need gold of the case
        """Every case, unless the scorer needs gold that the case lacks."""
        return True


def gold_at(case: Case, path: str) -> Any:
    """The gold at a path of the case's `expected`, or `ABSENT`; below it an explicit null is gold."""
    return ABSENT if case.expected is None else dig(case.expected, path)


def names_at(case: Case, path: str) -> tuple[str, ...] | None:
    """The tool names at a path: one or a list; none where nothing is there, None where it is neither."""
    gold = gold_at(case, path)
    if is_null(gold):
        return ()
    listed = [gold] if isinstance(gold, str) else gold
    return tuple(listed) if isinstance(listed, list) and all(isinstance(name, str) for name in listed) else None
