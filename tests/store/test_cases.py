"""Pages of cases, and everything about one sample."""

import pytest

from evaltui.domain.case import Case
from evaltui.domain.request import Errored
from evaltui.domain.verdict import Graded
from evaltui.store import cases, conversations, pairs, requests


def ids(rows):
    return [row.case_id for row in rows]


def test_pages_follow_each_other_by_position(world):
    _, scoring = world.done(world.cases(5), [True])
    first = pairs.case_rows(world.store, scoring, limit=2)
    rest = pairs.case_rows(world.store, scoring, after=first[-1].position, limit=50)
    assert ids(first) + ids(rest) == [f"case-{n}" for n in range(5)]
    assert pairs.case_rows(world.store, scoring, after=4) == []


@pytest.mark.parametrize(
    ("only", "expected"),
    [("all", ["a", "b", "c", "d"]), ("failing", ["b"]), ("unresolved", ["c"]), ("critical", ["a", "d"])],
)
def test_a_page_may_show_only_some_cases(world, only, expected):
    cases = [Case(id=name, input=name, critical=name in "ad") for name in "abcd"]
    _, scoring = world.done(cases, [True, False, None, True])
    assert ids(pairs.case_rows(world.store, scoring, only=only)) == expected


def test_a_row_folds_the_trials_of_its_case(world):
    cases = [Case(id="a", input="a", tags=["t", "u"], group="g", critical=True)]
    _, scoring = world.done(cases, [True, False, None], trials=3)
    assert pairs.case_rows(world.store, scoring) == [
        pairs.CaseRow(0, "a", True, "g", ("t", "u"), Graded(1, 2, 1, 0.5, "sample 2 False"))
    ]


def test_a_sample_holds_every_attempt_and_its_standing_grade(world, said):
    run = world.run(world.cases(2))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, Errored("api_error", "x"), said("b"))
    world.grade(run, [None, True])
    requests.ask_retry(world.store, run.id)
    waiting = world.plan(run)
    detail = pairs.sample(world.store, run.id, "case-0")
    assert [(at.attempt, at.outcome) for at in detail.attempts] == [(1, Errored("api_error", "x")), (2, None)]
    assert detail.grade.passed is None
    world.send(waiting)
    world.collect(waiting, said("a"))
    world.grade(run, [True])
    detail = pairs.sample(world.store, run.id, "case-0")
    assert [at.outcome for at in detail.attempts] == [Errored("api_error", "x"), said("a")]
    assert detail.grade.passed is True
    assert [(score.scorer, score.passed) for score in detail.scores] == [("route", True)]
    assert (detail.case, detail.trial, detail.run_id) == (world.cases(1)[0], 1, run.id)


def test_a_sample_that_is_not_there_is_none(world):
    run = world.run(world.cases(1))
    assert pairs.sample(world.store, run.id, "case-0").attempts == ()
    assert pairs.sample(world.store, run.id, "case-0").scores == ()
    assert pairs.sample(world.store, run.id, "case-0", trial=2) is None
    assert pairs.sample(world.store, run.id, "no such") is None
    assert pairs.sample(world.store, 99, "case-0") is None


def test_a_case_that_passes_every_one_of_several_trials_is_not_among_the_failing(world):
    _, scoring = world.done(world.cases(3), [True, True, True, True, False, True, None, True, True], trials=3)
    assert [row.case_id for row in pairs.case_rows(world.store, scoring, only="failing")] == ["case-1"]
    assert [row.case_id for row in pairs.case_rows(world.store, scoring, only="unresolved")] == ["case-2"]


@pytest.mark.parametrize("query", [cases.ATTEMPTS, cases.SAMPLE, conversations.ALL_RESULTS, conversations.CONVERSATION])
def test_what_is_kept_of_one_sample_is_found_without_a_look_at_all_the_others(world, query):
    values = {"sample": 1} if ":sample" in query else (1, "a", 1)[: query.count("?")]
    plan = [row[3] for row in world.store.connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    assert plan and not [step for step in plan if step.startswith(("SCAN requests", "SCAN samples"))]
