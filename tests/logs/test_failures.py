"""What looks like a failure in a logged conversation is told with its reason, its turn, and what it is alike to."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.logs.hostile import mangled, read_all

from evaltui.domain.item import Item
from evaltui.logs.anthropic_messages import AnthropicMessages
from evaltui.logs.claude_code import ClaudeCode
from evaltui.logs.failures import Failure, failures_of

USER = {"role": "user", "content": "Where is it?"}


def call(call_id: str, name: str = "track", **arguments: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": call_id, "name": name, "input": arguments}]}


def result(call_id: str, text: str, error: bool = False) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": error}
    return {"role": "user", "content": [block]}


def say(text: str, role: str = "assistant") -> dict[str, Any]:
    return {"role": role, "content": text}


def reply(text: Any = "Here.", stop: str = "end_turn", **more: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": text}] if isinstance(text, str) else text
    return {"type": "message", "role": "assistant", "model": "m", "content": content, "stop_reason": stop} | more


def served(name: str, call_id: str, content: Any) -> dict[str, Any]:
    return {"type": f"{name}_tool_result", "tool_use_id": call_id, "content": content}


def failures(tmp_path: Path, *history: Any, response: Any = None, **more: Any) -> list[Failure]:
    request = {"model": "claude", "max_tokens": 9, "messages": [USER, *history]}
    record = {"request": request, "response": response or reply()} | more
    (item,) = read_all(AnthropicMessages(), tmp_path / "log.jsonl", record)
    assert isinstance(item, Item)
    return list(failures_of(item))


def short(found: list[Failure]) -> list[tuple[str, int, str]]:
    return [(each.reason, each.turn, each.words) for each in found]


def test_a_conversation_in_which_all_went_well_has_none(tmp_path: Path) -> None:
    thanks = [call("a", id=1), result("a", "no error"), say("Sent."), say("No problem, thanks! And now?", "user")]
    assert failures(tmp_path, *thanks, feedback="up", scores={"helpful": 0.5}) == []


def test_a_tool_that_failed_is_told_with_its_turn(tmp_path: Path) -> None:
    found = failures(
        tmp_path, call("a", id=1), result("a", "fine"), call("b", id=2), result("b", "No such id: 2", True)
    )
    assert short(found) == [("tool_error", 2, "No such id: 2")]
    assert found[0].signature == "tool_error · track · No such id: #"


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
def test_a_reply_that_was_cut_is_truncated(tmp_path: Path, stop: str) -> None:
    assert short(failures(tmp_path, response=reply(stop=stop))) == [("truncated", 1, stop)]


def test_a_refusal_is_told_with_its_category(tmp_path: Path) -> None:
    refused = reply(stop="refusal", stop_details={"type": "refusal", "category": "cyber"})
    assert short(failures(tmp_path, response=refused)) == [("refusal", 1, "refusal: cyber")]


def test_an_error_in_the_place_of_a_reply_is_told_after_the_turns_before_it(tmp_path: Path) -> None:
    fault = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    found = failures(tmp_path, say("One."), say("Two?", "user"), response=fault, status=529)
    assert short(found) == [("error", 1, "overloaded_error: Overloaded")]


def test_the_same_call_in_three_turns_is_a_loop_told_once(tmp_path: Path) -> None:
    again = [each for n in range(5) for each in (call(f"t{n}", id=1, b=2), result(f"t{n}", "pending"))]
    assert short(failures(tmp_path, *again)) == [("loop", 3, "track was called in 3 turns with the same arguments")]


def test_a_call_repeated_unchanged_right_after_it_failed_is_a_loop(tmp_path: Path) -> None:
    blind = [call("a", id=1), result("a", "down", True), call("b", id=1), result("b", "up")]
    assert short(failures(tmp_path, *blind))[1:] == [("loop", 2, "track was called in 2 turns with the same arguments")]
    other = [call("a", id=1), result("a", "down", True), call("b", id=2), result("b", "up")]
    assert [each.reason for each in failures(tmp_path, *other)] == ["tool_error"]


def test_the_same_calls_side_by_side_are_no_loop(tmp_path: Path) -> None:
    calls = [block for n in range(4) for block in call(f"t{n}", "roll")["content"]]
    results = [block for n in range(4) for block in result(f"t{n}", "6")["content"]]
    assert failures(tmp_path, {"role": "assistant", "content": calls}, {"role": "user", "content": results}) == []


@pytest.mark.parametrize(
    ("text", "corrects"),
    [
        ("No, the other one", True), ("that's wrong", True), ("I said Tuesday", True), ("You forgot the tests", True),
        ("still doesn't work", True), ("That is not what I want", True), ("“Undo that, please", True),
        ("No problem", False), ("no thanks", False), ("Now the other one", False), ("nothing else", False),
        ("Notable work!", False), ("I saw it", False), ("You did well", False), ("That is not bad at all", False),
    ],
)  # fmt: skip
def test_a_user_who_corrects_is_known_by_how_they_begin(tmp_path: Path, text: str, corrects: bool) -> None:
    found = failures(tmp_path, say("Done."), say(text, "user"))
    assert [(each.reason, each.turn) for each in found] == ([("correction", 1)] if corrects else [])


def test_thumbs_down_and_low_scores_are_told_with_the_last_turn(tmp_path: Path) -> None:
    found = failures(tmp_path, say("One."), say("And?", "user"), feedback={"rating": "down", "comment": "rude"},
                     scores={"helpful": 0.25, "polite": 1})  # fmt: skip
    assert short(found) == [("rated_down", 2, "rude"), ("score", 2, "helpful 0.25")]


def test_tools_that_the_provider_runs_may_fail_too(tmp_path: Path) -> None:
    raised = "Traceback (most recent call last):\n  x\nKeyError: 'a'"
    content = [
        served("web_search", "s1", {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}),
        served("bash_code_execution", "s2", {"type": "result", "return_code": 2, "stderr": raised}),
        served("mcp", "s3", [{"type": "text", "text": "gone"}]) | {"is_error": True},
        served("bash_code_execution", "s4", {"type": "result", "return_code": 0}),
    ]
    found = failures(tmp_path, response=reply(content))
    assert short(found) == [
        ("tool_error", 1, "max_uses_exceeded"), ("tool_error", 1, "KeyError: 'a'"), ("tool_error", 1, "gone"),
    ]  # fmt: skip
    assert found[1].signature == "tool_error · bash_code_execution · KeyError: “…”"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("No file /home/a/x.py", "No file ./b/y.txt", True),
        ("Error 12: id 7f3a9c0d1e is gone", "Error 9: id 00aa11bb22 is gone", True),
        ("Could not find 'red'", "Could not find 'blue'", True),
        ("see https://a.example/1 failed", "see https://b.example/2 failed", True),
        ("Request failed with status code 403", "Request failed with status code 504", False),
        ("exit code 1", "exit code 127", False),
        ("Permission denied", "Connection refused", False),
        ("<tool_use_error>Not read yet</tool_use_error>", "Not read yet", True),
    ],
)
def test_failures_that_differ_in_names_and_numbers_only_are_alike(
    tmp_path: Path, one: str, other: str, alike: bool
) -> None:
    first, second = (failures(tmp_path, call("a"), result("a", text, True))[0].signature for text in (one, other))
    assert (first == second) is alike


def test_an_event_that_a_later_request_sends_along_has_the_key_it_had(tmp_path: Path) -> None:
    before = [call("a", id=1), result("a", "down", True), say("It is down."), say("No, look again", "user")]
    first = failures(tmp_path, *before)
    later = failures(tmp_path, *before, say("Really."), say("I said look", "user"))
    keys = [each.key for each in later]
    assert [each.key for each in first] == keys[:2]
    assert len(set(keys)) == 3


def test_nothing_that_a_log_holds_makes_it_raise(tmp_path: Path) -> None:
    search = served("web_search", "s", {"type": "x_error", "error_code": "e"})
    request = {"model": "claude", "max_tokens": 9, "messages": [USER, call("a"), result("a", "down", True), call("b")]}
    record = {
        "request": request,
        "response": reply([search], "refusal"),
        "feedback": {"rating": -1},
        "scores": {"a": 0},
    }
    read = read_all(AnthropicMessages(), tmp_path / "log.jsonl", *mangled(record))
    found = [failures_of(each) for each in read if isinstance(each, Item)]
    assert sum(map(len, found)) > len(found)


def test_failures_of_the_real_transcripts_are_those_that_an_independent_walk_finds(shared_data: Path) -> None:
    for path in sorted((shared_data / "claude_code").glob("*.jsonl")):
        expected = Counter[str]()
        for row in map(json.loads, path.read_text().splitlines()):
            content = row.get("message", {}).get("content") if row["type"] == "user" else None
            for block in content if isinstance(content, list) else []:
                declined = str(block.get("content")).startswith("The user doesn't want")
                if block.get("is_error"):
                    expected["declined" if declined else "tool_error"] += 1
                expected["interrupted"] += block.get("text", "").startswith("[Request interrupted")
        items = [each for each in ClaudeCode().read(path) if isinstance(each, Item)]
        told = Counter(each.reason for item in items for each in failures_of(item))
        assert {reason: told[reason] for reason in expected} == expected, path.name
        assert told.keys() - expected.keys() <= {"loop", "correction"}, path.name
