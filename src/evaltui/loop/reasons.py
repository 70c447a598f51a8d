"""What each scorer said of a case in two runs, side by side."""

from dataclasses import dataclass

from evaltui.store.cases import SampleDetail
from evaltui.store.scores import ScoreRow


@dataclass(frozen=True, slots=True)
class Said:
    """One scorer before and after; None in a run that has no score of it."""

    scorer: str
    before: ScoreRow | None
    after: ScoreRow | None

    @property
    def changed(self) -> bool:
        """Whether it came to another verdict, value or reason."""
        return _verdict(self.before) != _verdict(self.after)

    @property
    def judged(self) -> bool:
        """Whether a model was asked."""
        return any(row is not None and row.kind == "judge" for row in (self.before, self.after))


def both_said(before: SampleDetail | None, after: SampleDetail | None) -> tuple[Said, ...]:
    """Every scorer of either run: those whose verdict changed first, then those of other words, then the rest."""
    old, new = ({row.scorer: row for row in detail.scores} if detail else {} for detail in (before, after))
    said = [Said(name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old])]
    return tuple(sorted(said, key=lambda one: (_passed(one.before) == _passed(one.after), not one.changed)))


def _verdict(row: ScoreRow | None) -> object:
    return None if row is None else (row.passed, row.value, row.reason)


def _passed(row: ScoreRow | None) -> bool | None:
    return None if row is None else row.passed
