"""A gold that is changed after two runs asked its case: both are scored by it, and nothing slips through the gate."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.releases import Desk, RunDesk, desk

from evaltui.domain.run import Run
from evaltui.domain.verdict import Verdict
from evaltui.evalsets.write import place_of, rewrite
from evaltui.files.splice import apply_edit
from evaltui.loop.browse import browse
from evaltui.loop.decide import verdict
from evaltui.loop.gate_view import gate_view
from evaltui.loop.gold_edit import asked_by
from evaltui.loop.promote import promote
from evaltui.loop.regolding import due
from evaltui.loop.regrade import regrade_of
from evaltui.loop.rescore import built_of, judges_cost, rescore, scorers_of
from evaltui.loop.triage import queue
from evaltui.store.cases import sample
from evaltui.store.database import Store
from evaltui.store.scores import current_scoring


class World:
    """Run 1 passes all and is the baseline; run 2 fails c001, which is critical."""

    def __init__(self, made: Desk, store: Store, run: RunDesk) -> None:
        self.desk, self.store, self.run = made, store, run
        made.write(critical=["c001"])
        self.base, self.candidate = run(), run(wrong=[1])
        promote(store, self.base)

    def edit(self, case_id: str, **wanted: Any) -> None:
        made = rewrite(place_of(scorers_of(self.desk.folder), case_id), wanted)
        assert made is not None
        apply_edit(made.edit)

    def score(self, run: Run) -> list[int]:
        source = scorers_of(self.desk.folder)
        found = due(self.store, run, source)
        for each in found:
            rescore(self.store, each, source, lambda _: None)
        return [each.run.id for each in found]

    def gate(self, run: Run | None = None) -> Verdict:
        return verdict(self.store, run or self.candidate)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with desk(tmp_path, 8) as found:
        yield World(*found)


def test_both_runs_are_scored_by_the_new_gold_and_the_verdict_names_it_and_what_it_would_be_without(
    world: World,
) -> None:
    assert world.gate().status == "fail"
    world.edit("c001", expected="no")
    source = scorers_of(world.desk.folder)
    waiting = due(world.store, world.candidate, source)
    assert [each.changed for each in waiting] == [("c001",), ("c001",)]
    assert [judges_cost(world.store, each.run, built_of(source), each.golds) for each in waiting] == [None, None]
    assert world.score(world.candidate) == [1, 2]
    found = world.gate()
    assert found.excluded == ()
    assert (
        found.status == "pass"
        and "1 gold changed since run 1 was promoted, both runs scored by it: c001" in found.headline
    )
    assert "without that change it is BLOCKED" in found.headline and "c001" in found.without
    assert found.edited[0].reason.endswith("by the old one passed → failed, by the new one failed → passed")
    view = gate_view(world.store, world.candidate)
    assert view.verdict is not None and view.verdict.edited == found.edited and "BLOCKED" in view.headline

    counts = browse(world.store, world.candidate, world.base).counts
    assert (counts["fixed"], counts["broke"], counts["new"]) == (1, 0, 0)
    assert queue(world.store, world.candidate, world.base).items == ()
    case = sample(world.store, 2, "c001")
    assert case is not None and case.case.expected == "no" and case.case.critical

    world.edit("c001", expected="yes")
    assert world.score(world.candidate) == [1, 2]
    back = world.gate()
    assert (back.status, back.edited, back.without) == ("fail", (), "")


def test_a_run_that_was_asked_with_the_new_gold_is_held_against_a_baseline_scored_by_it(world: World) -> None:
    world.edit("c002", expected="no")
    later = world.run()
    before = world.gate(later)
    assert [case.case_id for case in before.excluded] == ["c002"]
    assert world.score(later) == [1, 3]
    found = world.gate(later)
    assert found.excluded == () and [case.case_id for case in found.edited] == ["c002"]
    assert found.without == "without that change the verdict is the same"


def test_where_only_one_run_was_scored_again_the_case_stays_out_and_the_way_is_named(world: World) -> None:
    world.edit("c001", expected="no")
    source = scorers_of(world.desk.folder)
    rescore(world.store, due(world.store, world.candidate, source)[-1], source, lambda _: None)
    found = world.gate()
    assert found.status == "incomplete" and found.excluded[0].case_id == "c001"
    assert found.next_step.startswith("evaltui score 2 scores the stored replies of both runs")
    assert list(browse(world.store, world.candidate, world.base).counts.values()).count(1) == 1  # new, not fixed


def test_a_gold_that_both_runs_miss_now_and_a_mark_taken_away_do_not_hide_what_broke(world: World) -> None:
    world.edit("c001", expected="perhaps", critical=False)
    world.score(world.candidate)
    assert world.gate().status == "pass" and "failed before and still fails" in world.gate().headline
    assert "without that change it is BLOCKED: pass rate" in world.gate().headline
    assert "critical case that passed now fails" in world.gate().without


def test_a_gate_loosened_in_the_same_go_counts_only_from_the_next_promotion_on(world: World) -> None:
    world.desk.write(critical=["c001"], gate="gate: {policy: noninferior, margin: 0.9, critical: absolute}")
    world.edit("c002", expected="no")
    world.score(world.candidate)
    assert world.gate().status == "fail"


def test_judges_are_asked_where_each_run_was_made_and_all_of_these_places_are_named(world: World) -> None:
    found = regrade_of(world.store, world.candidate)
    asking = (world.base, replace(world.candidate, endpoint="https://far.example"), world.base)
    assert replace(found, asking=asking).endpoints == f"{world.base.endpoint} and https://far.example"
    assert found.endpoints == ""


def test_a_run_of_some_cases_is_not_the_one_that_asked_the_others(world: World) -> None:
    proof = world.run(wrong=[3], only="id:c003")
    source = scorers_of(world.desk.folder)
    newest = [asked_by(world.store, source, case_id) for case_id in ("c001", "c003", "gone")]
    assert newest == [world.candidate, proof, None]
    world.edit("c001", expected="no")
    assert [each.changed for each in due(world.store, proof, source)] == [("c001",), ()]


def test_promoting_the_run_accepts_the_edit_and_what_was_promoted_before_stays_readable(world: World) -> None:
    world.edit("c001", expected="no")
    world.score(world.candidate)
    scoring = current_scoring(world.store, 2)
    promote(world.store, world.candidate)
    later = world.run(wrong=[1])
    assert world.score(later) == [3] and world.gate(later).edited == ()
    assert scoring is not None and world.gate(later).status == "pass"
    was = world.store.connection.execute("SELECT passed FROM grades JOIN samples ON samples.id = sample_id "
        "WHERE scoring_id = 1 AND position = 1").fetchone()  # fmt: skip
    assert was == (1,)


def test_a_case_that_asks_something_else_now_keeps_the_gold_it_was_asked_with(world: World) -> None:
    text = (world.desk.folder / "cases.jsonl").read_text("utf-8")
    (world.desk.folder / "cases.jsonl").write_text(text.replace('"input": "c001"', '"input": "other"'), "utf-8")
    world.edit("c001", expected="no")
    assert world.score(world.candidate) == [2]
    assert world.gate().status == "fail" and world.gate().edited == ()
