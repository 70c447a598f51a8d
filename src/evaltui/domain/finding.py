"""What a person found in a case of a run, and the acts that say so."""

from dataclasses import dataclass
from typing import Literal

Label = Literal["accept", "real", "flaky", "dispute", "bad", "later"]

LABELS: dict[Label, str] = {
    "real": "real regression",
    "bad": "bad case",
    "dispute": "grade disputed",
    "flaky": "flaky",
    "accept": "accepted",
    "later": "later",
}
"""In words, what asks for work first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What stands of one case of a run, by its position in the evalset; `later` leaves the case open.

    `finding_id` is the fact that gave the label.
    """

    position: int
    case_id: str
    label: Label | None
    note: str | None
    finding_id: int | None
    who: str
    at: str

    @property
    def judged(self) -> bool:
        """Whether somebody has decided."""
        return self.label is not None and self.label != "later"


@dataclass(frozen=True, slots=True)
class Finding:
    """One case in an act: a label, a note, or both; an empty note takes an earlier one away."""

    position: int
    label: Label | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HumanLabel:
    """Whether a reply passes by a scorer, and by a criterion of it where it has several, as a person says."""

    sample_id: int
    request_id: int
    scorer: str
    passed: bool
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a file that give way to others; digests are of the whole file, before and after."""

    file: str
    start: int
    removed: bytes
    inserted: bytes
    digest_before: str
    digest_after: str

    @property
    def reverse(self) -> "Edit":
        """What takes this back."""
        return Edit(self.file, self.start, self.inserted, self.removed, self.digest_after, self.digest_before)


@dataclass(frozen=True, slots=True)
class NewAct:
    """What one key or one command does; `words` say it in the past."""

    words: str
    findings: tuple[Finding, ...] = ()
    labels: tuple[HumanLabel, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was kept; `positions` are those of its cases."""

    id: int
    run_id: int
    words: str
    who: str
    at: str
    positions: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
