"""Owns the live engine: a batch that this process sends itself, request by request, to the Messages API.

To the loop it is an engine as any other. What a provider would keep of a batch lies in `folder`: `NONCE.json` the
requests, `NONCE.journal` what became of each, `NONCE.cancel` that nothing more is to be sent.
"""

import os
import re
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from evaltui.batches import live_journal
from evaltui.batches.claude import changed
from evaltui.batches.claude_client import API, ClaudeClient
from evaltui.batches.claude_messages import canceled, send_message, unanswered
from evaltui.batches.claude_tokens import count_tokens
from evaltui.batches.download import save
from evaltui.batches.engine import Downloaded
from evaltui.batches.live_job import INTERRUPTED, Job, requests_of
from evaltui.batches.live_journal import Journal, State
from evaltui.batches.throttle import Throttle
from evaltui.domain.batch import Chunk, Fault, RemoteBatch

REMOTE_ID = re.compile(r"live_([a-z0-9]{10})")
LONG_PAUSE = 10.0  # seconds that a person should read of
WORRYING = 5  # refusals in a row after which a person should read of them
DISK_ADVICE = "mend the folder or free space, then resume"


class LiveEngine:
    """Messages at `base_url` under `api_key`, at most `concurrency` at a time, journals in `folder`.

    `floor`: the least wait in seconds after the server refused a request for now. `grace`: seconds that `close`
    waits for the replies under way; what comes later counts as unanswered.
    """

    name = "live"

    def __init__(
        self,
        api_key: str,
        base_url: str = API,
        folder: Path = Path(),
        concurrency: int = 8,
        *,
        timeout: float = 600.0,
        floor: float = 1.0,
        grace: float = 5.0,
    ) -> None:
        self._api = ClaudeClient(api_key, base_url, timeout=timeout)
        self._folder, self._concurrency, self._grace = folder, concurrency, grace
        self._throttle = Throttle(concurrency, floor)
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        return self._api.endpoint

    @property
    def sender(self) -> str:
        return self._api.sender

    def count_tokens(self, params: bytes) -> int | Fault:
        return count_tokens(self._api, params)

    def submit(self, chunk: Chunk) -> RemoteBatch | Fault:
        client = self._api.connected()
        if isinstance(client, Fault):
            return client
        try:
            if not self._path(chunk.nonce).exists():
                problem = changed(chunk)
                if problem is not None:
                    return problem
                self._adopt(chunk)
            return self._taken(chunk.nonce)
        except (OSError, ValueError) as error:
            return Fault("stop", f"the live batch cannot be written: {error}", DISK_ADVICE)

    def status(self, remote_id: str) -> RemoteBatch | Fault:
        """As it is now; one whose sender is gone is taken up where its journal ends."""
        nonce = self._known(remote_id)
        if isinstance(nonce, Fault):
            return nonce
        try:
            with self._lock:
                return self._status(remote_id, nonce)
        except (OSError, ValueError) as error:
            return Fault("stop", f"the journal of {remote_id} cannot be read: {error}", DISK_ADVICE)

    def cancel(self, remote_id: str) -> RemoteBatch | Fault:
        """What was not sent never is; whoever sends the batch sees the mark."""
        nonce = self._known(remote_id)
        if isinstance(nonce, Fault):
            return nonce
        try:
            self._mark(nonce).touch()
            with self._lock:
                if nonce not in self._jobs and (journal := Journal.take(self._path(nonce))) is not None:
                    self._end(nonce, journal)
                return self._seen(remote_id, nonce)
        except (OSError, ValueError) as error:
            return Fault("stop", f"the journal of {remote_id} cannot be written: {error}", DISK_ADVICE)

    def recent(self, since: datetime) -> tuple[RemoteBatch, ...] | Fault:
        try:
            names = [path.stem for path in self._folder.glob("*.journal")]
            found = [self._seen(f"live_{nonce}", nonce) for nonce in names]
        except (OSError, ValueError) as error:
            return Fault("stop", f"the journals in {self._folder} cannot be read: {error}", DISK_ADVICE)
        dated = [(batch.created_at, batch) for batch in found if batch.created_at and batch.created_at >= since]
        return tuple(batch for _, batch in sorted(dated, key=lambda pair: pair[0], reverse=True))

    def download(self, remote: RemoteBatch, target: Path) -> Downloaded | Fault:
        nonce = self._known(remote.id)
        if isinstance(nonce, Fault):
            return nonce
        try:
            return save(live_journal.results(self._path(nonce)), target, remote.counts.total)
        except OSError as error:
            return Fault("stop", f"the journal of {remote.id} cannot be read: {error}", DISK_ADVICE)

    def close(self) -> None:
        """Nothing more leaves; replies under way have `grace` seconds to come."""
        self._throttle.close()
        self._throttle.emptied(self._grace)
        with self._lock:
            for job in self._jobs.values():
                job.close()
            self._jobs.clear()
        self._api.close()

    def _taken(self, nonce: str) -> RemoteBatch:
        """A batch that was taken is never a fault, whatever its first requests met by now: that is for `status`."""
        with self._lock:
            if nonce not in self._jobs:
                self._resumed(nonce)
            return self._seen(f"live_{nonce}", nonce)

    def _status(self, remote_id: str, nonce: str) -> RemoteBatch | Fault:
        job = self._jobs.get(nonce) or self._resumed(nonce)
        seen = self._seen(remote_id, nonce)
        if job is None:
            return seen
        if seen.status == "ended":
            self._jobs.pop(nonce).close()
            self._body(nonce).unlink(missing_ok=True)
            return seen
        if job.fault is not None:
            return self._stopped(nonce, job.fault) if job.idle else seen
        return self._worrying(job) or seen

    def _worrying(self, job: Job) -> Fault | None:
        """What keeps a batch for longer than a moment."""
        if job.worry and self._throttle.refused >= WORRYING:
            return Fault("transient", f"{job.worry} ({self._throttle.refused} times in a row)")
        pause = self._throttle.pause if job.worry else 0.0
        return Fault("rate_limited", job.worry, retry_after=pause) if pause > LONG_PAUSE else None

    def _stopped(self, nonce: str, fault: Fault) -> Fault:
        """Replies under way have come; the next look begins anew."""
        self._jobs.pop(nonce).close()
        return fault

    def _resumed(self, nonce: str) -> Job | None:
        """Takes up an unfinished batch; None where it has ended, or another process sends it."""
        if live_journal.read(self._path(nonce)).finished:
            self._body(nonce).unlink(missing_ok=True)
            return None
        journal = Journal.take(self._path(nonce))
        if journal is None:
            return None
        send = partial(send_message, self._api)
        self._api.connected()  # made once, before threads ask for it
        body, mark = self._body(nonce), self._mark(nonce)
        job = Job(journal, body, mark, send, throttle=self._throttle, threads=self._concurrency)
        self._jobs[nonce] = job
        return job

    def _seen(self, remote_id: str, nonce: str) -> RemoteBatch:
        state: State = self._jobs[nonce].journal.state if nonce in self._jobs else live_journal.read(self._path(nonce))
        remote = state.remote(remote_id, canceling=self._mark(nonce).exists())
        return replace(remote, ended_at=datetime.now(UTC)) if remote.status == "ended" else remote

    def _end(self, nonce: str, journal: Journal) -> None:
        """Cancel a batch that nobody sends."""
        try:
            for custom_id in sorted(journal.state.open):
                journal.result(custom_id, unanswered(INTERRUPTED))
            if not journal.state.finished:
                for request in requests_of(self._body(nonce)):
                    if request.custom_id not in journal.state.done:
                        journal.result(request.custom_id, canceled())
        finally:
            journal.close()

    def _adopt(self, chunk: Chunk) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        body = self._body(chunk.nonce)
        part = body.with_suffix(".copy")
        part.touch(mode=0o600)  # prompts may be private
        shutil.copyfile(chunk.body, part)
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(body)
        live_journal.create(self._path(chunk.nonce), datetime.now(UTC), chunk.size)

    def _known(self, remote_id: str) -> str | Fault:
        name = REMOTE_ID.fullmatch(remote_id)
        if name is None or not self._path(name[1]).is_file():
            return Fault("missing", f"there is no live batch {remote_id} in {self._folder}")
        return name[1]

    def _path(self, nonce: str) -> Path:
        return self._folder / f"{nonce}.journal"

    def _body(self, nonce: str) -> Path:
        return self._folder / f"{nonce}.json"

    def _mark(self, nonce: str) -> Path:
        return self._folder / f"{nonce}.cancel"
