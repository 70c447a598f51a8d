"""What a production log tells of one conversation of an agent, and what a log tells that is no conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from evaltui.domain.conversation import Turn, trajectory_of
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.tool import Block, Content
from evaltui.domain.trajectory import Trajectory

MarkKind = Literal["error", "interrupted", "declined", "rated", "comment"]
Reason = Literal[
    "error", "tool_error", "refusal", "truncated", "loop", "interrupted", "declined", "rated_down", "correction",
    "score",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it stands: its first line (from 1; 0 is the whole file), and the byte from which reading goes on after it.

    `records` counts the lines that it was made of.
    """

    line: int = 0
    after: int = 0
    records: int = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What a log itself says of a turn (from 1), beside the messages.

    A person who interrupted it, declined what it was about to do, rated it (`value` is 1 for thumbs up and 0 for thumbs
    down) or wrote a comment; an error that came in place of a reply.
    """

    turn: int
    kind: MarkKind
    words: str
    value: float | None = None


@dataclass(frozen=True)  # without slots: many look for failures in the trajectory, which is put together once
class Item:
    """One conversation, or one request with its reply.

    `kind` names the importer. `id` is a digest of what the source is, so that the same log gives the same ids twice.
    `source` is the source's own name for it, `part` that of the sidechain or "". `at` is ISO 8601 in UTC, "" where the
    log does not tell. `opening` stands before the first reply, without the system prompt. The first `told` turns were
    sent along as history: their tokens are not in the usage of the trajectory. `error` came in place of the last reply.
    `notes` are what could not be taken as it was written.
    """

    kind: str
    id: str
    source: str
    place: Place
    at: str = ""
    model: str = ""
    part: str = ""
    opening: tuple[Block, ...] = ()
    turns: tuple[Turn, ...] = ()
    told: int = 0
    system: Content | None = None
    tools: tuple[Block, ...] = ()
    status: int | None = None
    error: Errored | None = None
    marks: tuple[Mark, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @cached_property
    def trajectory(self) -> Trajectory:
        """What the agent did; one without a step where no reply is logged. `usage` counts each token once."""
        held = trajectory_of(self.turns)
        return held if isinstance(held, Trajectory) else Trajectory((), None)

    @property
    def stop_reason(self) -> str | None:
        """Of the last reply; None where an error came in its place."""
        return None if self.error or not self.turns else self.turns[-1].reply.stop_reason


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that became no item: why, in words of which few differ, and what was found there.

    One that is not `damaged` is sound and tells of no conversation.
    """

    place: Place
    reason: str
    found: str = ""
    damaged: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """What looks like one in an item. `turn` counts from 1. Failures of one `signature` are alike.

    `key` is of this one event: told by two records, as when a later request sends it along as history, it has the same
    key in both.
    """

    reason: Reason
    turn: int
    words: str
    signature: str
    key: str
