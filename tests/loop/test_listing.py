"""Runs as they are listed, and what may be run next."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.loop.candidates import candidates
from evaltui.loop.ending import ending
from evaltui.loop.listing import SORTS, listing, matching, ordered
from evaltui.loop.promote import promote
from evaltui.loop.retrying import proposed
from evaltui.sandbox.scripted import Scripted

AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\n"
OTHER = "name: other\nmodel: claude-haiku-5-5\nmax_tokens: 100\n"
CASES = [{"id": f"case-{n}", "input": f"say {n}", "expected": f"say {n}"} for n in range(4)]


def answer(params: dict[str, object]) -> str:
    """An agent of few tokens forgets what comes last."""
    said = str(params["messages"][-1]["content"])  # type: ignore[index]
    return said if params["max_tokens"] == 200 or said != "say 3" else "no"


@pytest.fixture
def evalset(tmp_path: Path) -> Path:
    folder = write_evalset(tmp_path / "evalsets" / "echo", CASES, "  - exact: {take: text}\n", AGENT)
    (folder / "other.yaml").write_text(OTHER, "utf-8")
    (folder / "notes.yaml").write_text("- nothing\n", "utf-8")
    return folder


def test_lists_find_words_and_sort_by_columns(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, Scripted(answer)) as (store, engine, _):
        promote(store, run_evalset(store, engine, evalset))
        run_evalset(store, engine, evalset, evalset / "other.yaml")
        found = listing(store, 10)
        assert [(one.id, one.state.kind, one.rate) for one in found] == [(2, "fail", 0.75), (1, "baseline", 1.0)]
        part = replace(found[0], row=replace(found[0].row, failed=0))
        assert part.rate is None, "a sample has no score"
        assert [one.id for one in matching(found, "baseline")] == [1]
        assert [one.id for one in matching(found, "echo !other")] == [1]
        assert [one.id for one in ordered(found, "passed")] == [1, 2]
        assert [one.id for one in ordered(found, "passed", reverse=True)] == [2, 1]
        assert all(len(ordered(found, name)) == 2 for name in SORTS)


def test_the_end_of_a_run_is_told_in_one_sentence(evalset: Path, tmp_path: Path) -> None:
    with bench(tmp_path, Scripted(answer)) as (store, engine, _):
        first = run_evalset(store, engine, evalset)
        assert ending(store, first).words == "Run 1: 4 of 4 pass; there is no baseline to hold it against yet"
        promote(store, first)
        second = run_evalset(store, engine, evalset, evalset / "other.yaml")
        assert ending(store, second).words == "Run 2: 3 of 4 pass; 0 fixed, 1 broke against run 1"
        assert proposed(store, second).requests == 0


def test_evalsets_and_the_agents_beside_them_can_be_chosen(evalset: Path, tmp_path: Path) -> None:
    found = candidates(tmp_path, None)
    assert [(one.name, [file.name for file in one.agents], one.last) for one in found] == [
        ("echo", ["agent.yaml", "other.yaml"], None)
    ]
    write_evalset(tmp_path / "evalsets" / "alpha", CASES, "  - exact: {take: text}\n", AGENT)
    with bench(tmp_path, Scripted(answer)) as (store, engine, _):
        run = run_evalset(store, engine, evalset)
        assert [(one.name, one.last) for one in candidates(tmp_path, store)] == [("echo", run), ("alpha", None)]
