"""One request that goes ahead and fills the prompt cache for all others."""

from pathlib import Path

from tests.workbench import QUICK, bench

from evaltui.loop.advance import drive
from evaltui.loop.costs import cost_of_run
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.priming import advice, pays
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.lexical import Lexical
from evaltui.store.batches import batches
from evaltui.store.runs import grade_counts

REFUND = Path(__file__).resolve().parents[2] / "evalsets" / "refund-agent"


def hit_rate(tmp_path: Path, *, primed: bool) -> tuple[float, int]:
    with bench(tmp_path, Lexical()) as (store, engine, _):
        loaded = load(REFUND)
        run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint, primed))
        drive(open_session(store, run, engine, lambda _: None, QUICK))
        assert grade_counts(store, run.id)[0] >= 70
        cost = cost_of_run(store, run)
        assert cost.hit_rate is not None
        assert cost.saved is not None
        assert cost.saved > 0
        sizes = [batch.intent.size for batch in batches(store, run.id)]
        assert (sizes[0] == 1) == primed
        return cost.hit_rate, len(sizes)


def test_a_request_that_goes_first_raises_the_hit_rate_and_costs_one_batch_at_most(tmp_path: Path) -> None:
    plain, batches_without = hit_rate(tmp_path / "plain", primed=False)
    primed, batches_with = hit_rate(tmp_path / "primed", primed=True)
    assert primed > plain
    assert batches_with <= batches_without + 1


def test_priming_pays_only_for_many_requests_with_a_long_prefix_kept_for_an_hour() -> None:
    agent = load(REFUND).agent
    assert agent
    assert pays(agent, 83)
    assert not pays(agent, 19)
    assert not pays(agent.model_copy(update={"cache": "5m"}), 83)
    assert not pays(agent.model_copy(update={"system": "Be brief.", "tools": None}), 83)


def test_what_the_cache_would_do_is_said_where_it_would_do_something() -> None:
    agent = load(REFUND).agent
    assert agent
    assert advice(agent, 83) == ""
    assert "would let 83 requests share about" in advice(agent.model_copy(update={"cache": None}), 83)
    assert "has no effect" in advice(agent.model_copy(update={"system": "Be brief.", "tools": None}), 83)
