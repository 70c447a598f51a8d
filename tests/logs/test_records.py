"""The lines of a log are read one by one from any byte on; what is no record is told with its place."""

import json
import tracemalloc
from pathlib import Path

import pytest

from evaltui.domain.item import Skipped
from evaltui.files.raw import LINE_LIMIT
from evaltui.logs.records import Record, first_records, read_records, record_at


def log(tmp_path: Path, *lines: bytes) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def read(path: Path, offset: int = 0) -> list[object]:
    return [each.value if isinstance(each, Record) else each.reason for each in read_records(path, offset)]


def test_every_line_is_a_record_with_its_line_and_the_byte_after_it(tmp_path: Path) -> None:
    path = log(tmp_path, b'{"a":1}\n', b"\n", b'{"b":2}\r\n', b'{"c":3}')
    records = [each for each in read_records(path) if isinstance(each, Record)]
    assert [(each.value, each.place.line, each.start, each.place.after) for each in records] == [
        ({"a": 1}, 1, 0, 8), ({"b": 2}, 3, 9, 18), ({"c": 3}, 4, 18, 25),
    ]  # fmt: skip


def test_reading_goes_on_from_any_record_with_the_right_line_number(tmp_path: Path) -> None:
    path = log(tmp_path, *(json.dumps({"n": number}).encode() + b"\n" for number in range(50)))
    whole = list(read_records(path))
    for number, each in enumerate(whole):
        assert list(read_records(path, each.place.after)) == whole[number + 1 :]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert read(log(tmp_path, b"\xef\xbb\xbf", b'{"a":1}\n')) == [{"a": 1}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json\n", "not valid JSON"),
        (b"[1, 2]\n", "the line is no JSON object"),
        (b'"text"\n', "the line is no JSON object"),
        (b"null\n", "the line is no JSON object"),
        (b'{"a": NaN}\n', "NaN is not a finite number"),
        (b'{"a": 1e999}\n', "1e999 is not a finite number"),
        (b'{"a": "\xff"}\n', "not valid UTF-8"),
        (b'{"a": "\\ud800"}\n', "an escape is half of a surrogate pair"),
        (b"[" * 100_000 + b"\n", "nested too deep"),
        (b"{" + b'"a":{' * 5000 + b"\n", "nested too deep"),
        (b'{"a": ' + b"9" * 5000 + b"}\n", "not valid JSON"),
        (b"\x00\x01\x02\n", "not valid JSON"),
    ],
)
def test_a_hostile_line_is_skipped_and_the_next_one_is_read(tmp_path: Path, line: bytes, reason: str) -> None:
    path = log(tmp_path, line, b'{"a":1}\n')
    bad, good = read_records(path)
    assert isinstance(bad, Skipped)
    assert reason in bad.reason
    assert (bad.damaged, bad.place.line, bad.place.after) == (True, 1, len(line))
    assert isinstance(good, Record)
    assert (good.value, good.place.line) == ({"a": 1}, 2)


def test_broken_lines_of_one_sort_give_one_reason(tmp_path: Path) -> None:
    path = log(tmp_path, b'{"a" 1}\n', b'{"aaaaaa" 1}\n', b'{"a":1,,}\n')
    assert set(read(path)) == {"not valid JSON"}


def test_a_last_line_that_is_not_complete_is_read_again_when_it_is(tmp_path: Path) -> None:
    path = log(tmp_path, b'{"a":1}\n', b'{"b":')
    _, cut = read_records(path)
    assert isinstance(cut, Skipped)
    assert (cut.reason, cut.place.after) == ("the last line is not complete", 8)
    path.write_bytes(b'{"a":1}\n{"b":2}\n')
    assert read(path, cut.place.after) == [{"b": 2}]


def test_a_huge_line_is_skipped_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "huge.jsonl"
    with path.open("wb") as file:
        file.truncate(8 * LINE_LIMIT)
        file.seek(8 * LINE_LIMIT)
        file.write(b'\n{"a":1}\n')
    tracemalloc.start()
    try:
        bad, good = read_records(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(bad, Skipped)
    assert bad.reason == "the line is too long"
    assert isinstance(good, Record)
    assert (good.value, good.place.line) == ({"a": 1}, 2)
    assert peak < 5 * LINE_LIMIT


def test_what_is_no_file_is_said_and_not_raised(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.jsonl"):
        (only,) = read_records(path)
        assert isinstance(only, Skipped)
        assert only.place.line == 0


def test_the_head_of_a_log_leaves_broken_lines_out(tmp_path: Path) -> None:
    path = log(tmp_path, b"broken\n", *(json.dumps({"n": number}).encode() + b"\n" for number in range(9)))
    assert first_records(path, 3) == ({"n": 0}, {"n": 1}, {"n": 2})


def test_a_record_is_found_again_by_the_byte_it_begins_at(tmp_path: Path) -> None:
    path = log(tmp_path, b'{"a":1}\n', b'{"b":2}\n')
    assert record_at(path, 8) == {"b": 2}
    assert record_at(path, 16) is None
