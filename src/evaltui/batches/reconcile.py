"""Owns the decision after a create nobody confirmed: was it taken, is it still worth waiting, may it be sent again."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from evaltui.batches.names import nonce_of
from evaltui.batches.results import ResultLine, read_lines, read_results
from evaltui.domain.batch import Intent, RemoteBatch

SKEW = timedelta(minutes=2)
LOOKS = 10


@dataclass(frozen=True, slots=True)
class Adopt:
    """One batch fits: it is ours until its results say otherwise."""

    remote: RemoteBatch


@dataclass(frozen=True, slots=True)
class Several:
    """More than one fits: all stay suspects until the results of one prove the nonce."""

    remotes: tuple[RemoteBatch, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """None fits yet, and one may still appear: look again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resend:
    """It was not taken: the same chunk may be sent again."""


Judgement = Adopt | Several | Wait | Resend


def judge(
    intent: Intent, listed: Iterable[RemoteBatch], known: Set[str], now: datetime, window: timedelta
) -> Judgement:
    """What became of `intent`, from what the API lists since it was sent.

    `known` holds the ids of all batches in the ledger; `window` is how long a batch may take to appear in a
    listing. A batch fits that was created after the send (less two minutes of clock skew; a batch without a date
    may have been), has the intent's size, and is not known. An intent never sent is simply sent.
    """
    if intent.sent_at is None:
        return Resend()
    fitting = tuple(remote for remote in listed if _fits(remote, intent.size, intent.sent_at, known))
    if fitting:
        return Adopt(fitting[0]) if len(fitting) == 1 else Several(fitting)
    left = intent.sent_at + window - now
    return Wait(min(left, window / LOOKS).total_seconds()) if left > timedelta() else Resend()


def proves(source: Path | Iterable[bytes], nonce: str) -> bool:
    """Whether a results file, or its lines, hold a request of the chunk with this nonce."""
    lines = read_results(source) if isinstance(source, Path) else read_lines(source)
    return any(isinstance(line, ResultLine) and nonce_of(line.custom_id) == nonce for line in lines)


def _fits(remote: RemoteBatch, size: int, sent_at: datetime, known: Set[str]) -> bool:
    in_time = remote.created_at is None or remote.created_at >= sent_at - SKEW
    return in_time and remote.counts.total == size and remote.id not in known
