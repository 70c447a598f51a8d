"""Owns what one rule hands back: the check that people read and the way out when it does not pass."""

from dataclasses import dataclass

from evaltui.domain.verdict import Check, Deciding, Status

NOT_DECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` is one sentence that names a command or an act; empty when the check passes."""

    check: Check
    remedy: str = ""

    @property
    def status(self) -> Status:
        return self.check.status

    @property
    def words(self) -> str:
        return self.check.words


def found(name: str, status: Status, words: str, cases: tuple[Deciding, ...] = (), remedy: str = "") -> Finding:
    """A finding in one call."""
    return Finding(Check(name, status, words, cases), remedy)
