"""Owns how a run whose results were made elsewhere is kept: whole, in one transaction, or not at all.

Its requests were never ours to send: their intent has no chunk, so that nothing takes them for unsent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice

from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of
from evaltui.domain.request import Errored, Outcome
from evaltui.domain.run import IMPORTED, Run
from evaltui.domain.tool import ToolCall
from evaltui.store.codec import Squeeze, squeezer
from evaltui.store.conversations import Ending, Followup, add_followup, add_tool_result
from evaltui.store.database import Store
from evaltui.store.ingest import INSERT_DOWNLOAD, insert_outcome
from evaltui.store.intents import INSERT_REQUEST, open_intent
from evaltui.store.runs import NewRun, add_run
from evaltui.store.runs import run as run_by_id
from evaltui.store.text import stamp, text

HEAD = 200
"""How many results are held back to train a dictionary on."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One sample's conversation: `ending` is that of the last reply; `failure` came instead of a further one."""

    case_id: str
    trial: int
    turns: tuple[Turn, ...] = ()
    ending: Ending = "answered"
    reason: str = ""
    failure: Errored | None = None


def import_run(
    store: Store, new: NewRun, scoring: tuple[str, str], nonce: str, results: Iterable[Brought], *, absent: Errored
) -> Run:
    """Keep a run with its results, streamed; samples without one get the outcome `absent`. Its own transaction.

    Each result is of a case of the run and of a trial in it, none is given twice. What `results` raises leaves
    nothing behind.
    """
    with store.transaction():
        run = add_run(store, new, None, scoring)
        intent, at = open_intent(store, run.id, nonce, datetime.now(UTC)), datetime.now(UTC)
        download = store.connection.execute(INSERT_DOWNLOAD, (intent, stamp(at))).lastrowid or 0
        rest = iter(results)
        head = list(islice(rest, HEAD))
        bodies = [turn.reply.body for brought in head for turn in brought.turns]
        keep = _Keeping(store, intent, download, squeezer(store, run.id, bodies))
        samples = dict(_samples(store, run.id))
        for brought in chain(head, rest):
            keep.conversation(samples.pop((brought.case_id, brought.trial)), brought)
        for sample_id in samples.values():
            keep.request(sample_id, 1, absent)
    return run


def imported_before(store: Store, evalset_id: int, agent_digest: str, agent: str) -> Run | None:
    """The run that the same results of the same agent, on the same evalset, became before."""
    row = store.connection.execute(IMPORTED_BEFORE, (evalset_id, agent_digest, text(agent), IMPORTED)).fetchone()
    return None if row is None else run_by_id(store, row[0])


IMPORTED_BEFORE = """
    SELECT id FROM runs WHERE evalset_id = ? AND agent_digest = ? AND agent = ? AND engine = ? ORDER BY id DESC LIMIT 1
"""


def _samples(store: Store, run_id: int) -> Iterator[tuple[tuple[str, int], int]]:
    for case_id, trial, sample_id in store.connection.execute(SAMPLES, (run_id,)):
        yield (case_id, trial), sample_id


SAMPLES = """
    SELECT cases.case_id, samples.trial, samples.id FROM samples JOIN cases ON cases.id = samples.case_row
    WHERE samples.run_id = ? ORDER BY samples.id
"""


@dataclass(frozen=True, slots=True)
class _Keeping:
    """Where the rows go."""

    store: Store
    intent: int
    download: int
    squeeze: Squeeze

    def conversation(self, sample_id: int, brought: Brought) -> None:
        for number, turn in enumerate(brought.turns, 1):
            request = self.request(sample_id, number, turn.reply)
            self._results(request, turn)
            last = number == len(brought.turns) and brought.failure is None
            said = Followup(brought.ending, brought.reason, turn.said) if last else Followup(said=turn.said)
            add_followup(self.store, request, said)
        if brought.failure is not None:
            self.request(sample_id, len(brought.turns) + 1, brought.failure)

    def request(self, sample_id: int, turn: int, outcome: Outcome) -> int:
        """Keep a request that nobody knows the words of, and what came of it; its id."""
        values = (self.intent, f"{sample_id}-t{turn}", sample_id, "answer", turn, 1, "", 0)
        request = self.store.connection.execute(INSERT_REQUEST, values).lastrowid or 0
        insert_outcome(self.store, request, self.download, outcome, self.squeeze)
        return request

    def _results(self, request: int, turn: Turn) -> None:
        message = message_of(turn.reply)
        calls: Sequence[ToolCall] = () if isinstance(message, Unreadable) else calls_of(message)
        for position, (call, result) in enumerate(zip(calls, turn.results, strict=False)):
            if result is not None:
                add_tool_result(self.store, request, position, call, result)
