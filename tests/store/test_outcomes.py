"""Reading replies, tokens and recordings."""

import json
import os
import random

import pytest

from evaltui.domain.request import Errored, Expired, Succeeded
from evaltui.domain.trajectory import Usage
from evaltui.store import outcomes, requests


def test_a_reply_is_that_of_the_newest_attempt_that_came_back(world, said):
    run = world.run(world.cases(1))
    first = world.plan(run)
    assert outcomes.reply(world.store, 1) is None
    world.send(first)
    world.collect(first, Expired())
    requests.ask_retry(world.store, run.id)
    second = world.plan(run)
    assert outcomes.reply(world.store, 1).outcome == Expired(), "the second attempt is still awaited"
    assert outcomes.reply(world.store, 1).body is None
    world.send(second)
    world.collect(second, said("at last"))
    found = outcomes.reply(world.store, 1)
    assert (found.attempt, found.turn, found.body, found.outcome) == (2, 1, said("at last").body, said("at last"))
    assert outcomes.reply(world.store, 1, turn=2) is None


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe not utf-8 \0", os.urandom(5000), b"a" * 3_000_000])
def test_a_body_comes_back_byte_for_byte(world, body):
    run = world.run(world.cases(1))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, Succeeded(body, None, "m", Usage()))
    assert outcomes.reply(world.store, 1).outcome == Succeeded(body, None, "m", Usage())


def test_many_replies_share_a_dictionary_and_come_back_byte_for_byte(world):
    words = [f"word{n}" for n in range(3000)]
    bodies = [
        json.dumps({"n": n, "text": " ".join(random.Random(n).choices(words, k=200))}).encode() for n in range(600)
    ]
    run = world.run(world.cases(600))
    intent = world.plan(run)
    world.send(intent)
    world.collect(intent, *(Succeeded(body, "end_turn", "m", Usage()) for body in bodies))
    assert [outcome.body for _, outcome in outcomes.recording(world.store, run.id)] == bodies
    codecs = world.store.connection.execute("SELECT DISTINCT codec, dictionary_id IS NULL FROM replies").fetchall()
    assert codecs == [("zstd", 0)]
    stored, plain = (
        world.store.connection.execute("SELECT sum(length(body)) FROM replies").fetchone()[0],
        sum(map(len, bodies)),
    )
    assert stored < plain / 1.8


def test_a_second_batch_of_a_run_uses_the_dictionary_of_the_first(world):
    run = world.run(world.cases(500))
    body = [json.dumps({"t": " ".join(str(random.Random(n).random()) for _ in range(50))}).encode() for n in range(500)]
    first = world.plan(run)
    world.send(first)
    world.collect(first, *(Succeeded(text, "end_turn", "m", Usage()) for text in body[:499]), Expired())
    requests.ask_retry(world.store, run.id)
    second = world.plan(run)
    world.send(second)
    world.collect(second, Succeeded(body[499], "end_turn", "m", Usage()))
    assert outcomes.reply(world.store, 500).body == body[499]
    assert world.store.connection.execute("SELECT count(DISTINCT dictionary_id) FROM replies").fetchone() == (1,)


def test_usage_sums_every_attempt_by_model(world, said):
    run = world.run(world.cases(3))
    intent = world.plan(run)
    world.send(intent)
    tokens = {"cache_creation_input_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_1h_input_tokens": 3}
    world.collect(intent, said("a", **tokens), said("b", model="other"), said("c", **tokens))
    total = outcomes.usage(world.store, run.id)
    assert total.models == (
        outcomes.ModelUsage("claude-haiku-5-5", 2, Usage(18, 4, 10, 14, 6)),
        outcomes.ModelUsage("other", 1, Usage(9, 2)),
    )
    assert total.requests == 3


def test_a_run_without_replies_has_used_nothing(world):
    assert outcomes.usage(world.store, world.run(world.cases(1)).id) == outcomes.UsageTotals(())


def test_a_recording_holds_every_request_that_came_back_in_planned_order(world, said):
    run = world.run(world.cases(3))
    intent = world.plan(run)
    names = world.custom_ids(intent)
    outcomes.ingest(world.store, intent, [(names[2], said("c")), (names[0], Errored("api_error", "x"))], world.at)
    recorded = list(outcomes.recording(world.store, run.id))
    assert recorded == [("d" * 64, Errored("api_error", "x")), ("d" * 64, said("c"))]
