"""Results are read line by line; nothing odd is ever taken for a success, and nothing is lost."""

from pathlib import Path

import msgspec
import pytest

from evaltui.batches.results import BadLine, ResultLine, outcome, read_lines, read_results
from evaltui.domain.request import Canceled, Errored, Expired, Succeeded
from evaltui.domain.trajectory import Usage

MESSAGE = (
    b'{"id":"msg_01","type":"message","role":"assistant","model":"claude-haiku-5-5",'
    b'"content":[{"type":"text","text":"caf\\u00e9  \xc3\xa9"}],  "stop_reason":"end_turn",'
    b'"usage":{"input_tokens":9,"output_tokens":20,"cache_creation_input_tokens":5,"cache_read_input_tokens":3,'
    b'"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":4},"service_tier":"batch"}}'
)


def line(result: bytes, custom_id: bytes = b"a") -> bytes:
    return b'{"custom_id":"%b","result":%b}\n' % (custom_id, result)


def one(result: bytes) -> object:
    [read] = read_lines([line(result)])
    assert isinstance(read, ResultLine)
    return outcome(read)


def test_a_success_keeps_its_message_byte_for_byte() -> None:
    result = one(b'{"type":"succeeded","message":%b}' % MESSAGE)
    assert result == Succeeded(MESSAGE, "end_turn", "claude-haiku-5-5", Usage(9, 20, 5, 3, 4))


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "tool_use", "pause_turn", "something_new"])
def test_every_stop_reason_passes_through(reason: str) -> None:
    message = b'{"content":[],"model":"m","stop_reason":"%b"}' % reason.encode()
    result = one(b'{"type":"succeeded","message":%b}' % message)
    assert result == Succeeded(message, reason, "m", Usage())


def test_an_error_is_told_by_its_wire_type() -> None:
    result = one(
        b'{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error",'
        b'"message":"max_tokens: Field required"},"request_id":"req_01"}}'
    )
    assert result == Errored("invalid_request_error", "max_tokens: Field required", "req_01")
    assert isinstance(result, Errored)
    assert not result.retryable


def test_an_error_of_an_unknown_type_keeps_it() -> None:
    assert one(b'{"type":"errored","error":{"type":"error","error":{"type":"brand_new","message":"x"}}}') == Errored(
        "brand_new", "x"
    )


def test_an_error_without_its_envelope_is_read_too() -> None:
    assert one(b'{"type":"errored","error":{"type":"api_error","message":"x"}}') == Errored("api_error", "x")


def test_canceled_and_expired_are_themselves() -> None:
    assert one(b'{"type":"canceled"}') == Canceled()
    assert one(b'{"type":"expired","more":1}') == Expired()


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (b'{"type":"vanished"}', "unknown_result"),
        (b'{"type":"vanished","message":%b}' % MESSAGE, "unknown_result"),
        (b'{"type":"Succeeded","message":%b}' % MESSAGE, "unknown_result"),
        (b'{"type":"succeeded"}', "unreadable_message"),
        (b'{"type":"succeeded","message":null}', "unreadable_message"),
        (b'{"type":"errored"}', "unreadable_error"),
        (b'{"type":"errored","error":"text"}', "unreadable_error"),
        (b'{"type":"errored","error":{}}', "unknown_error"),
    ],
)
def test_what_is_odd_is_an_error_and_never_a_success(result: bytes, kind: str) -> None:
    found = one(result)
    assert isinstance(found, Errored)
    assert found.kind == kind


@pytest.mark.parametrize(
    "message",
    [
        b"[]",
        b"{}",
        b'"text"',
        b'{"content":"text"}',
        b'{"content":[],"model":null,"usage":{"input_tokens":"many","output_tokens":1.5}}',
        b'{"content":[{"type":"text","text":"\\ud83d"}],"model":"m"}',
        b'{"content":[],"usage":{"input_tokens":100000000000000000000000}}',
        b'{"content":"\xff"}',
        b'{"content":' + b"[" * 3000 + b"]" * 3000 + b"}",
    ],
)
def test_a_paid_reply_of_an_unknown_shape_is_kept_as_it_came(message: bytes) -> None:
    found = one(b'{"type":"succeeded","message":%b}' % message)
    assert isinstance(found, Succeeded)
    assert found.body.replace(b" ", b"") == message
    assert found.usage.input_tokens == 0


@pytest.mark.parametrize(
    "bad",
    [
        b"not JSON\n",
        b"null\n",
        b"[]\n",
        b'{"custom_id":"a"}\n',
        b'{"result":{"type":"canceled"}}\n',
        b'{"custom_id":7,"result":{"type":"canceled"}}\n',
        b'{"custom_id":"a","result":null}\n',
        b'{"custom_id":"a","result":{}}\n',
        line(b'{"type":"canceled"}')[:-5],
        line(b'{"type":"canceled"}')[:-1] + line(b'{"type":"canceled"}'),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_rest_is_read(bad: bytes) -> None:
    good = line(b'{"type":"canceled"}')
    first, middle, last = read_lines([good, bad, good])
    assert isinstance(first, ResultLine)
    assert isinstance(middle, BadLine)
    assert middle.number == 2
    assert middle.reason
    assert isinstance(last, ResultLine)
    assert last.number == 3


def test_a_file_is_read_through_crlf_blank_lines_and_a_missing_last_line_feed(tmp_path: Path) -> None:
    good = line(b'{"type":"canceled"}', b"x")
    path = tmp_path / "results.jsonl"
    path.write_bytes(good.replace(b"\n", b"\r\n") + b"\n  \n" + good + good.rstrip())
    assert [read.number for read in read_results(path)] == [1, 4, 5]
    assert all(isinstance(read, ResultLine) and read.custom_id == "x" for read in read_results(path))


def test_repeated_ids_are_all_given_in_their_order() -> None:
    lines = [line(b'{"type":"canceled"}'), line(b'{"type":"expired"}')]
    assert [read.kind for read in read_lines(lines) if isinstance(read, ResultLine)] == ["canceled", "expired"]


def test_a_line_of_many_megabytes_is_one_line(tmp_path: Path) -> None:
    message = msgspec.json.encode({"content": [{"type": "text", "text": "word " * 6_000_000}], "model": "m"})
    path = tmp_path / "results.jsonl"
    path.write_bytes(line(b'{"type":"succeeded","message":%b}' % message) + line(b'{"type":"canceled"}'))
    first, second = read_results(path)
    assert isinstance(first, ResultLine)
    assert outcome(first) == Succeeded(message, None, "m", Usage())
    assert isinstance(second, ResultLine)
