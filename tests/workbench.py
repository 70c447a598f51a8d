"""What tests of the whole loop share: write an evalset, run it over the sandbox, read what came of it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evaltui.agents.turn import Requests, request_digest
from evaltui.batches.claude import ClaudeEngine
from evaltui.batches.engine import Engine
from evaltui.domain.run import Run
from evaltui.evalsets.cases import read_cases
from evaltui.loop.advance import drive
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.session import Notice, Pace, Phase
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.clock import Clock
from evaltui.sandbox.model import Model
from evaltui.sandbox.server import Sandbox, running
from evaltui.store.database import Store, open_store

QUICK = Pace(poll=0.02, settle=2.0, missing=2.0)


def write_evalset(folder: Path, cases: Iterable[dict[str, Any]], scorers: str, agent: str, gate: str = "") -> Path:
    """An evalset folder: cases as JSONL, scorers and gate as YAML text, the agent as YAML text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    (folder / "agent.yaml").write_text(agent, "utf-8")
    head = f"name: {folder.name}\ncases: cases.jsonl\n"
    (folder / "evalset.yaml").write_text(f"{head}scorers:\n{scorers}\n{gate}", "utf-8")
    return folder


@contextmanager
def bench(folder: Path, model: Model, **options: Any) -> Iterator[tuple[Store, ClaudeEngine, Sandbox]]:
    """An open store, an engine and the sandbox it talks to."""
    options.setdefault("clock", Clock(batch_seconds=0.05))
    with running(model, **options) as sandbox, open_store(folder / ".evaltui" / "evaltui.db") as store:
        engine = ClaudeEngine("sk-sandbox", sandbox.url)
        try:
            yield store, engine, sandbox
        finally:
            engine.close()


def run_evalset(store: Store, engine: Engine, evalset: Path, agent: Path | None = None, trials: int = 1) -> Run:
    """Start and drive one run to its end."""
    loaded = load(evalset, agent)
    run = start(store, loaded, None, Wanted(trials, "", engine.name, engine.endpoint))
    loaded.refuse_problems()
    drive(open_session(store, run, engine, lambda _: None, QUICK))
    return run


def heard(events: list[Phase | Notice]) -> str:
    """All notices, joined."""
    return "\n".join(event.words for event in events if isinstance(event, Notice))


def record(path: Path, evalset: Path, agent: Path | None, replies: dict[str, list[dict[str, Any]]]) -> Path:
    """A recording that answers each case, by its id, with these content blocks."""
    loaded = load(evalset, agent)
    assert loaded.agent is not None
    requests = Requests(loaded.agent)
    with path.open("a", encoding="utf-8") as file:
        for entry in read_cases(loaded.source, []):
            reply = {"content": replies[entry.case.id], "stop_reason": "end_turn"}
            file.write(json.dumps({"digest": request_digest(requests.first(entry.case)), "reply": reply}) + "\n")
    return path
