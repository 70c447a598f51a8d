"""Runs, their samples, their progress, and the list of them."""

import pytest

from evaltui.domain.errors import Unknown
from evaltui.domain.request import Errored
from evaltui.domain.run import Progress
from evaltui.store import requests, runs, scores, verdicts


def samples(store, run):
    select = "SELECT position, trial FROM samples WHERE run_id = ? ORDER BY id"
    return store.connection.execute(select, (run.id,)).fetchall()


def test_a_run_has_every_trial_of_every_case_in_order(world):
    run = world.run(world.cases(3), trials=2)
    assert samples(world.store, run) == [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)]
    assert runs.run(world.store, run.id) == run
    assert (run.evalset, run.agent, run.trials, run.engine) == ("desk", "helper", 2, "scripted")


def test_a_run_of_some_positions_has_only_those(world):
    new = world.new_run(world.evalset(world.cases(5)).id)
    assert samples(world.store, runs.create_run(world.store, new, iter([3, 1, 3]))) == [(1, 1), (3, 1)]


def test_a_position_without_a_case_is_refused_and_keeps_nothing(world):
    new = world.new_run(world.evalset(world.cases(2)).id)
    with pytest.raises(Unknown, match="1 of the 2 positions"):
        runs.create_run(world.store, new, [1, 2])
    assert runs.latest_run(world.store) is None


def test_every_field_of_a_run_comes_back(world):
    new = world.new_run(world.evalset(world.cases(1)).id)
    given = runs.NewRun(
        new.evalset_id, new.agent_digest, "b", "m2", 1, "live", "http://x", "abc", True, "tag:vip", "/f"
    )
    run = runs.create_run(world.store, given, None)
    assert (run.agent, run.model, run.engine, run.endpoint) == ("b", "m2", "live", "http://x")
    assert (run.git_revision, run.git_dirty, run.only, run.folder) == ("abc", True, "tag:vip", "/f")


def test_the_latest_run_is_of_the_evalset_asked_for(world):
    desk, other = world.run(world.cases(1)), world.run(world.cases(1), name="other")
    assert runs.latest_run(world.store) == other
    assert runs.latest_run(world.store, "desk") == desk
    assert runs.latest_run(world.store, "nothing") is None
    assert runs.run(world.store, 99) is None


def test_progress_follows_the_samples_through_a_run(world, said):
    run = world.run(world.cases(3))
    assert runs.progress(world.store, run.id) == Progress(3, 3, 0, 0, 0, 0)
    intent = world.plan(run)
    assert runs.progress(world.store, run.id) == Progress(3, 0, 3, 0, 0, 0)
    world.send(intent)
    world.collect(intent, said("yes"), Errored("api_error", "oops"), said("no"))
    assert runs.progress(world.store, run.id) == Progress(3, 0, 0, 2, 1, 0)
    world.grade(run, [True])
    assert runs.progress(world.store, run.id) == Progress(3, 0, 0, 2, 1, 2)
    requests.ask_retry(world.store, run.id)
    assert runs.progress(world.store, run.id) == Progress(3, 1, 0, 2, 0, 2)
    retry = world.plan(run)
    assert runs.progress(world.store, run.id) == Progress(3, 0, 1, 2, 0, 2)
    world.send(retry)
    world.collect(retry, said("yes"))
    assert runs.progress(world.store, run.id) == Progress(3, 0, 0, 3, 0, 2)
    world.grade(run, [True])
    assert runs.progress(world.store, run.id).complete


def test_a_new_scoring_starts_from_nothing(world):
    run, _ = world.done(world.cases(2), [True])
    assert runs.progress(world.store, run.id).scored == 2
    scores.open_scoring(world.store, run.id, "s2", "[]", world.at)
    assert runs.progress(world.store, run.id).scored == 0


def test_the_list_shows_counts_newest_first_and_pages_by_id(world):
    first, _ = world.done(world.cases(4), [True, False, None, True])
    second = world.run(world.cases(2), name="other")
    verdicts.add_verdict(world.store, first.id, None, "{}", "fail", world.at)
    rows = runs.runs(world.store)
    assert [row.run for row in rows] == [second, first]
    assert rows[1] == runs.RunRow(first, Progress(4, 0, 0, 4, 0, 4), 2, 1, 1, "fail")
    assert (rows[0].progress.unplanned, rows[0].unresolved, rows[0].verdict) == (2, 2, None)
    assert [row.run for row in runs.runs(world.store, limit=1)] == [second]
    assert [row.run for row in runs.runs(world.store, before=second.id)] == [first]
    assert [row.run for row in runs.runs(world.store, evalset="desk")] == [first]


def test_a_summary_stands_for_the_counts_until_something_can_change_them(world, said):
    run = world.run(world.cases(2))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, said("yes"), Errored("api_error", "oops"))
    scoring = world.grade(run, [True, None])
    verdicts.add_summary(world.store, scoring, 71, 72, 73, "{}")
    assert runs.runs(world.store)[0].passed == 71
    requests.ask_retry(world.store, run.id)
    assert runs.runs(world.store)[0].passed == 1


def test_a_summary_of_an_unfinished_run_is_not_believed(world):
    run = world.run(world.cases(2))
    world.plan(run)
    scoring = world.grade(run, [True])
    verdicts.add_summary(world.store, scoring, 71, 72, 73, "{}")
    assert runs.runs(world.store)[0].passed == 0


def test_a_summary_of_an_older_scoring_is_not_believed(world):
    run, scoring = world.done(world.cases(2), [True])
    verdicts.add_summary(world.store, scoring, 71, 72, 73, "{}")
    world.grade(run, [False], digest="s2")
    assert (runs.runs(world.store)[0].passed, runs.runs(world.store)[0].failed) == (0, 2)


def test_metrics_stand_with_the_counts_they_were_kept_with_and_fall_with_them(world):
    run, scoring = world.done(world.cases(2), [True])
    assert runs.standing(world.store, run.id) == runs.Standing(Progress(2, 0, 0, 2, 0, 2), 2, 0, 0)
    verdicts.add_summary(world.store, scoring, 2, 0, 0, '{"route.mean": 1.0}')
    kept = runs.standing(world.store, run.id)
    assert kept == runs.Standing(Progress(2, 0, 0, 2, 0, 2), 2, 0, 0, '{"route.mean": 1.0}')
    world.grade(run, [False], digest="s2")
    assert runs.standing(world.store, run.id) == runs.Standing(Progress(2, 0, 0, 2, 0, 2), 0, 2, 0)
