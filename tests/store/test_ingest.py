"""A results file becomes outcomes: all of it or nothing, the first line of each request."""

import pytest

from evaltui.domain.request import Canceled, Errored, Expired
from evaltui.store import batches, outcomes, runs


@pytest.fixture
def run(world):
    return world.run(world.cases(3))


@pytest.fixture
def intent(world, run):
    planned = world.plan(run)
    world.send(planned)
    return planned


def ingest(world, intent, *lines, final=False):
    return outcomes.ingest(world.store, intent, lines, world.at, final=final)


def test_every_kind_of_outcome_comes_back_as_it_was(world, run, intent, said):
    kinds = [said("yes"), Errored("overloaded_error", "busy", "req_9"), Canceled()]
    assert world.collect(intent, *kinds) == outcomes.Ingested(3, (), (), (), True)
    assert [outcomes.reply(world.store, sample).outcome for sample in (1, 2, 3)] == kinds
    assert world.run(world.cases(1)).id == run.id + 1


def test_an_expired_request_is_kept_as_expired(world, intent):
    world.collect(intent, Expired())
    assert outcomes.reply(world.store, 1).outcome == Expired()


def test_lines_may_come_in_any_order(world, intent, said):
    names = world.custom_ids(intent)
    ingest(world, intent, *[(name, said(name)) for name in reversed(names)])
    assert [outcomes.reply(world.store, n).body == said(names[n - 1]).body for n in (1, 2, 3)] == [True] * 3


def test_the_first_line_of_a_request_stands_and_the_others_are_named(world, intent, said):
    one, two, three = world.custom_ids(intent)
    got = ingest(world, intent, (one, said("first")), (one, said("second")), (two, Expired()), (three, Expired()))
    assert got == outcomes.Ingested(3, (one,), (), (), True)
    assert outcomes.reply(world.store, 1).body == said("first").body


def test_lines_for_no_request_are_named_and_change_nothing(world, intent, said):
    lines = [(name, said("x")) for name in world.custom_ids(intent)]
    strange = ["stranger", "n-1\0", "\ud800", "'; DROP TABLE outcomes; --"]
    got = ingest(world, intent, *lines, *[(name, said("x")) for name in strange])
    assert got.unknown == tuple(strange)
    assert got.matched == 3


def test_a_file_of_someone_else_keeps_nothing_even_when_final(world, run, intent, said):
    got = ingest(world, intent, ("theirs-1", said("x")), ("theirs-2", said("x")), final=True)
    assert (got.matched, got.collected, len(got.missing)) == (0, False, 3)
    assert runs.progress(world.store, run.id).waiting == 3
    assert [tracked.collected for tracked in batches.batches(world.store, run.id)] == [False]


def test_missing_lines_leave_the_batch_uncollected_until_a_better_file_comes(world, run, intent, said):
    one, two, three = world.custom_ids(intent)
    got = ingest(world, intent, (one, said("kept")))
    assert got == outcomes.Ingested(1, (), (), (two, three), False)
    assert runs.progress(world.store, run.id).answered == 1
    assert [tracked.collected for tracked in batches.batches(world.store, run.id)] == [False]
    again = ingest(world, intent, (one, said("other")), (two, said("b")), (three, said("c")))
    assert again == outcomes.Ingested(3, (), (), (), True)
    assert outcomes.reply(world.store, 1).body == said("kept").body


def test_missing_lines_of_a_final_file_are_errors_that_may_be_asked_again(world, run, intent, said):
    one, two, three = world.custom_ids(intent)
    assert ingest(world, intent, (one, said("a")), final=True) == outcomes.Ingested(1, (), (), (two, three), True)
    outcome = outcomes.reply(world.store, 2).outcome
    assert isinstance(outcome, Errored)
    assert outcome.kind == "missing_result"
    assert outcome.retryable
    assert batches.uncollected(world.store, run.id) == []


def test_an_empty_final_file_marks_every_request_as_missing(world, run, intent):
    assert ingest(world, intent, final=True).collected
    assert runs.progress(world.store, run.id).failed == 3


def test_at_most_twenty_names_of_each_trouble_are_told(world, said):
    run = world.run(world.cases(60))
    intent = world.plan(run)
    names = world.custom_ids(intent)[:30]
    lines = [(name, said("x")) for name in [*names, *names, *(f"stranger-{n}" for n in range(30))]]
    got = ingest(world, intent, *lines)
    assert (got.matched, len(got.duplicates), len(got.unknown), len(got.missing)) == (30, 20, 20, 20)


def test_a_stream_that_breaks_keeps_nothing(world, run, intent, said):
    def broken():
        yield world.custom_ids(intent)[0], said("x")
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError):
        outcomes.ingest(world.store, intent, broken(), world.at)
    assert runs.progress(world.store, run.id).waiting == 3
    assert world.store.connection.execute("SELECT count(*) FROM downloads").fetchone() == (0,)


def test_hostile_words_of_the_provider_are_kept_readable(world, intent):
    world.collect(intent, Errored("kind\ud800", "nul \0 \x1b[2J \udfff", "req\ud800"))
    assert outcomes.reply(world.store, 1).outcome == Errored("kind\\ud800", "nul \0 \x1b[2J \\udfff", "req\\ud800")
