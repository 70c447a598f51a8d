"""What a run is said to cost, what it costs, and a limit that no batch breaks."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.loop.test_rounds import AGENT, SCORERS, TOOL, cases, counting
from tests.workbench import QUICK, bench, run_evalset, write_evalset

from evaltui.agents.turn import Requests
from evaltui.domain.errors import Stopped
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.costs import cost_of_agent, cost_of_run, cost_of_sample, spent
from evaltui.loop.estimate import Forecast
from evaltui.loop.load import load, selection
from evaltui.loop.open import open_session
from evaltui.loop.start import Wanted, choose, start
from evaltui.sandbox.lexical import Lexical
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted
from evaltui.store.batches import batches
from evaltui.store.cases import sample
from evaltui.store.limits import budget, set_budget
from evaltui.store.runs import grade_counts

SHIPPED = Path(__file__).resolve().parents[2] / "evalsets"


def forecast(evalset: Path) -> Forecast:
    loaded = load(evalset)
    chosen = choose(loaded, selection(""))
    loaded.refuse_problems()
    assert chosen.scale
    return chosen.scale.forecast()


@pytest.mark.parametrize("name", ["support-desk", "refund-agent"])
def test_the_actual_cost_lies_in_the_estimate(tmp_path: Path, name: str) -> None:
    said = forecast(SHIPPED / name)
    with bench(tmp_path, Lexical()) as (store, engine, _):
        run = run_evalset(store, engine, SHIPPED / name)
        paid = spent(store, run)
        made = batches(store, run.id)
        assert said.low is not None
        assert said.high is not None
        assert paid is not None
        assert said.low <= paid <= said.high
        assert said.requests <= sum(batch.intent.size for batch in made) <= said.requests_high
        assert said.rounds[0] <= len(made) <= said.rounds[1]


def test_tokens_are_counted_on_some_requests_where_somebody_can(tmp_path: Path) -> None:
    loaded = load(write_evalset(tmp_path / "counting", cases(*range(9)), SCORERS, AGENT))
    scale = choose(loaded, selection("")).scale
    assert scale
    ratio = scale.ratio(lambda body: len(body) // 2)
    assert ratio.low < 0.5 < ratio.high < 0.56
    assert scale.forecast(ratio=ratio).counted == "counted on 8 of 9 requests"
    assert "(estimated from bytes)" in scale.forecast().words()


def test_a_conversation_is_weighed_by_its_turns(tmp_path: Path) -> None:
    said = forecast(write_evalset(tmp_path / "counting", cases(3, 0), SCORERS, AGENT))
    assert (said.requests, said.requests_high, said.rounds) == (2, 20, (1, 10))
    assert said.low is not None
    assert said.likely is not None
    assert said.high is not None
    assert said.low < said.likely < said.high


def test_a_version_of_an_agent_costs_what_all_its_runs_cost(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(2, 0), SCORERS, AGENT)
    other = tmp_path / "other.yaml"
    other.write_text(AGENT.replace("max_tokens: 200", "max_tokens: 201"), "utf-8")
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        first, second = (run_evalset(store, engine, evalset) for _ in range(2))
        assert run_evalset(store, engine, evalset, other).agent_digest != first.agent_digest
        costs = [spent(store, run) for run in (first, second)]
        assert None not in costs
        found = cost_of_agent(store, first.agent_digest)
        assert (found.runs, found.usd) == (2, pytest.approx(sum(cost or 0 for cost in costs)))


def limited(store: Any, engine: Any, evalset: Path, usd: float) -> Run:
    loaded = load(evalset)
    return start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint, limit=usd))


def test_a_limit_stops_a_run_before_the_batch_that_could_break_it_and_more_money_goes_on(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(*[9] * 20), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        run = limited(store, engine, evalset, 0.002)
        with pytest.raises(Stopped, match=r"could go over its limit of 0.002 USD.*evaltui resume 1 --max-cost"):
            drive(open_session(store, run, engine, lambda _: None, QUICK))
        sent = len(batches(store, run.id))
        paid = spent(store, run)
        assert 0 < sent < 10
        assert paid is not None
        assert paid <= 0.002
        set_budget(store, run.id, 1.0)
        drive(open_session(store, run, engine, lambda _: None, QUICK))
        assert len(batches(store, run.id)) == 10
        assert grade_counts(store, run.id) == (20, 0, 0)


def tokens(least: int) -> Callable[[dict[str, Any]], Answer]:
    """A model that counts a quarter of its prompt's characters as tokens, at the least so many, and says ho."""
    said = [{"type": "text", "text": "ho"}]
    return lambda params: Answer(said, "end_turn", max(least, len(str(params["messages"])) // 4), 1)


SHORT = "model: claude-haiku-5-5\nmax_tokens: 10\n"


def asked(*inputs: str) -> list[dict[str, Any]]:
    return [{"id": f"c{at}", "input": text, "expected": "ho"} for at, text in enumerate(inputs)]


def test_one_long_prompt_among_short_ones_is_priced_in_its_own_band(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "mixed", asked("word " * 90_000, *["word"] * 9), "  - exact", SHORT)
    said = forecast(evalset)
    with bench(tmp_path, Scripted(tokens(1))) as (store, engine, sandbox):
        paid = spent(store, run_evalset(store, engine, evalset))
        assert paid is not None
        assert said.low is not None
        assert said.high is not None
        assert said.low < paid < said.high
        before = sandbox.counters()["creates_committed"]
        with pytest.raises(Stopped, match="could go over its limit"):
            drive(open_session(store, limited(store, engine, evalset, paid * 0.9), engine, lambda _: None, QUICK))
        assert sandbox.counters()["creates_committed"] == before


def dense(params: dict[str, Any]) -> Answer:
    """Answers as `counting` does; its tokenizer makes a token of every byte."""
    return replace(counting(params), input_tokens=len(json.dumps(params)))


def test_a_limit_holds_where_prompts_have_more_tokens_than_anybody_expected(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(*[9] * 20), SCORERS, AGENT)
    with bench(tmp_path, Scripted(dense)) as (store, engine, _):
        paid = spent(store, run_evalset(store, engine, evalset))
        assert paid is not None
        for share in (0.4, 0.6, 0.9):
            run = limited(store, engine, evalset, paid * share)
            with pytest.raises(Stopped, match="could go over its limit"):
                drive(open_session(store, run, engine, lambda _: None, QUICK))
            cost = spent(store, run)
            assert cost is not None
            assert 0 < cost <= paid * share


def test_what_the_provider_adds_to_explain_tools_is_in_the_estimate(tmp_path: Path) -> None:
    tooled = f"{SHORT}tools: [{TOOL}]\n"
    evalset = write_evalset(tmp_path / "tooled", asked(*["word"] * 20), "  - exact", tooled)
    said = forecast(evalset)
    with bench(tmp_path, Scripted(tokens(550))) as (store, engine, _):
        paid = spent(store, run_evalset(store, engine, evalset))
        assert paid is not None
        assert said.high is not None
        assert paid <= said.high


def test_a_limit_holds_from_the_moment_that_a_run_is_there(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(1, 2), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        run = limited(store, engine, evalset, 0.25)
        assert budget(store, run.id) == 0.25
        assert budget(store, run_evalset(store, engine, evalset).id) is None


def test_a_limit_below_the_first_batch_sends_nothing(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(1, 2), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, sandbox):
        run = limited(store, engine, evalset, 0.000001)
        with pytest.raises(Stopped, match="It was not sent"):
            drive(open_session(store, run, engine, lambda _: None, QUICK))
        assert sandbox.counters()["creates_committed"] == 0
        assert batches(store, run.id) == []


def test_the_samples_of_a_run_cost_what_the_run_costs(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "counting", cases(1, 4, 0), SCORERS, AGENT)
    with bench(tmp_path, Scripted(counting)) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        details = [sample(store, run.id, f"count-{n}") for n in range(3)]
        costs = [cost_of_sample(store, run, detail.sample_id).total for detail in details if detail]
        whole = cost_of_run(store, run)
        assert whole.total == pytest.approx(sum(cost or 0 for cost in costs))
        assert (whole.judgements, whole.hit_rate, whole.saved) == (0, None, None)


def unlike(body: bytes) -> int:
    """A tokenizer that makes a token of every byte of a number, and of every fifth byte of prose."""
    return len(body) if b"0x7f" in body else len(body) // 5


def test_tokens_are_counted_all_over_the_cases_not_on_the_first_ones(tmp_path: Path) -> None:
    evalset = write_evalset(tmp_path / "mixed", asked(*["word " * 80] * 8, *["0x7f " * 80] * 200), "  - exact", SHORT)
    loaded = load(evalset)
    assert loaded.agent
    actual = sum(unlike(Requests(loaded.agent).first(case)) for case in loaded.cases())
    scale = choose(loaded, selection("")).scale
    assert scale
    said = scale.forecast(ratio=scale.ratio(unlike))
    assert said.counted == "counted on 8 of 208 requests"
    assert said.input_low <= actual <= said.input_high
