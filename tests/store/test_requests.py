"""Which samples need a request, and wanting failed ones again."""

import sqlite3

import pytest

from evaltui.domain.batch import Fault
from evaltui.domain.request import FINAL_ERRORS, Canceled, Errored, Expired, PlannedRequest
from evaltui.store import intents, requests


def todo(world, run):
    return [(item.case.id, item.trial, item.attempt) for item in requests.unplanned(world.store, run.id)]


def test_every_sample_of_a_new_run_needs_its_first_request(world):
    run = world.run(world.cases(2), trials=2)
    assert todo(world, run) == [("case-0", 1, 1), ("case-0", 2, 1), ("case-1", 1, 1), ("case-1", 2, 1)]


def test_planned_samples_need_nothing_more(world):
    run = world.run(world.cases(2))
    world.plan(run)
    assert todo(world, run) == []


def test_requests_may_be_added_while_the_pages_are_read(world):
    run = world.run(world.cases(25))
    seen = []
    with world.store.transaction():
        intent = intents.open_intent(world.store, run.id, "n", world.at)
        for item in requests.unplanned(world.store, run.id, page=4):
            seen.append(item.sample_id)
            request = PlannedRequest(f"n-{item.sample_id}", item.sample_id, 1, 1, "d", 1)
            intents.add_requests(world.store, intent, [request])
    assert len(seen) == len(set(seen)) == 25


def test_runs_do_not_see_each_others_samples(world):
    first, second = world.run(world.cases(2)), world.run(world.cases(1))
    world.plan(first)
    assert todo(world, second) == [("case-0", 1, 1)]


def test_only_failures_that_may_succeed_are_asked_again(world, said):
    run = world.run(world.cases(6))
    intent = world.plan(run)
    world.send(intent)
    final = sorted(FINAL_ERRORS)[0]
    world.collect(
        intent,
        said("yes"),
        Errored("api_error", "x"),
        Expired(),
        Canceled(),
        Errored(final, "x"),
        Errored("missing_result", "x"),
    )
    assert requests.ask_retry(world.store, run.id) == 4
    assert todo(world, run) == [(f"case-{n}", 1, 2) for n in (1, 2, 3, 5)]


def test_what_a_retry_would_send_is_known_before(world, said):
    run = world.run(world.cases(4))
    assert requests.retryable(world.store, run.id) == (0, 0)
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, said("yes"), Errored("invalid_request_error", "x"), Expired())
    assert requests.retryable(world.store, run.id) == (2, 200)


def test_force_asks_again_for_every_failure(world, said):
    run = world.run(world.cases(2))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, said("yes"), Errored("invalid_request_error", "x"))
    assert requests.ask_retry(world.store, run.id) == 0
    assert requests.ask_retry(world.store, run.id, force=True) == 1


def test_asking_twice_asks_once_and_a_second_failure_may_be_asked_again(world):
    run = world.run(world.cases(1))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, Expired())
    assert [requests.ask_retry(world.store, run.id) for _ in range(2)] == [1, 0]
    second = world.plan(run)
    assert requests.ask_retry(world.store, run.id) == 0, "the second attempt is awaited"
    world.send(second)
    world.collect(second, Expired())
    assert requests.ask_retry(world.store, run.id) == 1
    assert todo(world, run) == [("case-0", 1, 3)]


def test_a_rejected_chunk_counts_as_failed_and_may_be_asked_again(world):
    run = world.run(world.cases(2))
    intents.record_rejected(world.store, world.plan(run), Fault("invalid", "too large"))
    assert todo(world, run) == []
    assert requests.ask_retry(world.store, run.id) == 2
    assert todo(world, run) == [("case-0", 1, 2), ("case-1", 1, 2)]


def test_an_answer_cannot_be_planned_twice(world):
    run = world.run(world.cases(1))
    world.plan(run)
    with pytest.raises(sqlite3.IntegrityError), world.store.transaction():
        intent = intents.open_intent(world.store, run.id, "again", world.at)
        intents.add_requests(world.store, intent, [PlannedRequest("again-1", 1, 1, 1, "d", 1)])
