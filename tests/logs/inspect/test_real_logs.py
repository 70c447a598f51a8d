"""Logs that Inspect wrote over two years, read and counted again straight from the archives and documents."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evaltui.domain.item import Item
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "inspect_logs"


def raw_samples(path: Path) -> list[Raw]:
    """In the order in which they were written."""
    if path.suffix == ".json":
        return list(json.loads(path.read_text("utf-8"))["samples"])
    with zipfile.ZipFile(path) as archive:
        names = [each.filename for each in sorted(archive.infolist(), key=lambda each: each.header_offset)]
        return [json.loads(archive.read(name)) for name in names if name.startswith("samples/")]


@pytest.fixture(scope="module")
def logs(folder: Path) -> list[tuple[list[Item], list[Raw]]]:
    """The items of each log, beside its samples as they stand in it."""
    return list(both(folder))


def both(folder: Path) -> Iterator[tuple[list[Item], list[Raw]]]:
    for path in sorted(folder.iterdir()):
        importer = importer_for(path)
        assert importer is not None
        assert importer.kind == "inspect"
        read = list(importer.read(path))
        assert all(isinstance(each, Item) for each in read), path
        yield [each for each in read if isinstance(each, Item)], raw_samples(path)


def test_every_sample_is_an_item_with_its_turns_and_its_tokens(logs: list[tuple[list[Item], list[Raw]]]) -> None:
    files = turns = tokens = 0
    for items, samples in logs:
        files += 1
        assert len(items) == len(samples)
        for item, sample in zip(items, samples, strict=True):
            replies = [each for each in sample["messages"] if each["role"] == "assistant"]
            assert len(item.turns) == len(replies)
            # Each was answered by one generation; what a grader used stands in the sample's sum, and is no token of it.
            used = (sample.get("output") or {}).get("usage") or {}
            usage = item.trajectory.usage
            assert (usage.input_tokens, usage.output_tokens) == (
                used.get("input_tokens", 0),
                used.get("output_tokens", 0),
            )
            assert item.trajectory.answer == (replies[-1]["content"] if replies else "")
            assert (item.system is not None) == (sample["messages"][0]["role"] == "system")
            turns, tokens = turns + len(replies), tokens + usage.output_tokens
    assert (files, turns) == (9, 229)
    assert tokens > 25_000


def test_grades_are_scores_and_a_wrong_answer_is_a_failure(logs: list[tuple[list[Item], list[Raw]]]) -> None:
    wrong = 0
    for items, samples in logs:
        for item, sample in zip(items, samples, strict=True):
            grades = {name: score["value"] for name, score in (sample.get("scores") or {}).items()}
            assert item.scores == {name: {"C": 1.0, "I": 0.0}[value] for name, value in grades.items()}
            failed = [each for each in failures_of(item) if each.reason == "score"]
            assert len(failed) == list(grades.values()).count("I")
            wrong += len(failed)
    assert wrong == 58


def test_errors_of_tools_are_told_although_the_log_left_their_calls_out(
    logs: list[tuple[list[Item], list[Raw]]],
) -> None:
    [log] = [each for each in logs if each[1][0]["messages"][0]["role"] == "tool"]
    [item], [sample] = log
    kinds = [each["error"]["type"] for each in sample["messages"]]
    assert [failure.words.split(": ")[1] for failure in failures_of(item)] == kinds
    assert len(kinds) == len(item.notes) == 11


def test_an_id_is_of_the_sample_and_the_same_in_a_copy_of_the_log(logs: list[tuple[list[Item], list[Raw]]]) -> None:
    ids = [[item.id for item in items] for items, _ in logs]
    every = {name for each in ids for name in each}
    copies = sum(map(len, ids)) - len(every)
    assert copies == 1  # two of the documents are one log under two names


def test_reading_goes_on_after_any_sample_of_an_archive(folder: Path) -> None:
    path = min(folder.glob("*.eval"), key=lambda each: each.stat().st_size)
    importer = importer_for(path)
    assert importer is not None
    whole = list(importer.read(path))
    for at, each in enumerate(whole, 1):
        assert list(importer.read(path, each.place.after)) == whole[at:]
