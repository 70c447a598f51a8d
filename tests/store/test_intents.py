"""Promises, and what became of them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evaltui.domain.batch import Chunk, Counts, Fault, RemoteBatch
from evaltui.domain.errors import Refused
from evaltui.domain.request import Errored
from evaltui.store import batches, intents, outcomes, runs


@pytest.fixture
def run(world):
    return world.run(world.cases(2))


def remote(name):
    return RemoteBatch(name, "in_progress", Counts(processing=2))


def test_a_sealed_intent_is_unsubmitted_and_not_sent(world, run):
    intent = world.plan(run)
    (found,) = intents.unsubmitted(world.store, run.id)
    assert (found.id, found.run_id, found.size, found.body_bytes, found.sent_at, found.remote_id) == (
        intent,
        run.id,
        2,
        900,
        None,
        None,
    )
    assert found.created_at == world.at
    assert intents.intent_of_run(world.store, run.id) == [found]


def test_a_sent_intent_without_an_answer_stays_unsubmitted_with_its_first_time(world, run):
    intent = world.plan(run)
    intents.mark_sent(world.store, intent, world.at)
    intents.mark_sent(world.store, intent, world.at + timedelta(minutes=9))
    assert [found.sent_at for found in intents.unsubmitted(world.store, run.id)] == [world.at]


def test_a_refused_sending_leaves_the_intent_as_if_never_sent(world, run):
    intent = world.plan(run)
    intents.mark_sent(world.store, intent, world.at)
    intents.record_refused(world.store, intent, "429")
    assert intents.unsubmitted(world.store, run.id)[0].sent_at is None


def test_a_refusal_takes_back_only_the_last_sending(world, run):
    intent = world.plan(run)
    for minutes in (0, 5):
        intents.mark_sent(world.store, intent, world.at + timedelta(minutes=minutes))
    intents.record_refused(world.store, intent, "429")
    assert intents.unsubmitted(world.store, run.id)[0].sent_at == world.at


def test_a_created_intent_is_submitted_and_its_batch_mirrored(world, run):
    intent = world.plan(run)
    intents.mark_sent(world.store, intent, world.at)
    intents.record_created(world.store, intent, remote("b1"), adopted=True)
    assert intents.unsubmitted(world.store, run.id) == []
    (tracked,) = batches.batches(world.store, run.id)
    assert (tracked.intent.remote_id, tracked.remote, tracked.adopted, tracked.collected) == (
        "b1",
        remote("b1"),
        True,
        False,
    )
    assert tracked.intent == intents.intent_of_run(world.store, run.id)[0]


def test_recording_the_same_creation_twice_keeps_one_and_another_is_refused(world, run):
    intent = world.plan(run)
    for _ in range(2):
        intents.record_created(world.store, intent, remote("b1"), adopted=False)
    with pytest.raises(Refused, match="batch b1 already"):
        intents.record_created(world.store, intent, remote("b2"), adopted=False)
    assert len(batches.batches(world.store, run.id)) == 1
    assert intents.known_remote_ids(world.store, intent) == {"b1"}


def test_a_released_adoption_is_unsubmitted_again_and_its_batch_stays_known(world, run):
    intent = world.plan(run)
    intents.mark_sent(world.store, intent, world.at)
    intents.record_created(world.store, intent, remote("foreign"), adopted=True)
    intents.record_released(world.store, intent, "foreign", "its custom ids are not ours")
    assert [found.id for found in intents.unsubmitted(world.store, run.id)] == [intent]
    assert batches.batches(world.store, run.id) == []
    assert intents.known_remote_ids(world.store, intent) == {"foreign"}
    intents.record_created(world.store, intent, remote("ours"), adopted=True)
    assert [tracked.remote.id for tracked in batches.batches(world.store, run.id)] == ["ours"]


def test_a_rejected_intent_is_over_and_its_requests_failed(world, run):
    intent = world.plan(run)
    for _ in range(2):
        intents.record_rejected(world.store, intent, Fault("invalid", "too \ud800 large", request_id="req_1"))
    assert intents.unsubmitted(world.store, run.id) == []
    assert runs.progress(world.store, run.id).failed == 2
    assert outcomes.reply(world.store, 1).outcome == Errored("rejected", "too \\ud800 large", "req_1")


def test_what_another_intent_released_may_still_be_this_ones(world, run):
    first, second = world.plan(run), world.plan(world.run(world.cases(1)))
    intents.record_created(world.store, first, remote("swapped"), adopted=True)
    assert intents.known_remote_ids(world.store, second) == {"swapped"}
    intents.record_released(world.store, first, "swapped", "its custom ids are not ours")
    assert intents.known_remote_ids(world.store, second) == set()
    assert intents.known_remote_ids(world.store, first) == {"swapped"}


def test_an_adopted_batch_is_on_probation_for_the_others_until_it_is_collected(world, run, said):
    first, second = world.plan(run), world.plan(world.run(world.cases(1)))
    world.send(second, "made")
    intents.record_created(world.store, first, remote("adopted"), adopted=True)
    assert intents.on_probation(world.store, second) == {"adopted"}
    assert intents.on_probation(world.store, first) == set()
    world.collect(first, said("yes"))
    assert intents.on_probation(world.store, second) == set()


def test_the_last_sending_is_known_beside_the_first(world, run):
    intent = world.plan(run)
    assert intents.last_sent_at(world.store, intent) is None
    for minutes in (0, 5):
        intents.mark_sent(world.store, intent, world.at + timedelta(minutes=minutes))
    assert intents.last_sent_at(world.store, intent) == world.at + timedelta(minutes=5)


def test_a_create_without_an_answer_is_seen_from_other_runs_of_the_endpoint_only(world, run):
    intent, other = world.plan(run), world.run(world.cases(1))
    assert intents.unanswered_elsewhere(world.store, other.id) is None
    intents.mark_sent(world.store, intent, world.at)
    assert intents.unanswered_elsewhere(world.store, other.id) == world.at
    assert intents.unanswered_elsewhere(world.store, run.id) is None
    intents.record_created(world.store, intent, remote("b1"), adopted=False)
    assert intents.unanswered_elsewhere(world.store, other.id) is None


def test_used_sizes_are_those_that_a_new_chunk_could_be_confused_with(world, run, said):
    other = world.run(world.cases(1))
    intent, foreign = world.plan(run), world.plan(other)
    assert intents.used_sizes(world.store, run.id) == {2}
    intents.mark_sent(world.store, foreign, world.at)
    assert intents.used_sizes(world.store, run.id) == {1, 2}
    intents.record_created(world.store, foreign, remote("b1"), adopted=False)
    world.send(intent)
    assert intents.used_sizes(world.store, run.id) == {2}
    world.collect(intent, said("yes"))
    assert intents.used_sizes(world.store, run.id) == set()


def test_a_plan_that_fails_before_the_seal_leaves_nothing(world, run):
    with pytest.raises(ZeroDivisionError), world.store.transaction():
        intents.open_intent(world.store, run.id, "n", world.at)
        1 / 0  # noqa: B018 - the failure under test
    assert world.store.connection.execute("SELECT count(*) FROM intents").fetchone() == (0,)
    assert runs.progress(world.store, run.id).unplanned == 2


def test_marking_as_sent_inside_a_transaction_is_refused(world, run):
    intent = world.plan(run)
    with pytest.raises(RuntimeError, match="do not nest"), world.store.transaction():
        intents.mark_sent(world.store, intent, world.at)


def test_the_chunk_is_kept_as_it_will_be_sent(world, run):
    with world.store.transaction():
        intent = intents.open_intent(world.store, run.id, "n", world.at)
        chunk = Chunk("n", 0, Path("bodies/n.json"), 17, "e" * 64)
        intents.seal_intent(world.store, intent, chunk)
    (found,) = intents.intent_of_run(world.store, run.id)
    assert (found.nonce, found.size, found.body_bytes, found.body_digest) == ("n", 0, 17, "e" * 64)
    assert replace(found, created_at=world.at) == found
