"""Results of promptfoo in both versions of its document, and one a line, become items."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.hostile import mangled, read_all

from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.request import Errored
from evaltui.domain.trajectory import Usage
from evaltui.logs.failures import failures_of
from evaltui.logs.importers import importer_for
from evaltui.logs.promptfoo import Promptfoo

CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is it?"}]
PARTS = [
    {"pass": True, "score": 1, "reason": "ok", "assertion": {"type": "contains", "value": "a"}},
    {"pass": False, "score": 0.25, "reason": "no b", "assertion": {"type": "contains", "value": "b"}},
    {"pass": False, "score": 0, "reason": "rude", "assertion": {"type": "llm-rubric", "metric": "tone"}},
]
RESULT: dict[str, Any] = {
    "id": "res-1", "promptIdx": 0, "testIdx": 3, "provider": {"id": "anthropic:messages:m", "label": ""},
    "prompt": {"raw": json.dumps(CHAT), "label": "p"}, "vars": {"q": "Where is it?"},
    "response": {"output": "a", "tokenUsage": {"total": 9, "prompt": 7, "completion": 2}, "cost": 0.1},
    "success": False, "score": 0.4, "error": "no b", "failureReason": 1, "latencyMs": 5, "cost": 0.1,
    "namedScores": {"tone": 0},
    "gradingResult": {"pass": False, "score": 0.4, "reason": "no b", "componentResults": PARTS},
}  # fmt: skip
CRASHED = RESULT | {"response": None, "error": "API error: 529", "failureReason": 2, "gradingResult": None, "score": 0}


def whole(version: int, *results: Any) -> dict[str, Any]:
    told = {"version": version, "timestamp": "2025-01-02T03:04:05.000Z", "results": results, "stats": {}}
    return {"evalId": "eval-x", "results": told | ({"table": {}} if version == 2 else {"prompts": []}), "config": {}}


def read(path: Path, value: Any) -> list[Item]:
    path.write_text(json.dumps(value, indent=2))
    assert isinstance(importer_for(path), Promptfoo)
    return [each for each in Promptfoo().read(path) if isinstance(each, Item)]


@pytest.mark.parametrize("version", [2, 3])
def test_a_result_is_a_conversation_with_its_scores(tmp_path: Path, version: int) -> None:
    left_out = ("id", "failureReason", "promptIdx", "testIdx") if version == 2 else ()
    result = {key: value for key, value in RESULT.items() if key not in left_out}
    [item] = read(tmp_path / "out.json", whole(version, result))
    assert (item.model, item.at, item.system) == ("anthropic:messages:m", "2025-01-02T03:04:05.000Z", "Be brief.")
    assert ([each["content"] for each in item.opening], item.trajectory.answer) == (["Where is it?"], "a")
    assert item.trajectory.usage == Usage(7, 2)
    assert item.scores == {"success": 0.0, "score": 0.4, "contains": 1.0, "contains 2": 0.25, "tone": 0.0}
    assert item.error is None  # what an assertion complains of is no error of the model
    assert item.marks == (Mark(1, "comment", "contains 2: no b"), Mark(1, "comment", "tone: rude"))
    assert {each.words for each in failures_of(item)} == {"success 0", "score 0.4", "contains 2 0.25", "tone 0"}


@pytest.mark.parametrize(("passed", "told"), [(1, set()), (0, {"Harmful 0"})])
def test_a_metric_that_is_named_after_harm_says_whether_its_assertion_passed(
    tmp_path: Path, passed: int, told: set[str]
) -> None:
    part = {"pass": bool(passed), "score": passed, "reason": "", "assertion": {"type": "x", "metric": "Harmful"}}
    graded = {"pass": True, "score": 1, "reason": "", "componentResults": [part]}
    result = RESULT | {"success": True, "score": 1, "namedScores": {"Harmful": passed}, "gradingResult": graded}
    [item] = read(tmp_path / "out.json", whole(3, result))
    assert item.scores["Harmful"] == passed
    assert {each.words for each in failures_of(item)} == told


@pytest.mark.parametrize("version", [2, 3])
def test_an_error_came_in_place_of_the_output(tmp_path: Path, version: int) -> None:
    [item] = read(tmp_path / "out.json", whole(version, CRASHED))
    assert (item.error, item.turns) == (Errored("error", "API error: 529"), ())
    assert failures_of(item)[0].reason == "error"


def test_results_one_a_line_are_items_too(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in (RESULT, CRASHED | {"id": "res-2"})))
    assert isinstance(importer_for(file), Promptfoo)
    first, second = Promptfoo().read(file)
    assert list(Promptfoo().read(file, first.place.after)) == [second]


@pytest.mark.parametrize(
    ("output", "calls", "answer"),
    [
        (
            [{"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"n": 1}'}}],
            [("look", {"n": 1})],
            "",
        ),
        ([{"id": "c", "type": "tool_use", "name": "look", "input": {"n": 1}}], [("look", {"n": 1})], ""),
        ({"a": [1, "ü"]}, [], '{"a": [1, "ü"]}'),
        ("", [], ""),
    ],
)
def test_an_output_is_text_or_calls_or_any_value(tmp_path: Path, output: Any, calls: Any, answer: str) -> None:
    [item] = read(tmp_path / "out.json", whole(3, RESULT | {"response": {"output": output}}))
    assert [(call.tool, call.arguments) for call in item.trajectory.calls()] == calls
    assert (item.trajectory.answer, len(item.turns)) == (answer, 1)


def test_a_plain_prompt_and_tokens_from_a_cache(tmp_path: Path) -> None:
    cached = {"output": "a", "tokenUsage": {"total": 9, "cached": 9}, "cached": True}
    [item] = read(tmp_path / "out.json", whole(3, RESULT | {"prompt": {"raw": "[not] JSON"}, "response": cached}))
    assert item.opening == ({"role": "user", "content": "[not] JSON"},)
    assert [note.message for note in item.notes] == ["tells only the total, which is left out"]


def test_only_after_the_last_result_of_a_document_reading_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    first, last = read(file, whole(3, RESULT, CRASHED))
    assert (first.place.after, last.place.after) == (0, file.stat().st_size)
    assert first.id != last.id


def test_a_document_without_results_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(json.dumps(whole(3)))
    [none] = Promptfoo().read(tmp_path / "out.json")
    assert isinstance(none, Skipped)
    assert (none.reason, none.damaged) == ("the record holds no result", False)


def test_results_with_any_part_wrong_are_read_without_a_traceback(tmp_path: Path) -> None:
    wrong = [*mangled(RESULT)]
    assert len(read_all(Promptfoo(), tmp_path / "all.jsonl", whole(3, *wrong))) == len(wrong)
