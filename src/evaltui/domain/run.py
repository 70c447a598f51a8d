"""A run: one agent against one evalset, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime

IMPORTED = "imported"
"""The engine of a run whose results were made elsewhere."""


@dataclass(frozen=True, slots=True)
class Run:
    """`only` is the filter the run was started with; `endpoint` the base URL its batches live at.

    `turns`: the most replies one conversation may have; `primed`: one request goes ahead and fills the prompt cache.
    """

    id: int
    evalset: str
    evalset_digest: str
    agent: str
    agent_digest: str
    model: str
    trials: int
    engine: str
    endpoint: str
    created_at: datetime
    git_revision: str | None = None
    git_dirty: bool = False
    only: str = ""
    folder: str = ""
    turns: int = 1
    agent_file: str = ""
    primed: bool = False

    @property
    def made_elsewhere(self) -> bool:
        """Whether its results were imported: nothing can be sent for its samples, only judges may be asked."""
        return self.engine == IMPORTED


@dataclass(frozen=True, slots=True)
class Progress:
    """Samples of a run by where they stand; they add up to `samples`.

    unplanned: needs a request, its first or its next; waiting: a request is planned or sent, or its reply is to be
    followed; answered: its conversation is over; failed: the last attempt errored, expired or was canceled. `scored`
    counts answered samples with all their scores.
    """

    samples: int
    unplanned: int
    waiting: int
    answered: int
    failed: int
    scored: int

    @property
    def complete(self) -> bool:
        """Every sample has a reply and its scores."""
        return self.samples > 0 and self.scored == self.samples

    @property
    def pending(self) -> int:
        """Samples of which more may still come by itself: not sent, awaited, or not scored yet."""
        return self.unplanned + self.waiting + self.answered - self.scored

    @property
    def settled(self) -> bool:
        """Nothing more comes by itself; samples without a reply may be left."""
        return self.samples > 0 and self.pending == 0
