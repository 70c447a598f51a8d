"""What is said of a run before it is started, and that exactly that is started."""

from pathlib import Path

import pytest
from tests.workbench import bench, write_evalset

from evaltui.domain.errors import BadInput, Refused
from evaltui.evalsets.filters import MOST_WRITTEN, Among, Filter, parse_filter
from evaltui.loop.advance import drive
from evaltui.loop.open import open_session
from evaltui.loop.propose import Wish, propose
from evaltui.sandbox.scripted import echo
from evaltui.store.runs import progress

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n}"} for n in range(6)]


@pytest.fixture
def evalset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-a-test")
    return write_evalset(tmp_path / "echo", CASES, "  - exact: {take: text}\n", AGENT)


def test_what_was_proposed_is_what_is_started(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, _, sandbox):
        with propose(Wish(evalset, trials=2, base_url=sandbox.url), store.path) as proposal:
            assert (proposal.forecast.requests, proposal.endpoint, proposal.free) == (12, sandbox.url, True)
            run = proposal.start(store)
            drive(open_session(store, run, proposal.engine, lambda _: None, proposal.pace))
        assert (run.trials, run.only, run.engine, progress(store, run.id).complete) == (2, "", "claude", True)


def test_cases_named_one_by_one_are_run_and_no_others(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, _, sandbox):
        wish = Wish(evalset, cases=frozenset({"case-1", "case-4"}), base_url=sandbox.url)
        with propose(wish, store.path) as proposal:
            run = proposal.start(store)
        assert (list(proposal.positions), run.only) == ([1, 4], "cases:case-1,case-4")
        assert progress(store, run.id).samples == 2


def test_a_list_of_cases_is_written_as_the_filter_that_means_it() -> None:
    parsed = parse_filter(Among(frozenset({"b:1", "a"})).text)
    assert isinstance(parsed, Filter)
    assert [(term.kind, term.value) for term in parsed.terms] == [("cases", "a,b:1")]


def test_a_long_list_of_cases_is_cut_where_it_is_shown() -> None:
    text = Among(frozenset(f"c{n:04}" for n in range(MOST_WRITTEN + 5))).text
    assert text.endswith("c0199,…+5")


def test_earlier_runs_tell_what_the_next_one_costs(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, echo()) as (store, _, sandbox):
        wish = Wish(evalset, base_url=sandbox.url)
        with propose(wish, store.path) as first:
            assert first.forecast.usual is None
            drive(open_session(store, first.start(store), first.engine, lambda _: None, first.pace))
        with propose(wish, store.path) as second:
            assert second.forecast.usual is not None
            assert "if it goes as in an earlier run" in second.forecast.words()


def test_nothing_is_proposed_without_a_case_or_a_key_or_sound_files(
    evalset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "none.db"
    with pytest.raises(Refused, match="no case matches"):
        propose(Wish(evalset, cases=frozenset({"unheard of"})), database)
    with pytest.raises(BadInput, match="unheard"):
        propose(Wish(evalset, only="unheard:of"), database)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with pytest.raises(Refused, match="ANTHROPIC_API_KEY is not set"):
        propose(Wish(evalset), database)
    (evalset / "agent.yaml").write_text("model: claude-haiku-5-5\n", "utf-8")
    with pytest.raises(BadInput, match="max_tokens"):
        propose(Wish(evalset), database)
    assert not database.exists()
