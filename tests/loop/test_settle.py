"""A create without an answer is looked for only by the account that sent it."""

from pathlib import Path

import pytest
from tests.workbench import QUICK, bench, write_evalset

from evaltui.batches.claude import ClaudeEngine
from evaltui.domain.errors import Stopped
from evaltui.loop.advance import drive
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.plan import plan
from evaltui.loop.start import Wanted, start
from evaltui.loop.submit import submit
from evaltui.sandbox.faults import Faults
from evaltui.sandbox.scripted import Scripted
from evaltui.store.runs import grade_counts

CASES = [{"id": "a", "input": "a", "expected": "yes"}, {"id": "b", "input": "b", "expected": "yes"}]


def test_another_key_neither_finds_nor_resends_a_create_without_an_answer(tmp_path: Path) -> None:
    folder = write_evalset(tmp_path / "two", CASES, "  - exact", "name: a\nmodel: claude-haiku-4-5\nmax_tokens: 9\n")
    model, faults = Scripted(lambda _: "yes"), Faults.parse("commit-then-drop:1")
    with bench(tmp_path, model, faults=faults) as (store, engine, sandbox):
        loaded = load(folder)
        run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
        session = open_session(store, run, engine, lambda _: None, QUICK)
        plan(session)
        submit(session)  # accepted, and the connection drops
        other = ClaudeEngine("sk-of-another-workspace", sandbox.url)
        with pytest.raises(Stopped, match=r"another API key.*--same-workspace"):
            drive(open_session(store, run, other, lambda _: None, QUICK))
        other.close()
        drive(open_session(store, run, engine, lambda _: None, QUICK))
        assert grade_counts(store, run.id) == (2, 0, 0)
        assert sandbox.counters()["requests_accepted"] == 2
