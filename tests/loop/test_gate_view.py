"""What the Gate screen is told: the verdict that stands, what decided it, which cases, and the next step."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.releases import Desk, RunDesk, desk
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.domain.verdict import Check, Deciding
from evaltui.loop.again import ask_again
from evaltui.loop.decide import keep, verdict
from evaltui.loop.gate_view import deciding_trial, gate_view, query_of, read_verdict, stored_view
from evaltui.loop.promote import promote
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, last_text, text_answer
from evaltui.store.cases import sample
from evaltui.store.database import Store
from evaltui.store.verdicts import latest_verdict

World = tuple[Desk, Store, RunDesk]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with desk(tmp_path) as made:
        yield made


@pytest.fixture
def marked(world: World) -> World:
    world[0].write(critical=["c003"])
    return world


def test_a_blocked_run_says_first_which_check_failed_and_leads_to_its_cases(marked: World) -> None:
    _, store, run = marked
    promote(store, run(wrong=(7, 8, 9)))
    view = gate_view(store, run(wrong=(3,)))
    assert view.stage == "fail" and view.headline.startswith("pass rate rose 85.0 %")
    assert [check.name for check in view.checks] == ["critical", "complete", "comparable", "aggregate", "leakage"]
    assert view.deciding is not None and [case.case_id for case in view.deciding.cases] == ["c003"]
    assert (view.deciding.query, view.step.act) == ("critical broke", "open")
    assert "1 case that decided" in view.step.words


def test_a_worse_average_leads_to_the_cases_that_dropped(world: World) -> None:
    _, store, run = world
    promote(store, run())
    view = gate_view(store, run(wrong=(1, 2)))
    assert view.deciding is not None and (view.deciding.name, view.deciding.query) == ("aggregate", "drop>0")
    assert view.estimate is not None and view.estimate.broke == 2
    assert view.sureness.startswith("Cannot tell better from worse: anything from −")


def test_a_passing_run_may_be_promoted_next(world: World) -> None:
    _, store, run = world
    promote(store, run(wrong=(1,)))
    view = gate_view(store, run())
    assert (view.stage, view.step.act, view.deciding) == ("pass", "promote", None)
    assert "make run 2 the baseline" in view.step.words


def test_the_first_run_may_become_the_baseline_and_then_waits_for_a_candidate(world: World) -> None:
    _, store, run = world
    first = run(wrong=(1,))
    assert (gate_view(store, first).stage, gate_view(store, first).step.act) == ("first", "promote")
    promote(store, first, note="the first one")
    view = gate_view(store, first)
    assert (view.stage, view.step.act) == ("baseline", "run")
    assert view.headline == "pass rate 95.0 % over 20 cases. Nothing has been held against it yet"
    assert view.promotion is not None and view.promotion.note == "the first one"
    assert [check.name for check in view.checks] == ["critical", "complete", "leakage"]


def test_a_run_under_way_says_how_far_it_is_and_nothing_is_computed(world: World) -> None:
    _, store, run = world
    view = gate_view(store, run(finish=False))
    assert (view.stage, view.verdict, view.step.act) == ("unfinished", None, "runs")
    assert view.headline == "0 of 20 samples have their scores"


def test_a_run_that_lacks_replies_is_incomplete_and_says_what_mends_it(world: World) -> None:
    _, store, run = world
    promote(store, run())
    view = gate_view(store, run(broken=(5,)))
    assert (view.stage, view.checks[0].name, view.checks[0].query) == ("incomplete", "complete", "unresolved")
    assert (view.step.act, view.step.words) == ("resume", "ask again for what has no score")


def test_what_a_check_demands_follows_the_policy(world: World) -> None:
    made, store, run = world
    made.write(gate="gate: {policy: noninferior, margin: 0.1, critical: absolute}")
    promote(store, run())
    checks = {check.name: check.demands for check in gate_view(store, run()).checks}
    assert checks["aggregate"] == "a drop of more than the margin can be ruled out"
    assert checks["critical"] == "no critical case fails"


def test_the_verdict_that_was_given_is_read_and_not_computed_again(world: World) -> None:
    _, store, run = world
    promote(store, run())
    second = run(wrong=(1,))
    stored = stored_view(store, second)
    assert stored is not None and stored == gate_view(store, second)
    assert stored.verdict == verdict(store, second)


def test_a_verdict_stands_until_one_of_its_runs_is_asked_again_or_another_is_promoted(world: World) -> None:
    _, store, run = world
    promote(store, run())
    better, second = run(), run(broken=(1,))
    assert stored_view(store, second) is not None
    promote(store, better)
    assert stored_view(store, second) is None
    keep(store, verdict(store, second))
    assert stored_view(store, second) is not None
    ask_again(store, second)
    assert stored_view(store, second) is None


def test_a_verdict_given_while_the_run_was_under_way_does_not_stand(world: World) -> None:
    _, store, run = world
    promote(store, run())
    second = run(finish=False)
    keep(store, verdict(store, second))
    assert stored_view(store, second) is None


def test_what_was_computed_is_kept_and_disturbs_no_other_verdict(world: World) -> None:
    _, store, run = world
    first = run()
    promote(store, first)
    second = run(wrong=(1,))
    assert gate_view(store, first).stage == "baseline"
    assert stored_view(store, first) is not None and stored_view(store, second) is not None


def test_a_run_held_against_another_than_the_baseline_leaves_no_trace(world: World) -> None:
    _, store, run = world
    first, second = run(), run(wrong=(1,))
    promote(store, first)
    third = run(wrong=(1, 2))
    before = latest_verdict(store, third.id)
    view = gate_view(store, third, second)
    assert view.against == second and view.estimate is not None and view.estimate.broke == 1
    assert latest_verdict(store, third.id) == before


def test_of_several_trials_the_one_that_failed_is_the_one_to_look_at(tmp_path: Path) -> None:
    asked: Counter[str] = Counter()

    def reply(params: dict[str, Any]) -> Answer:
        name = last_text(params)
        asked[name] += 1
        return text_answer(params, "no" if name == "c1" and asked[name] == 2 else "yes")

    cases = [{"id": f"c{number}", "input": f"c{number}", "expected": "yes"} for number in range(2)]
    home = write_evalset(tmp_path / "desk", cases, "  - exact", "name: a\nmodel: claude-haiku-4-5\nmax_tokens: 9\n")
    with bench(tmp_path, Scripted(reply)) as (store, engine, _):
        run = run_evalset(store, engine, home, trials=3)
        failed = [deciding_trial(store, run, case) for case in ("c0", "c1", "nobody")]
        grade = sample(store, run.id, "c1", failed[1])
        assert failed[0] == 1 and grade is not None and grade.grade is not None and grade.grade.passed is False


def test_a_verdict_in_an_unknown_shape_is_computed_anew() -> None:
    assert read_verdict('{"status": "pass"}') is None
    assert read_verdict("[") is None


def test_a_filter_names_cases_one_by_one_only_where_they_are_few() -> None:
    def missing(count: int) -> Check:
        cases = tuple(Deciding(f"c{number}", "a score is missing") for number in range(count))
        return Check("critical", "incomplete", "", cases)

    assert query_of(missing(2)) == "cases:c0,c1"
    assert query_of(missing(200)) == "critical !pass"


def test_importing_the_view_loads_neither_files_nor_numbers() -> None:
    heavy = ("pydantic", "numpy", "scipy", "sqlite_utils", "zstandard", "statistics", "yaml")
    code = f"import sys, evaltui.loop.gate_view; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
