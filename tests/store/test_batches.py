"""The provider's words, mirrored."""

from dataclasses import replace
from datetime import timedelta

from evaltui.domain.batch import Counts
from evaltui.store import batches


def test_the_mirror_follows_every_field(world):
    run = world.run(world.cases(2))
    remote = world.send(world.plan(run))
    hour = timedelta(hours=1)
    later = replace(
        remote,
        status="ended",
        counts=Counts(0, 1, 2, 3, 4),
        created_at=world.at,
        expires_at=world.at + 24 * hour,
        ended_at=world.at + hour,
        cancel_initiated_at=world.at + hour / 2,
        archived_at=world.at + 700 * hour,
    )
    batches.mirror(world.store, later)
    assert [tracked.remote for tracked in batches.batches(world.store, run.id)] == [later]


def test_a_batch_is_uncollected_until_its_results_are_kept(world, said):
    run = world.run(world.cases(2))
    intent = world.plan(run)
    world.send(intent)
    assert [tracked.intent.id for tracked in batches.uncollected(world.store, run.id)] == [intent]
    world.collect(intent, said("yes"))
    assert batches.uncollected(world.store, run.id) == []
    assert [tracked.collected for tracked in batches.batches(world.store, run.id)] == [True]


def test_custom_ids_are_those_of_the_intent_in_text_order(world):
    run = world.run(world.cases(12))
    intent = world.plan(run)
    assert list(batches.custom_ids(world.store, intent)) == sorted(world.custom_ids(intent))
    assert list(batches.custom_ids(world.store, intent + 1)) == []
