"""What holds a run back: cancellations, rounds we closed, budgets."""

from datetime import UTC, datetime

import pytest

from evaltui.domain.request import Canceled, Expired
from evaltui.store import limits, requests
from evaltui.store.intents import open_intent


@pytest.fixture
def late(world, said):
    """A run of four conversations with a batch that we closed: two replies, one canceled, one expired."""
    run = world.run(world.cases(4), turns=3)
    intent = world.plan(run)
    world.send(intent)
    limits.record_closing(world.store, intent)
    world.collect(intent, said("yes"), said("yes"), Canceled(), Expired())
    return run


def todo(world, run):
    return [(item.case.id, item.turn, item.attempt) for item in requests.unplanned(world.store, run.id)]


def test_a_canceled_run_sends_nothing_until_somebody_retries_it(world):
    run, other = world.run(world.cases(1)), world.run(world.cases(1))
    assert not limits.is_canceled(world.store, run.id)
    limits.record_cancellation(world.store, run.id)
    limits.record_cancellation(world.store, run.id)
    assert limits.is_canceled(world.store, run.id) and not limits.is_canceled(world.store, other.id)
    requests.ask_retry(world.store, run.id)
    assert not limits.is_canceled(world.store, run.id)


def test_what_a_closed_batch_left_is_asked_again_once_and_nothing_else_is(world, late):
    assert todo(world, late) == []
    for _ in range(3):
        limits.ask_late_again(world.store, late.id)
    assert todo(world, late) == [("case-2", 1, 2)]
    second = world.plan(late)
    limits.ask_late_again(world.store, late.id)
    assert todo(world, late) == []
    world.send(second)
    world.collect(second, Canceled())
    limits.ask_late_again(world.store, late.id)
    assert todo(world, late) == [], "somebody else canceled that batch"


def test_what_another_closed_batch_left_is_of_another_run(world, late):
    other = world.run(world.cases(4))
    limits.ask_late_again(world.store, other.id)
    assert todo(world, late) == []


def test_a_round_that_was_closed_counts_for_batches_promised_after_it_and_its_batches_count_once(world, late):
    def promised():
        with world.store.transaction():
            world.nonces += 1
            return open_intent(world.store, late.id, f"later-{world.nonces}", datetime.now(UTC))

    assert limits.closed_before(world.store, 1) == 0, "not for the batch itself"
    beside = [promised() for _ in range(3)]
    assert [limits.closed_before(world.store, intent) for intent in beside] == [1, 1, 1]
    for intent in beside:
        limits.record_closing(world.store, intent)
        limits.record_closing(world.store, intent)
    assert [limits.closed_before(world.store, intent) for intent in beside] == [1, 1, 1]
    assert limits.closed_before(world.store, promised()) == 2


def test_requests_in_flight_are_those_without_an_outcome(world, said):
    run = world.run(world.cases(3))
    assert limits.in_flight(world.store, run.id) == (0, 0)
    intent = world.plan(run)
    assert limits.in_flight(world.store, run.id) == (3, 3)
    world.send(intent)
    world.collect(intent, said("yes"))
    assert limits.in_flight(world.store, run.id) == (0, 3)


def test_the_newest_budget_counts(world):
    run = world.run(world.cases(1))
    assert limits.budget(world.store, run.id) is None
    limits.set_budget(world.store, run.id, 1.5)
    limits.set_budget(world.store, run.id, 0.5)
    assert limits.budget(world.store, run.id) == 0.5
