"""A chunk's body is exactly what the API takes, measured to the byte, and never over a limit."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.batches.split import ChunkWriter, Limits, TooLarge, distinct

PARAMS = b'{"model":"m"}'


def test_the_body_is_the_json_the_api_takes(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "abcdefghij")
    assert writer.add("a", '{"x":"é"}'.encode()) is True
    assert writer.add("b", PARAMS) is True
    chunk = writer.close()
    assert json.loads(chunk.body.read_bytes()) == {
        "requests": [{"custom_id": "a", "params": {"x": "é"}}, {"custom_id": "b", "params": {"model": "m"}}]
    }
    assert (chunk.nonce, chunk.size) == ("abcdefghij", 2)
    assert chunk.body_bytes == chunk.body.stat().st_size
    assert chunk.body_digest == hashlib.sha256(chunk.body.read_bytes()).hexdigest()


@given(st.lists(st.sampled_from(["add", "drop"]), max_size=30), st.integers(40, 400), st.integers(1, 6))
def test_whatever_is_added_and_dropped_the_body_is_whole_and_within_its_limits(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], most_bytes: int, most: int
) -> None:
    writer = ChunkWriter(tmp_path_factory.mktemp("bodies"), "n", Limits(most, most_bytes))
    expected: list[str] = []
    for number, act in enumerate(acts):
        if act == "add" and writer.add(f"r{number}", b'{"pad":"%b"}' % (b"x" * (number % 7 * 9))) is True:
            expected.append(f"r{number}")
        elif act == "drop" and expected:
            writer.drop_last()
            expected.pop()
        assert writer.size == len(expected)
    if not expected:
        writer.discard()
        return
    chunk = writer.close()
    requests = json.loads(chunk.body.read_bytes())["requests"]
    assert [request["custom_id"] for request in requests] == expected
    assert chunk.body_bytes == chunk.body.stat().st_size <= most_bytes
    assert chunk.size == len(expected) <= most


def test_the_byte_limit_is_exact(tmp_path: Path) -> None:
    probe = ChunkWriter(tmp_path, "probe")
    probe.add("a", PARAMS)
    probe.add("b", PARAMS)
    exact = probe.close().body_bytes
    for limit, fits in ((exact, True), (exact - 1, False)):
        writer = ChunkWriter(tmp_path, f"n{limit}", Limits(bytes=limit))
        writer.add("a", PARAMS)
        assert writer.add("b", PARAMS) is fits
        assert writer.close().size == (2 if fits else 1)


def test_the_request_limit_is_exact(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "n", Limits(requests=2))
    assert [writer.add(name, PARAMS) for name in "abc"] == [True, True, False]
    assert writer.close().size == 2


def test_a_request_no_batch_can_hold_is_told_and_not_written(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "n", Limits(bytes=100))
    writer.add("a", PARAMS)
    answer = writer.add("big", b'{"pad":"%b"}' % (b"x" * 100))
    assert isinstance(answer, TooLarge)
    assert not answer
    assert answer.bytes > answer.limit == 100
    assert "big" in str(answer)
    assert writer.close().size == 1


@pytest.mark.parametrize("name", ["", "a" * 65, "a b", 'a"', "é", "a\n"])
def test_a_name_the_api_refuses_is_refused_here(tmp_path: Path, name: str) -> None:
    with ChunkWriter(tmp_path, "n") as writer, pytest.raises(ValueError, match="named"):
        writer.add(name, PARAMS)


@pytest.mark.parametrize("params", [b"", b"[]", b'"x"', b'{"a":1'])
def test_params_that_are_no_object_are_refused(tmp_path: Path, params: bytes) -> None:
    with ChunkWriter(tmp_path, "n") as writer, pytest.raises(ValueError, match="JSON object"):
        writer.add("a", params)


def test_an_empty_chunk_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with ChunkWriter(tmp_path, "n") as writer, pytest.raises(ValueError, match="at least one"):
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_chunk_leaves_nothing(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path / "new", "n")
    writer.add("a", PARAMS)
    writer.discard()
    assert list((tmp_path / "new").iterdir()) == []


def test_a_full_disk_raises_and_leaves_nothing(tmp_path: Path, small_files: None) -> None:
    with pytest.raises(OSError, match="large"), ChunkWriter(tmp_path, "n") as writer:
        for number in range(10):
            writer.add(f"r{number}", b'{"pad":"%b"}' % (b"x" * 1_000_000))
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_exists_is_never_written_over(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "n")
    writer.add("a", PARAMS)
    chunk = writer.close()
    with pytest.raises(FileExistsError):
        ChunkWriter(tmp_path, "n")
    assert chunk.body.stat().st_size == chunk.body_bytes


def test_a_body_is_for_its_owner_only(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "n")
    writer.add("a", PARAMS)
    assert writer.close().body.stat().st_mode & 0o077 == 0


@given(st.integers(1, 40), st.sets(st.integers(1, 40)))
def test_the_fewest_requests_are_dropped_that_make_a_size_distinct(size: int, used: set[int]) -> None:
    drop = distinct(size, used)
    free = [number for number in range(1, size + 1) if number not in used]
    assert size - drop == (free[-1] if free else size)
