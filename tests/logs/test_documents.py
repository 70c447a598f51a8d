"""A log may be one JSON document over many lines: it is known as one, read whole, and never taken for lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.item import Skipped
from evaltui.logs import documents
from evaltui.logs.documents import first_documents, is_one_document, read_documents
from evaltui.logs.importers import importer_for
from evaltui.logs.records import Record

CHAT = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}


def log(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "log.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path, offset: int = 0) -> list[Any]:
    return [each.value if isinstance(each, Record) else each.reason for each in read_documents(path, offset)]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("value", [[{"a": 1}, {"b": [{}]}], [{"a": 1}], {"data": [{"a": 1}], "b": {}}, []])
def test_a_document_is_read_whole_however_it_is_printed(tmp_path: Path, value: Any, indent: int | None) -> None:
    expected = value if isinstance(value, list) else [value]
    path = log(tmp_path, b"\xef\xbb\xbf" + json.dumps(value, indent=indent).encode() + b"\n")
    assert read(path) == expected == list(first_documents(path))


def test_lines_stay_lines_even_where_some_of_them_are_broken(tmp_path: Path) -> None:
    path = log(tmp_path, '{"a": \n{"b": \n{"c": 3}\n{"d": 4}\n')
    assert not is_one_document(path)
    assert read(path) == ["not valid JSON", "not valid JSON", {"c": 3}, {"d": 4}]


def test_reading_goes_on_only_after_the_last_record_of_a_document(tmp_path: Path) -> None:
    path = log(tmp_path, json.dumps([{"n": number} for number in range(3)], indent=1))
    places = [each.place for each in read_documents(path)]
    assert [(place.line, place.after) for place in places] == [(2, 0), (5, 0), (8, path.stat().st_size)]
    assert read(path, places[0].after) == read(path)
    assert read(path, places[-1].after) == []


def test_what_cannot_be_read_of_a_document_is_told_and_the_rest_of_it_is_read(tmp_path: Path) -> None:
    path = log(tmp_path, '[\n{"a": 1},\n7,\n{"b": 1, "b": 2},\n{"c": "\\ud800"},\n{"d": 4')
    assert read(path) == [
        {"a": 1}, "the element is no JSON object", {"b": 2},
        "an escape is half of a surrogate pair and cannot be sent as UTF-8",
        "the document is not complete, or is no JSON",
    ]  # fmt: skip
    assert all(each.place.after == 0 for each in read_documents(path))


def test_an_array_that_is_cut_off_is_told_so(tmp_path: Path) -> None:
    assert read(log(tmp_path, '[{"a": 1}, ')) == [{"a": 1}, "the document is not complete, or is no JSON"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 5_000, "[", "[1", '{\n"a"', "[,]", b"[\xff]"])
def test_a_hostile_document_is_skipped(tmp_path: Path, text: str | bytes) -> None:
    assert all(isinstance(each, str) for each in read(log(tmp_path, text)))


def test_a_document_that_memory_should_not_hold_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "DOCUMENT_LIMIT", 100)
    (told,) = read_documents(log(tmp_path, json.dumps([{"a": "x" * 200}], indent=1)))
    assert isinstance(told, Skipped)
    assert told.reason == "the file is too large"
    assert "may have 100 bytes; write one object a line" in told.found


def test_other_logs_may_be_documents_too(tmp_path: Path) -> None:
    path = log(tmp_path, json.dumps([CHAT, CHAT], indent=2))
    importer = importer_for(path)
    assert importer is not None
    assert (importer.kind, len(list(importer.read(path)))) == ("openai-chat", 2)
