"""Grades and scores: what still needs them, and that a later attempt supersedes."""

import sqlite3

import pytest

from evaltui.domain.request import Errored
from evaltui.store import pairs, requests, scores


def answered(world, *results, cases=2):
    run = world.run(world.cases(cases))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, *results)
    return run


def test_what_came_back_is_unscored_until_it_is_graded(world, said):
    run = answered(world, said("a"), Errored("api_error", "x"))
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    found = list(scores.unscored(world.store, scoring))
    assert [(item.sample_id, item.case.id, item.outcome) for item in found] == [
        (1, "case-0", said("a")),
        (2, "case-1", Errored("api_error", "x")),
    ]
    world.grade(run, [True])
    assert list(scores.unscored(world.store, scoring)) == []


def test_grades_may_be_added_while_the_pages_are_read(world, said):
    run = answered(world, said("a"), cases=25)
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    seen = []
    for item in scores.unscored(world.store, scoring, page=4):
        seen.append(item.sample_id)
        with world.store.transaction():
            scores.add_grades(world.store, scoring, [world.graded(item, True, None)])
    assert seen == list(range(1, 26))


def test_an_awaited_sample_is_not_unscored(world):
    run = world.run(world.cases(2))
    world.plan(run)
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    assert list(scores.unscored(world.store, scoring)) == []


def test_the_same_scorers_continue_and_others_start_anew(world, said):
    run = answered(world, said("a"))
    first = scores.open_scoring(world.store, run.id, "s1", '["exact"]', world.at)
    assert scores.open_scoring(world.store, run.id, "s1", '["exact"]', world.at) == first
    second = scores.open_scoring(world.store, run.id, "s2", "[]", world.at)
    assert scores.current_scoring(world.store, run.id) == scores.Scoring(second, run.id, "s2", "[]", world.at)
    assert len(list(scores.unscored(world.store, second))) == 2
    assert scores.open_scoring(world.store, run.id, "s1", "[]", world.at) not in {first, second}
    assert scores.current_scoring(world.store, 99) is None


def test_the_grade_of_a_retry_supersedes(world, said):
    run = answered(world, Errored("api_error", "x"), said("b"))
    scoring = world.grade(run, [None, True])
    requests.ask_retry(world.store, run.id)
    retry = world.plan(run)
    assert list(scores.unscored(world.store, scoring)) == []
    world.send(retry)
    world.collect(retry, said("a"))
    (again,) = scores.unscored(world.store, scoring)
    assert (again.sample_id, again.outcome) == (1, said("a"))
    world.grade(run, [False])
    standing = [(row[2], row[3]) for row in scores.metric_rows(world.store, scoring)]
    assert standing == [(0.0, False), (1.0, True)]
    (first, _) = pairs.pairs(world.store, None, scoring)
    assert (first.candidate.passed, first.candidate.resolved, first.candidate.unresolved) == (0, 1, 0)


def test_every_field_of_a_score_comes_back(world, said):
    run = answered(world, said("a"), cases=1)
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    (item,) = scores.unscored(world.store, scoring)
    rows = (
        scores.ScoreRow("route", "label", "d1", 0.25, False, "nul \0 é", '{"found": "\\ud800"}'),
        scores.ScoreRow(
            "tone", "judge", "d2", None, None, "the judge said nothing", "a traceback \ud800", advisory=True
        ),
    )
    grade = scores.GradeRow(item.sample_id, item.request_id, False, 0.25, "route: nul \0", rows)
    with world.store.transaction():
        scores.add_grades(world.store, scoring, [grade])
    found = pairs.sample(world.store, run.id, "case-0").grade
    assert found.scores[0] == rows[0]
    assert found.scores[1].detail == "a traceback \\ud800"
    assert found.scores[1].advisory
    assert (found.passed, found.value, found.reason) == (False, 0.25, "route: nul \0")


@pytest.mark.parametrize("value", [-0.01, 1.01, float("inf")])
def test_a_value_outside_zero_to_one_is_refused(world, said, value):
    run = answered(world, said("a"), cases=1)
    with pytest.raises(sqlite3.IntegrityError):
        world.grade(run, [True], value=value)


def test_a_reply_is_graded_once_per_scoring(world, said):
    run = answered(world, said("a"), cases=1)
    scoring = scores.open_scoring(world.store, run.id, "s1", "[]", world.at)
    (item,) = scores.unscored(world.store, scoring)
    world.grade(run, [True])
    with pytest.raises(sqlite3.IntegrityError), world.store.transaction():
        scores.add_grades(world.store, scoring, [world.graded(item, False, None)])


def test_metric_rows_of_two_runs_are_those_of_shared_unchanged_cases(world, said):
    _, baseline = world.done([*world.cases(2), *world.cases(4, expected="no")[2:]], [True])
    _, candidate = world.done(world.cases(5), [True, False, True, True, False])
    assert [row[3] for row in scores.metric_rows(world.store, candidate)] == [True, False, True, True, False]
    shared = list(scores.metric_rows(world.store, candidate, baseline))
    assert shared == [("route", "label", 1.0, True, '{"found": "x"}'), ("route", "label", 0.0, False, '{"found": "x"}')]
