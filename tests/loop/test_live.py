"""A whole run by the live engine: the loop does not notice the difference."""

from contextlib import closing
from pathlib import Path

from tests.workbench import QUICK, bench, run_evalset, write_evalset

from evaltui.batches.live import LiveEngine
from evaltui.loop.advance import drive
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.scripted import echo
from evaltui.store.runs import grade_counts, progress

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n if n % 3 else 'more'}"} for n in range(12)]


def test_a_live_run_ends_with_the_grades_of_a_run_in_batches(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "echo", CASES, "  - exact: {take: text}\n", AGENT)
    with bench(tmp_path, echo()) as (store, batched, sandbox):
        first = run_evalset(store, batched, evalset)
        with closing(LiveEngine("sk-sandbox", sandbox.url, tmp_path / "live", floor=0.01)) as engine:
            loaded = load(evalset, None)
            second = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
            drive(open_session(store, second, engine, lambda _: None, QUICK))
        assert grade_counts(store, second.id) == grade_counts(store, first.id) == (8, 4, 0)
        assert progress(store, second.id).settled
        assert second.engine == "live"
        assert (sandbox.counters()["messages_processed"], sandbox.counters()["creates_committed"]) == (12, 1)
