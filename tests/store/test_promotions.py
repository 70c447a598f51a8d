"""The audited act of promoting."""

import sqlite3

import pytest

from evaltui.store import promotions


def promote(world, run, **over):
    about = {"evalset": "desk", "run_id": run.id, "who": "ada", "at": "2026-11-23T10:00:00Z", **over}
    return promotions.add_promotion(world.store, **about)


def test_the_newest_promotion_is_the_baseline(world):
    first, second = world.run(world.cases(1)), world.run(world.cases(2))
    assert promotions.baseline(world.store, "desk") is None
    older = promote(world, first)
    newer = promote(world, second, note="é \0", forced="the judge is wrong", git_revision="abc", digests={"agent": "d"})
    assert promotions.baseline(world.store, "desk") == newer
    assert promotions.promotions(world.store, "desk") == [newer, older]
    assert newer.digests == {"agent": "d"}


def test_evalsets_have_baselines_of_their_own(world):
    run = world.run(world.cases(1))
    promote(world, run)
    assert promotions.baseline(world.store, "other") is None
    assert promotions.promotions(world.store, "other") == []


def test_a_run_that_is_not_there_cannot_be_promoted(world):
    run = world.run(world.cases(1))
    with pytest.raises(sqlite3.IntegrityError):
        promotions.add_promotion(world.store, evalset="desk", run_id=run.id + 1, who="ada", at="now")
    assert promotions.baseline(world.store, "desk") is None
