"""What judges are asked: each key once, whoever wants it; what failed, and what we canceled, can be asked again."""

import pytest

from evaltui.domain.request import Canceled, Errored, PlannedRequest
from evaltui.store import limits, scores
from evaltui.store.intents import add_requests, open_intent
from evaltui.store.questions import (
    Asked,
    add_judge_requests,
    add_questions,
    answer_to,
    count_unasked,
    times_asked,
    unasked,
)


@pytest.fixture
def judged(world, said):
    """A run of two samples that are answered, and its scoring."""
    run = world.run(world.cases(2))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, said("yes"))
    scoring = scores.open_scoring(world.store, run.id, "s", "[]", world.at)
    return run, scoring


def want(world, scoring, *keys, attempt=1, sample=1):
    asked = [Asked(sample, sample, "judge", number, key, attempt) for number, key in enumerate(keys)]
    add_questions(world.store, scoring, asked)
    return asked


def ask(world, run, *results):
    """Send what is wanted; the keys that were asked for."""
    world.nonces += 1
    with world.store.transaction():
        intent = open_intent(world.store, run.id, f"j{world.nonces}", world.at)
        wanted = [found.question for found in unasked(world.store, run.id, page=1)]
        names = [f"j{world.nonces}-{number}" for number, _ in enumerate(wanted)]
        named = list(zip(names, wanted, strict=True))
        planned = [PlannedRequest(name, q.sample_id, 0, q.attempt, "d", 50, "judge") for name, q in named]
        add_requests(world.store, intent, planned)
        add_judge_requests(world.store, intent, named)
    if results:
        world.send(intent)
        world.collect(intent, *results)
    return [question.key for question in wanted], intent


def keys(world, run):
    return [(found.question.key, found.question.attempt) for found in unasked(world.store, run.id)]


def test_a_key_is_asked_once_whichever_samples_want_it(world, judged, said):
    run, scoring = judged
    want(world, scoring, "b", "a")
    want(world, scoring, "a", sample=2)
    want(world, scoring, "a", sample=2)
    assert keys(world, run) == [("a", 1), ("b", 1)] and count_unasked(world.store, run.id) == 2
    assert ask(world, run, said("4"))[0] == ["a", "b"]
    assert keys(world, run) == []
    assert answer_to(world.store, "a") == (said("4"), 1)
    assert answer_to(world.store, "never") == (None, 0)


def test_a_sample_waits_for_all_it_wants(world, judged, said):
    run, scoring = judged
    waiting = lambda: [answered.sample_id for answered in scores.unscored(world.store, scoring)]  # noqa: E731
    assert waiting() == [1, 2]
    want(world, scoring, "a", "b")
    assert waiting() == [2]
    ask(world, run, said("4"))
    assert waiting() == [1, 2]


def test_a_new_attempt_is_asked_beside_the_one_that_came(world, judged, said):
    run, scoring = judged
    (first, *_) = want(world, scoring, "a")
    ask(world, run, said("prose"))
    want(world, scoring, "a", attempt=2)
    assert times_asked(world.store, scoring, first) == 2
    assert keys(world, run) == [("a", 2)]
    ask(world, run, said("4"))
    assert answer_to(world.store, "a") == (said("4"), 2)


def test_a_reply_stands_before_a_later_failure(world, judged, said):
    run, scoring = judged
    want(world, scoring, "a")
    ask(world, run, said("4"))
    want(world, scoring, "a", attempt=2)
    ask(world, run, Errored("api_error", "x"))
    assert answer_to(world.store, "a") == (said("4"), 2)


def test_what_we_canceled_to_close_a_round_is_no_answer_and_counts_as_an_attempt(world, judged):
    run, scoring = judged
    want(world, scoring, "a")
    _, intent = ask(world, run)
    world.send(intent)
    limits.record_closing(world.store, intent)
    world.collect(intent, Canceled())
    assert answer_to(world.store, "a") == (None, 1)


def test_what_somebody_else_canceled_is_a_failure(world, judged):
    run, scoring = judged
    want(world, scoring, "a")
    ask(world, run, Canceled())
    assert answer_to(world.store, "a") == (Canceled(), 1)


def test_what_another_run_waits_for_is_not_waited_for_and_what_it_got_is_taken(world, judged, said):
    run, scoring = judged
    other = world.run(world.cases(1), name="other")
    intent = world.plan(other)
    world.send(intent)
    world.collect(intent, said("yes"))
    theirs = scores.open_scoring(world.store, other.id, "s", "[]", world.at)
    want(world, scoring, "a")
    _, asked = ask(world, run)
    add_questions(world.store, theirs, [Asked(3, 3, "judge", 0, "a", 1)])
    assert keys(world, other) == [("a", 1)]
    world.send(asked)
    world.collect(asked, said("4"))
    assert keys(world, other) == []


def test_only_the_newest_scoring_wants_anything(world, judged):
    run, scoring = judged
    want(world, scoring, "a")
    scores.open_scoring(world.store, run.id, "s2", "[]", world.at)
    assert keys(world, run) == []
