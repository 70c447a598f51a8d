"""What a run may be expected to cost, from earlier ones like it."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.loop.test_rounds import AGENT, SCORERS, cases, counting
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.domain.run import Run
from evaltui.loop.costs import spent
from evaltui.loop.estimate import Usual
from evaltui.loop.history import usual
from evaltui.loop.load import load
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.scripted import Scripted
from evaltui.store.history import Likeness


def likeness(run: Run) -> Likeness:
    return Likeness(run.evalset, run.agent, run.model, run.engine, run.endpoint, run.only)


def test_a_run_costs_what_earlier_ones_of_its_kind_did_for_as_many_samples(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(*[3] * 6), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        first = run_evalset(store, engine, evalset)
        paid = spent(store, first)
        assert paid is not None
        assert usual(store, likeness(first), 6) == Usual(pytest.approx(paid * 0.8), pytest.approx(paid * 1.2), 1)
        found = usual(store, likeness(first), 12)
        assert found is not None
        again = spent(store, run_evalset(store, engine, evalset, trials=2))
        assert again is not None
        assert found.low <= again <= found.high


def test_another_version_of_the_agent_tells_and_another_agent_does_not(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(3), SCORERS, AGENT)
    for name, version in (("agent", "201"), ("other", "200")):
        (tmp_path / f"{name}.yaml").write_text(AGENT.replace("max_tokens: 200", f"max_tokens: {version}"), "utf-8")
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        first = run_evalset(store, engine, evalset)
        second = run_evalset(store, engine, evalset, tmp_path / "agent.yaml")
        third = run_evalset(store, engine, evalset, tmp_path / "other.yaml")
        assert first.agent_digest == third.agent_digest != second.agent_digest
        told = [usual(store, likeness(run), 1) for run in (second, third)]
        assert [found and found.runs for found in told] == [2, 1]


def test_the_span_is_that_of_all_finished_runs(tmp_path: Path) -> None:
    short = write_evalset(tmp_path / "counting", cases(*[1] * 6), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        cheap = run_evalset(store, engine, short)
        long = write_evalset(tmp_path / "counting", cases(*[9] * 6), SCORERS, AGENT)
        dear = run_evalset(store, engine, long)
        start(store, load(long), None, Wanted(1, "", engine.name, engine.endpoint))
        costs = spent(store, cheap), spent(store, dear)
        assert costs[0] is not None
        assert costs[1] is not None
        assert costs[0] * 2 < costs[1]
        expected = Usual(pytest.approx(costs[0] * 0.8), pytest.approx(costs[1] * 1.2), 2)
        assert usual(store, likeness(dear), 6) == expected


@pytest.mark.parametrize("other", ["evalset", "model", "engine", "endpoint", "only"])
def test_runs_of_another_kind_tell_nothing(tmp_path: Path, other: str) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(0), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        assert usual(store, likeness(run), 1) is not None
        assert usual(store, replace(likeness(run), **{other: "another"}), 1) is None
