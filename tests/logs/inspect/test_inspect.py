"""Samples of Inspect logs as they may be: tools, limits, errors, attachments, old and odd shapes, broken archives."""

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import zstandard
from tests.logs.hostile import mangled

from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Usage
from evaltui.files import archives
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.logs.inspect.importer import InspectLog

HEAD: dict[str, Any] = {
    "version": 2,
    "eval": {"task": "desk", "run_id": "r", "created": "2025-01-02T03:04:05+00:00", "model": "anthropic/m"},
    "plan": {},
}
CALL = {"id": "c1", "function": "look", "arguments": {"n": 1}, "type": "function"}
ASKED = {"role": "assistant", "id": "m1", "model": "m", "content": "Let me look.", "tool_calls": [CALL]}
ANSWERED = {"role": "assistant", "id": "m2", "model": "m", "content": "Nothing there."}
FAILED = {
    "role": "tool", "tool_call_id": "c1", "function": "look", "content": "",
    "error": {"type": "timeout", "message": "Command timed out before completing."},
}  # fmt: skip


def generation(message: dict[str, Any], stop: str, **usage: int) -> dict[str, Any]:
    choices = [{"message": message, "stop_reason": stop}]
    return {"event": "model", "tools": [{"name": "look"}], "output": {"choices": choices, "usage": usage}}


SAMPLE: dict[str, Any] = {
    "id": "a/1", "epoch": 2, "uuid": "u", "input": "Where?", "target": "x",
    "messages": [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where?"}, ASKED, FAILED, ANSWERED,
    ],
    "events": [
        generation(ASKED, "tool_calls", input_tokens=10, output_tokens=5, total_tokens=18, input_tokens_cache_read=3),
        generation(ANSWERED, "max_tokens", input_tokens=20, output_tokens=6, total_tokens=26, input_tokens_cache_read=4)
    ],
    "scores": {"match": {"value": "P"}, "many": {"value": {"a": True, "b": "0.25"}}, "odd": {"value": "B+"}},
    "model_usage": {"m": {"input_tokens": 999, "output_tokens": 999}},
    "limit": {"type": "message", "limit": 10.0},
}  # fmt: skip


def document(path: Path, *samples: Any) -> Path:
    file = path / "log.json"
    file.write_text(json.dumps(HEAD | {"samples": samples}, indent=2))
    return file


def evaluation(path: Path, *samples: Any, method: int = zipfile.ZIP_DEFLATED) -> Path:
    file = path / "log.eval"
    with zipfile.ZipFile(file, "w", method) as written:
        written.writestr("_journal/start.json", json.dumps(HEAD))
        for at, sample in enumerate(samples):
            written.writestr(f"samples/{at}_epoch_1.json", json.dumps(sample))
    return file


def read(path: Path) -> list[Item | Skipped]:
    assert isinstance(importer_for(path), InspectLog)
    return list(InspectLog().read(path))


def item(path: Path) -> Item:
    [each] = read(path)
    assert isinstance(each, Item)
    return each


def test_a_sample_is_a_conversation_with_its_tools_tokens_and_grades(tmp_path: Path) -> None:
    told = item(evaluation(tmp_path, SAMPLE))
    assert (told.source, told.at, told.model) == ("desk a/1, epoch 2", "2025-01-02T03:04:05.000Z", "m")
    assert (told.system, [each["content"] for each in told.opening]) == ("Be brief.", ["Where?"])
    [exchange] = told.trajectory.exchanges()
    assert (exchange.call.tool, exchange.call.arguments, exchange.failed) == ("look", {"n": 1}, True)
    # The first total counts cached input beside, the second within.
    assert told.trajectory.usages == (
        Usage(10, 5, cache_read_input_tokens=3),
        Usage(16, 6, cache_read_input_tokens=4),
    )
    assert told.scores == {"match": 0.5, "many/a": 1.0, "many/b": 0.25}
    assert [note.field for note in told.notes] == ["scores.odd"]
    assert told.marks == (Mark(2, "error", "the sample reached its limit: message 10"),)
    assert [(each.reason, each.turn) for each in failures_of(told)] == [
        ("tool_error", 1), ("truncated", 2), ("error", 2), ("score", 2)
    ]  # fmt: skip


def test_a_document_and_an_archive_of_one_log_give_the_same_items(tmp_path: Path) -> None:
    assert item(document(tmp_path, SAMPLE)).id == item(evaluation(tmp_path, SAMPLE)).id
    first, last = read(document(tmp_path, SAMPLE, SAMPLE | {"uuid": "v"}))
    assert (first.place.after, last.place.after) == (0, (tmp_path / "log.json").stat().st_size)


def test_numbers_that_are_not_finite_do_not_hide_a_log(tmp_path: Path) -> None:
    told = item(document(tmp_path, SAMPLE | {"scores": {"x": {"value": float("nan")}, "y": {"value": "I"}}}))
    assert told.scores == {"y": 0.0}


def test_an_error_of_the_sample_came_in_place_of_a_reply(tmp_path: Path) -> None:
    fault = {"message": "RuntimeError('no sandbox')", "traceback": "…", "traceback_ansi": "…"}
    told = item(document(tmp_path, {"id": 1, "epoch": 1, "input": "Where?", "messages": [], "error": fault}))
    assert told.error == Errored("RuntimeError", "RuntimeError('no sandbox')")
    assert told.opening == ({"role": "user", "content": "Where?"},)


def test_long_texts_stand_where_they_are_named_and_an_absent_one_is_noted(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "content": "attachment://aa"}, {"role": "assistant", "content": "attachment://bb"}
    ]  # fmt: skip
    told = item(
        document(tmp_path, {"id": 1, "messages": messages, "attachments": {"aa": "a long question"}, "events": []})
    )
    assert told.opening[0]["content"] == "a long question"
    assert told.trajectory.answer == "attachment://bb"
    assert [note.message for note in told.notes] == ["1 texts are absent, or too long together"]


def test_older_logs_name_the_tokens_of_the_sample_and_one_score_only(tmp_path: Path) -> None:
    old = {"id": 1, "messages": [{"role": "assistant", "content": "x"}, {"role": "assistant", "content": "y"}]}
    told = item(document(tmp_path, old | {"score": {"value": "no"}, "model_usage": SAMPLE["model_usage"]}))
    assert (told.scores, told.trajectory.usage) == ({"score": 0.0}, Usage(999, 999))
    assert [note.severity for note in told.notes] == ["warning"]


def test_parts_of_a_reply_that_only_inspect_writes_are_blocks(tmp_path: Path) -> None:
    served = {
        "type": "tool_use",
        "tool_type": "web_search",
        "id": "s",
        "name": "find",
        "arguments": "{}",
        "error": "down",
    }
    content = [{"type": "reasoning", "reasoning": "hm"}, served, {"type": "text", "text": "Sorry."}]
    told = item(document(tmp_path, {"id": 1, "messages": [{"role": "assistant", "content": content}]}))
    assert told.trajectory.answer == "Sorry."
    assert not told.notes
    assert [(each.reason, each.words) for each in failures_of(told)] == [("tool_error", "down")]


def with_zstd(path: Path) -> Path:
    """The archive with its samples packed by zstd, which the standard library cannot write: patched in by hand."""
    raw = json.dumps(SAMPLE).encode()
    packed = zstandard.ZstdCompressor().compress(raw)
    plain = evaluation(path, method=zipfile.ZIP_STORED)
    with zipfile.ZipFile(plain, "a") as written:
        written.writestr("samples/1_epoch_1.json", packed)
        info = written.getinfo("samples/1_epoch_1.json")
        info.compress_type, info.file_size, info.CRC = 93, len(raw), zlib.crc32(raw)
    return plain


def test_members_packed_by_zstd_are_read(tmp_path: Path) -> None:
    assert item(with_zstd(tmp_path)).id == item(document(tmp_path, SAMPLE)).id


@pytest.mark.parametrize("honest", [True, False])
def test_a_member_that_unpacks_without_end_is_skipped_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, honest: bool
) -> None:
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 100_000)
    path = evaluation(tmp_path, {"id": 1, "messages": [], "input": " " * 5_000_000}, SAMPLE)
    if not honest:
        lie(path, 5_000_000)
    bomb, sound = read(path)
    assert isinstance(sound, Item)
    assert isinstance(bomb, Skipped)
    assert bomb.damaged
    assert "bytes" in bomb.reason if honest else bomb.reason == "a member of the archive is damaged"


def lie(path: Path, beyond: int) -> None:
    """Make every size over `beyond` that the central directory states small."""
    with zipfile.ZipFile(path, "a") as written:
        for info in written.infolist():
            info.file_size = 100 if info.file_size > beyond else info.file_size
        written.writestr("z.json", "{}")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.99])
def test_an_archive_that_was_cut_is_said_to_be_incomplete(tmp_path: Path, kept: float) -> None:
    path = evaluation(tmp_path, SAMPLE)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    [cut] = InspectLog().read(path)
    assert isinstance(cut, Skipped)
    assert (cut.reason, cut.place.after) == ("the archive is not complete, or is no zip file", 0)


def test_archives_with_any_byte_wrong_are_read_without_a_traceback(tmp_path: Path) -> None:
    path = evaluation(tmp_path, {"id": 1, "messages": [ANSWERED]})
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        importer_for(path)
        list(InspectLog().read(path))


def test_samples_with_any_part_wrong_are_read_without_a_traceback(tmp_path: Path) -> None:
    small = SAMPLE | {"messages": [ASKED, FAILED], "events": SAMPLE["events"][:1]}
    path = document(tmp_path, *mangled(small))
    read_ = read(path)
    for each in read_:
        if isinstance(each, Item):
            _ = each.trajectory.usage, each.trajectory.exchanges(), failures_of(each)
    assert len(read_) == len(list(mangled(small)))


def test_a_log_without_samples_says_why(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text(json.dumps(HEAD | {"status": "error", "error": {"message": "no key"}, "samples": []}))
    [none] = read(file)
    assert (none.reason, none.found) == ("the log holds no sample", "error: no key")  # type: ignore[union-attr]


def test_a_zip_that_is_no_log_is_of_no_importer(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr("a.json", "{}")
    file = tmp_path / "other.zip"
    file.write_bytes(packed.getvalue())
    assert importer_for(file) is None
