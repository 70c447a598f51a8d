"""Attempts to get a worse run through the gate by editing everything but the replies; each is refused in words."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.workbench import QUICK, bench, write_evalset

from evaltui.domain.errors import Refused
from evaltui.domain.run import Run
from evaltui.domain.verdict import Verdict
from evaltui.evalsets.filters import Filter
from evaltui.loop.advance import drive
from evaltui.loop.decide import verdict
from evaltui.loop.load import load, selection
from evaltui.loop.open import open_session
from evaltui.loop.promote import promote
from evaltui.loop.start import Wanted, choose, start
from evaltui.sandbox.model import Answer
from evaltui.sandbox.model import Refused as ModelRefused
from evaltui.sandbox.scripted import Scripted, last_text, text_answer
from evaltui.store.promotions import baseline

CASES = 20


class Desk:
    """An evalset whose cases ask for `yes`, and a model that answers each case as the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "desk"
        self.wrong: set[str] = set()
        self.broken: set[str] = set()

    def reply(self, params: dict[str, Any]) -> Answer | ModelRefused:
        name = last_text(params)
        if name in self.broken:
            return ModelRefused("api_error", "out of order")
        return text_answer(params, "no" if name in self.wrong else "yes")

    def write(
        self, *, critical: frozenset[str] = frozenset(), gate: str = "", expected: Any = "yes", count: int = CASES
    ) -> None:
        names = [f"c{number}" for number in range(count)]
        cases = [{"id": name, "input": name, "expected": expected, "critical": name in critical} for name in names]
        write_evalset(self.folder, cases, "  - exact", "name: a\nmodel: claude-haiku-4-5\nmax_tokens: 9\n", gate)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def world(desk: Desk, tmp_path: Path) -> Iterator[tuple[Any, Callable[..., Run]]]:
    with bench(tmp_path, Scripted(desk.reply)) as (store, engine, _):

        def run(only: str = "", trials: int = 1) -> Run:
            loaded = load(desk.folder)
            chosen: Filter = selection(only)
            positions = choose(loaded, chosen).positions
            loaded.refuse_problems()
            made = start(store, loaded, positions if only else None, Wanted(trials, only, engine.name, engine.endpoint))
            drive(open_session(store, made, engine, lambda _: None, QUICK))
            return made

        yield store, run


def words(found: Verdict) -> str:
    return " ".join(f"{check.name}: {check.words}" for check in found.checks)


def test_taking_a_critical_mark_away_does_not_turn_the_check_off(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write(critical=frozenset({"c3"}))
    desk.wrong = {"c5", "c6"}
    promote(store, run())
    desk.write()
    desk.wrong = {"c3"}
    found = verdict(store, run())
    assert found.status == "fail"
    assert "still treated so: c3" in words(found)


def test_a_run_of_some_cases_never_becomes_the_baseline_unless_a_reason_forces_it(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    part = run("id:c1")
    with pytest.raises(Refused, match="only some of the cases"):
        promote(store, part)
    assert baseline(store, "desk") is None
    assert promote(store, part, forced="a first look").forced == "a first look"
    desk.wrong = {f"c{number}" for number in range(2, CASES)}
    assert verdict(store, run()).status == "incomplete"


def test_a_looser_policy_counts_only_after_it_was_promoted(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    promote(store, run())
    desk.write(gate="gate: {policy: no_confident_regression, min_shared: 0}")
    desk.wrong = {"c1", "c2"}
    worse = run()
    assert verdict(store, worse).status == "fail"
    promote(store, worse, forced="the new policy is agreed")
    assert verdict(store, run()).status == "pass"


def test_the_baseline_is_held_against_the_one_before_it_and_never_against_itself(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    first = run()
    promote(store, first)
    desk.wrong = {"c1"}
    second = run()
    promote(store, second, forced="it must ship")
    found = verdict(store, second)
    assert (found.status, found.baseline_run_id) == ("fail", first.id)
    with pytest.raises(Refused, match="against itself"):
        verdict(store, second, second)


def test_a_first_baseline_without_scores_is_refused(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    desk.broken = {f"c{number}" for number in range(CASES)}
    with pytest.raises(Refused, match="have no score"):
        promote(store, run())


def test_samples_without_a_reply_may_be_promoted_where_the_policy_allows_them(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write(gate="gate: {max_unresolved: 0.1}")
    desk.wrong = {"c1", "c2", "c3"}
    promote(store, run())
    desk.wrong, desk.broken = set(), {"c9"}
    better = run()
    found = verdict(store, better)
    assert found.status == "pass"
    assert "counted as the worst" in words(found)
    assert promote(store, better).run_id == better.id


def test_fewer_trials_than_the_baseline_are_not_comparable(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    promote(store, run(trials=3))
    found = verdict(store, run())
    assert found.status == "incomplete"
    assert "1 trial a case against 3" in words(found)


def test_an_edited_gold_is_left_out_and_named(desk: Desk, world: Any) -> None:
    store, run = world
    desk.write()
    promote(store, run())
    lines = (desk.folder / "cases.jsonl").read_text("utf-8").splitlines()
    changed = json.dumps({**json.loads(lines[7]), "expected": "no"})
    (desk.folder / "cases.jsonl").write_text("\n".join([*lines[:7], changed, *lines[8:]]), "utf-8")
    found = verdict(store, run())
    assert [case.case_id for case in found.excluded] == ["c7"]
    assert found.status == "pass"  # 19 of 20 are shared
