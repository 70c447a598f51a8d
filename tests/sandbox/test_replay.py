"""Recordings: the digest both sides share, loading, hits and misses."""

import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.sandbox.digest import request_digest
from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.replay import Replay

PARAMS = {"model": "claude-haiku-5-5", "max_tokens": 10, "messages": [{"role": "user", "content": "é 😀"}]}
REPLY = {
    "content": [{"type": "text", "text": "ja"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": 3, "service_tier": "batch"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def recording(tmp_path, *rows):
    path = tmp_path / "recording.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_digest_is_that_of_compact_utf_8_with_its_own_keys_sorted():
    ordered = {key: PARAMS[key] for key in sorted(PARAMS)}
    compact = json.dumps(ordered, separators=(",", ":"), ensure_ascii=False).encode()
    assert request_digest(PARAMS) == hashlib.sha256(compact).hexdigest()
    assert request_digest({"b": 1, "a": 2}) == request_digest({"a": 2, "b": 1})
    assert request_digest({"a": {"c": 1, "b": 2}}) != request_digest({"a": {"b": 2, "c": 1}})
    assert request_digest({"b": 1.0, "a": 1}) != request_digest({"b": 1, "a": 1})


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_the_digest_is_equal_on_both_ends_of_the_wire(params):
    sent = json.dumps(dict(reversed(params.items()))).encode()
    assert request_digest(msgspec.json.decode(sent)) == request_digest(params)
    assert request_digest(msgspec.json.decode(msgspec.json.encode(params))) == request_digest(params)


def test_a_recorded_request_gets_its_recorded_reply_over_the_wire(start, tmp_path):
    desk = start(Replay.load(recording(tmp_path, {"digest": request_digest(PARAMS), "reply": REPLY})))
    message = desk.sdk.messages.create(**PARAMS)
    assert (message.content[0].text, message.stop_reason) == ("ja", "end_turn")
    usage = message.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_input_tokens) == (5, 2, 3)
    assert (usage.service_tier, usage.cache_creation_input_tokens) == ("standard", 0)


def test_a_miss_is_not_found_and_names_the_digest(tmp_path):
    model = Replay.load(recording(tmp_path))
    message = f"no recording for request digest {request_digest(PARAMS)} (replay)"
    assert model.reply(PARAMS) == Refused("not_found_error", message)


def test_a_recorded_error_is_refused_again(tmp_path):
    row = {"digest": request_digest(PARAMS), "error": {"type": "overloaded_error", "message": "busy"}}
    assert Replay.load(recording(tmp_path, row)).reply(PARAMS) == Refused("overloaded_error", "busy")


def test_the_first_of_several_lines_wins_and_the_others_are_counted(tmp_path):
    row = {"digest": request_digest(PARAMS), "reply": REPLY}
    other = {**row, "reply": {**REPLY, "stop_reason": "refusal"}}
    model = Replay.load(recording(tmp_path, row, other, other))
    assert (len(model), model.duplicates) == (1, 2)
    usage = {"cache_read_input_tokens": 3}
    assert model.reply(PARAMS) == Answer(REPLY["content"], "end_turn", 5, 2, usage, recorded=True)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not a recorded reply"),
        ("[]", "not a recorded reply"),
        ('{"reply": {}}', "not a recorded reply"),
        ('{"digest": "a"}', "a line needs either"),
        ('{"digest": "a", "reply": {"stop_reason": "x"}}', "not a recorded reply"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, complaint):
    path = tmp_path / "recording.jsonl"
    path.write_text(f'\n{{"digest": "d", "error": {{"type": "t", "message": "m"}}}}\n{line}\n')
    with pytest.raises(ValueError, match=complaint) as caught:
        Replay.load(path)
    assert f"{path}:3:" in str(caught.value)
