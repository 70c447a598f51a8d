"""The prompt cache: who writes, who reads, for how long, and that usage always adds up."""

from typing import Any

import pytest

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.lexical import Lexical, count_tokens
from evaltui.sandbox.replay import RecordedLine, RecordedReply, Replay, request_digest

LONG = "You are patient and kind. " * 200
HOUR = {"type": "ephemeral", "ttl": "1h"}
MINUTES = {"type": "ephemeral"}


def params(said: str = "hello", system: str = LONG, mark: Any = MINUTES, **more: Any) -> dict[str, Any]:
    block = {"type": "text", "text": system, **({"cache_control": mark} if mark else {})}
    turns = [{"role": "user", "content": said}]
    return {"model": "claude-haiku-5-5", "max_tokens": 50, "system": [block], "messages": turns, **more}


@pytest.fixture
def desk(start):
    return start(Lexical(), clock=Clock(batch_seconds=60.0))


def usage(desk, **request: Any) -> tuple[int, int, int]:
    """(input, written, read) of a single request; together they are all of it."""
    used = desk.sdk.messages.create(**request).usage
    parts = (used.input_tokens, used.cache_creation_input_tokens, used.cache_read_input_tokens)
    assert sum(parts) == count_tokens(request)
    split = used.cache_creation
    assert split.ephemeral_5m_input_tokens + split.ephemeral_1h_input_tokens == parts[1]
    return parts


def test_the_first_request_writes_and_the_next_one_reads(desk):
    fresh, written, read = usage(desk, **params("first"))
    assert written > 1000 and read == 0
    assert usage(desk, **params("2nd one")) == (fresh, 0, written)


def test_without_a_mark_nothing_is_cached(desk):
    for _ in range(2):
        assert usage(desk, **params(mark=None))[1:] == (0, 0)


@pytest.mark.parametrize(("model", "long_enough"), [("claude-haiku-5-5", True), ("claude-sonnet-5", False)])
def test_a_prefix_shorter_than_the_minimum_of_the_model_is_not_cached(desk, model, long_enough):
    short = params(system="x" * int(3.6 * 700), model=model)
    assert bool(usage(desk, **short)[1]) is long_enough


def test_an_entry_lives_for_its_time_after_the_last_use(desk):
    usage(desk, **params())
    for seconds, alive in ((250, True), (250, True), (301, False)):
        desk.sandbox.advance(seconds)
        assert bool(usage(desk, **params())[2]) is alive


def test_an_hour_is_told_apart_from_five_minutes(desk):
    used = desk.sdk.messages.create(**params(mark=HOUR)).usage
    assert used.cache_creation.ephemeral_1h_input_tokens == used.cache_creation_input_tokens > 0
    desk.sandbox.advance(3000)
    assert usage(desk, **params(mark=HOUR))[2] > 0


def test_any_other_beginning_is_another_prefix(desk):
    usage(desk, **params())
    look = [{"name": "look", "input_schema": {"type": "object"}}]
    for other in (params(system=LONG + "!"), params(tools=look), params(model="claude-opus-5-5")):
        assert usage(desk, **other)[2] == 0


def test_another_key_reads_nothing(desk):
    usage(desk, **params())
    other = desk.sdk.with_options(api_key="another-key").messages.create(**params())
    assert other.usage.cache_read_input_tokens == 0


def test_the_mark_of_the_whole_request_moves_with_the_conversation(desk):
    """Each turn reads what the turn before has written, and writes what is new."""
    talk = params(mark=None, cache_control=HOUR)
    _, first, _ = usage(desk, **talk)
    told = [{"role": "assistant", "content": "I see."}, {"role": "user", "content": "go on " * 40}]
    fresh, written, read = usage(desk, **{**talk, "messages": [*talk["messages"], *told]})
    assert read == first
    assert 0 < written < 200
    assert fresh < 20


def test_several_marks_are_written_once_each(desk):
    marked = {"role": "user", "content": [{"type": "text", "text": LONG, "cache_control": MINUTES}]}
    _, written, _ = usage(desk, **params(mark=HOUR, messages=[marked]))
    split = desk.sdk.messages.create(**params(mark=HOUR, messages=[marked], system=LONG + "!")).usage.cache_creation
    assert split.ephemeral_1h_input_tokens > 1000
    assert split.ephemeral_5m_input_tokens > 1000
    assert usage(desk, **params())[2] < written


def read_of(desk, batch) -> list[bool]:
    return [bool(one.message.usage.cache_read_input_tokens) for one in desk.results(batch).values()]


def test_about_half_of_a_batch_reads_what_it_writes_and_all_of_the_next_one_does(desk):
    requests = [{"custom_id": f"k-c{n:03}", "params": params(f"case {n}", mark=HOUR)} for n in range(60)]
    first, second = (desk.end(desk.batches.create(requests=requests)) for _ in range(2))
    assert 15 < sum(read_of(desk, first)) < 45
    assert all(read_of(desk, second))


def test_a_batch_of_one_before_the_others_makes_all_of_them_read(desk):
    requests = [{"custom_id": f"k-c{n:03}", "params": params(f"case {n}", mark=HOUR)} for n in range(20)]
    priming = desk.end(desk.batches.create(requests=requests[:1]))
    rest = desk.end(desk.batches.create(requests=requests[1:]))
    assert read_of(desk, priming) == [False]
    assert all(read_of(desk, rest))


def test_recorded_usage_stays_as_it_was_recorded(start):
    request = params()
    reply = RecordedReply([{"type": "text", "text": "hi"}], "end_turn", {"input_tokens": 7, "output_tokens": 2})
    desk = start(Replay([RecordedLine(request_digest(request), reply)]))
    used = desk.sdk.messages.create(**request).usage
    assert (used.input_tokens, used.cache_creation_input_tokens, used.cache_read_input_tokens) == (7, 0, 0)
