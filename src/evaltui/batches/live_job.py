"""Owns the sending of one live batch: its threads, its journal, and the order of the two.

Nothing paid is sent twice: a request leaves only after the journal says so, and one that left without an answer is
never sent again by itself.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from evaltui.batches.claude_messages import Answer, Later, canceled, given_up, unanswered
from evaltui.batches.faults import clean
from evaltui.batches.live_journal import Journal
from evaltui.batches.throttle import Throttle
from evaltui.domain.batch import Fault

Send = Callable[[bytes], Answer | Later | Fault]
DISK_ADVICE = "mend the folder or free space, then resume"
REFUSALS = 12  # of one request, after which it is recorded as errored: it may be too big for any minute's limit
INTERRUPTED = "the program ended before the reply came"


class Request(msgspec.Struct):
    """One request of a chunk."""

    custom_id: str
    params: msgspec.Raw


class _Body(msgspec.Struct):
    requests: list[Request]


def requests_of(body: Path) -> list[Request]:
    """The requests of a chunk's body; raises OSError and ValueError."""
    return msgspec.json.decode(body.read_bytes(), type=_Body).requests


class Job:
    """Sends what the journal does not know as sent, with `threads` threads; `cancel_mark` is a file that ends it."""

    def __init__(
        self, journal: Journal, body: Path, cancel_mark: Path, send: Send, *, throttle: Throttle, threads: int
    ) -> None:
        self._journal, self._body, self._mark = journal, body, cancel_mark
        self._send, self._throttle = send, throttle
        self._lock = threading.Lock()
        self._left: deque[Request] = deque()
        self._under_way = 0
        self._refusals: Counter[str] = Counter()
        self.fault: Fault | None = None
        """Why nothing more is sent."""
        self.worry = ""
        """What the server last refused a request with; empty while it answers."""
        self._begin(threads)

    @property
    def journal(self) -> Journal:
        return self._journal

    @property
    def idle(self) -> bool:
        """Whether no request is under way."""
        return not self._under_way

    def close(self) -> None:
        """Keep what is known; replies that come later are not."""
        with self._lock:
            self._journal.close()

    def _begin(self, threads: int) -> None:
        state = self._journal.state
        for custom_id in sorted(state.open):
            self._journal.result(custom_id, unanswered(INTERRUPTED))
        if state.finished:
            return
        asked = requests_of(self._body)
        self._left.extend(request for request in asked if request.custom_id not in state.done)
        for _ in range(min(threads, len(self._left))):
            threading.Thread(target=self._work, name="evaltui-live", daemon=True).start()

    def _work(self) -> None:
        while (request := self._next()) is not None and self._throttle.enter():
            try:
                self._one(request)
            except OSError as error:
                self.fault = Fault("stop", f"the journal cannot be written: {error}", DISK_ADVICE)
            except Exception as error:  # noqa: BLE001 - a thread that dies unheard leaves its batch waiting for ever
                self.fault = Fault("stop", clean(f"sending failed: {type(error).__name__}: {error}"))
            finally:
                self._throttle.leave()

    def _next(self) -> Request | None:
        with self._lock:
            return self._left.popleft() if self._left and self.fault is None else None

    def _one(self, request: Request) -> None:
        if not self._leaves(request):
            return
        came: Answer | Later | Fault | None = None
        try:
            came = self._send(bytes(request.params))
        finally:
            with self._lock:  # at once: nobody may find us idle before a reply that came is kept
                self._under_way -= 1
                if came is not None and not self._journal.closed:
                    self._keep(request, came)

    def _leaves(self, request: Request) -> bool:
        """Whether the journal holds that the request may leave now."""
        with self._lock:
            if self._journal.closed or self.fault is not None:
                return False
            if self._mark.exists():
                self._journal.result(request.custom_id, canceled())
                return False
            self._journal.sent(request.custom_id)
            self._under_way += 1
            return True

    def _keep(self, request: Request, came: Answer | Later | Fault) -> None:
        if isinstance(came, Answer):
            self._throttle.answered(came.pause)
            self._journal.result(request.custom_id, came)
            self.worry = ""
        elif isinstance(came, Fault):
            self._put_back(request)
            self.fault = came
        else:
            self._refused(request, came)

    def _refused(self, request: Request, came: Later) -> None:
        self._throttle.later(came.seconds)
        self.worry = came.message
        self._refusals[request.custom_id] += came.reached
        if self._refusals[request.custom_id] < REFUSALS:
            self._put_back(request)
        else:
            self._journal.result(request.custom_id, given_up(came, REFUSALS))

    def _put_back(self, request: Request) -> None:
        """At the end: one that is always refused must not hold up the others."""
        self._journal.refused(request.custom_id)
        self._left.append(request)
