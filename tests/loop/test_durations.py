"""How long a run will take, from the batches of this project."""

from contextlib import closing
from pathlib import Path

from tests.loop.test_rounds import AGENT, SCORERS, cases, counting
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.batches.live import LiveEngine
from evaltui.loop.durations import predicted
from evaltui.sandbox.scripted import Scripted
from evaltui.store.batches import batches


def test_past_batches_of_the_model_at_the_endpoint_tell_how_long_one_takes(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(3), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        asked = (store, engine.endpoint, "claude-haiku-5-5")
        assert predicted(*asked, (1, 1)) == ""
        run_evalset(store, engine, evalset)
        assert predicted(*asked, (1, 1)) == "usually 1 s a batch (4 batches of claude-haiku-5-5 so far)"
        assert predicted(*asked, (1, 10)).endswith("for 1 to 10 rounds")
        assert predicted(store, "http://elsewhere", "claude-haiku-5-5", (1, 1)) == ""
        assert predicted(store, engine.endpoint, "claude-opus-5-5", (1, 1)) == ""


def test_live_runs_tell_nothing_of_how_long_a_batch_takes(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(3), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, batched, sandbox):
        with closing(LiveEngine("sk-sandbox", sandbox.url, tmp_path / "live", floor=0.01)) as live:
            run = run_evalset(store, live, evalset)
        assert run.endpoint == batched.endpoint
        assert len(batches(store, run.id)) == 4
        assert predicted(store, batched.endpoint, run.model, (1, 1)) == ""
