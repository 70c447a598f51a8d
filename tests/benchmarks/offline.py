"""One run without a network, as `evaltui run` makes it: `python -m tests.benchmarks.offline EVALSET DB WORDS WRONG`.

The engine answers from memory and writes results files; its own work is part of the process that is measured.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tests.benchmarks.material import filler, said

from evaltui.batches.download import save
from evaltui.batches.engine import Downloaded
from evaltui.domain.batch import Chunk, Counts, RemoteBatch
from evaltui.loop.advance import drive
from evaltui.loop.load import load, selection
from evaltui.loop.open import open_session
from evaltui.loop.session import Pace
from evaltui.loop.start import Wanted, choose, start
from evaltui.store.database import open_store

NAME = re.compile(rb'"custom_id":"([^"]+)"')
LINE = (
    '{"custom_id":"%s","result":{"type":"succeeded","message":{"id":"msg_%07d","type":"message","role":"assistant",'
    '"model":"claude-haiku-4-5","content":[{"type":"thinking","thinking":"%s","signature":""},'
    '{"type":"text","text":"%s"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":90,'
    '"output_tokens":400,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"service_tier":"batch"}}}}\n'
)


@dataclass
class Canned:
    """Keeps the names of requests only, in files; every batch has ended when it is looked at."""

    folder: Path
    text: str
    wrong: int
    name: str = "canned"
    endpoint: str = "memory:"
    sender: str = "canned"
    held: dict[str, RemoteBatch] = field(default_factory=dict)
    count: int = 0

    def submit(self, chunk: Chunk) -> RemoteBatch:
        remote = RemoteBatch(f"canned_{len(self.held)}", "in_progress", Counts(chunk.size), datetime.now(UTC))
        with (self.folder / remote.id).open("wb") as file:
            file.writelines(name + b"\n" for name in names(chunk.body))
        self.held[remote.id] = replace(remote, status="ended", counts=Counts(0, chunk.size))
        return remote

    def status(self, remote_id: str) -> RemoteBatch:
        return replace(self.held[remote_id], ended_at=datetime.now(UTC))

    def download(self, remote: RemoteBatch, target: Path) -> Downloaded:
        with (self.folder / remote.id).open() as file:
            got = save(self._blocks(file), target, remote.counts.total)
        assert isinstance(got, Downloaded), got
        return got

    def _blocks(self, asked: Iterator[str]) -> Iterator[bytes]:
        while some := list(islice(asked, 32)):
            yield "".join(map(self._line, some)).encode()

    def _line(self, asked: str) -> str:
        index, self.count = self.count, self.count + 1
        return LINE % (asked.rstrip(), index, filler(self.text, index), said(index, self.wrong))

    def close(self) -> None:
        """Nothing to let go of."""


def names(body: Path) -> Iterator[bytes]:
    """The custom ids in a create request, in their order, without holding it."""
    with body.open("rb") as file:
        rest = b""
        while block := file.read(1 << 20):
            *whole, rest = (rest + block).split(b"},{")
            yield from (found[1] for item in whole if (found := NAME.search(item)))
        if last := NAME.search(rest):
            yield last[1]


def main(evalset: Path, database: Path, text: Path, wrong: int) -> None:
    loaded = load(evalset)
    cases = choose(loaded, selection(""))
    loaded.refuse_problems()
    engine = Canned(text.parent, text.read_text(), wrong)
    with open_store(database) as store:
        assert loaded.agent
        assert cases.scale
        cases.scale.forecast()
        run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
        session = open_session(store, run, engine, lambda _: None, Pace())
        drive(session)
    assert session.verdict
    print(json.dumps({"run": run.id, "cases": len(cases.positions), "verdict": session.verdict.headline}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
