"""A results file: the common spellings, every problem with its line, trials counted from 0 or from 1."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.conftest import Check, message

from evaltui.domain.conversation import calls_of, trajectory_of
from evaltui.domain.errors import BadInput
from evaltui.domain.trajectory import Trajectory, Usage
from evaltui.files.raw import LINE_LIMIT
from evaltui.logs.results import MOST, ImportedResult, ResultsFile, check_results

USER = {"role": "user", "content": "Hi"}
REPLY = {"role": "assistant", "content": "Hello"}


def seen(result: ImportedResult) -> Trajectory:
    trajectory = trajectory_of(result.turns)
    assert isinstance(trajectory, Trajectory)
    return trajectory


def words(results: ResultsFile) -> list[str]:
    """All problems, the path cut off."""
    return [str(problem).partition("results.jsonl")[2].removeprefix(":") for problem in results.problems]


def only(results: ResultsFile) -> ImportedResult:
    assert results.problems == ()
    (result,) = results
    return result


@pytest.mark.parametrize("case", ["case", "case_id", "id", "custom_id", "task_id"])
@pytest.mark.parametrize("output", ["output", "answer", "response", "completion", "text", "result"])
def test_the_common_names_of_a_case_and_its_output_are_known(check: Check, case: str, output: str) -> None:
    result = only(check({case: "a", output: "Hello"}))
    assert (result.line, result.case_id, result.trial, result.error) == (1, "a", 1, "")
    assert (seen(result).answer, seen(result).stop_reason) == ("Hello", "end_turn")


def test_a_number_names_a_case_too(check: Check) -> None:
    assert only(check({"id": 7, "output": ""}, cases="7")).case_id == "7"


@pytest.mark.parametrize("output", [{"route": "refund", "ä": 1.5}, [1, 2], 5, True])
def test_an_output_that_is_no_text_becomes_its_json_text(check: Check, output: Any) -> None:
    answer = seen(only(check({"id": "a", "output": output}))).answer
    assert json.loads(answer) == output
    assert "\\u" not in answer


def test_calls_usage_model_and_scores_come_along(check: Check) -> None:
    line = {"id": "a", "output": "I look.", "tool_calls": [{"name": "track", "arguments": {"id": 1}}], "model": "m",
            "usage": {"prompt_tokens": 3, "completion_tokens": 2},
            "scores": {"reward": 1, "style": 0.5, "x": None}}  # fmt: skip
    result = only(check(line))
    (turn,) = result.turns
    assert [(call.name, call.arguments) for call in calls_of(message(turn))] == [("track", {"id": 1})]
    assert (turn.reply.model, turn.reply.usage, turn.reply.stop_reason) == ("m", Usage(3, 2), "tool_use")
    assert seen(result).recorded == {"reward": 1.0, "style": 0.5}


@pytest.mark.parametrize("written", [{"reward": True}, {"scores": {"reward": 1.0}}, {"reward": 1}])
def test_a_reward_may_stand_by_itself(check: Check, written: dict[str, Any]) -> None:
    assert seen(only(check({"id": "a", "output": "x", **written}))).recorded == {"reward": 1.0}


@pytest.mark.parametrize("messages", ["messages", "conversation", "trajectory", "traj"])
def test_whole_conversations_are_known_by_their_common_names(check: Check, messages: str) -> None:
    result = only(check({"case_id": "a", messages: [USER, REPLY, USER, REPLY]}))
    assert [turn.said for turn in result.turns] == ["Hi", None]


def test_an_output_ends_a_conversation_that_stops_at_the_question(check: Check) -> None:
    result = only(check({"id": "a", "messages": [USER], "output": "Hello"}))
    assert (len(result.turns), seen(result).answer) == (1, "Hello")


def test_an_output_that_repeats_the_last_reply_is_that_reply(check: Check) -> None:
    assert len(only(check({"id": "a", "messages": [USER, REPLY], "output": " Hello\n"})).turns) == 1
    (problem,) = words(check({"id": "a", "messages": [USER, REPLY], "output": "Bye"}))
    assert problem == "1: messages: end with a reply that is not the output; leave one of the two out"


def test_whole_replies_of_either_provider_are_outputs(check: Check) -> None:
    usage = {"input_tokens": 3, "output_tokens": 1}
    claude = {"type": "message", **REPLY, "model": "m", "stop_reason": "max_tokens", "usage": usage}
    chat = {"choices": [{"message": REPLY, "finish_reason": "length"}], "model": "m", "usage": usage}
    for reply in (claude, chat):
        result = only(check({"id": "a", "response": reply}))
        last = result.turns[-1].reply
        assert (seen(result).answer, last.model, last.stop_reason, last.usage) == (
            "Hello",
            "m",
            "max_tokens",
            Usage(3, 1),
        )


def test_lines_of_either_providers_batches_are_results(check: Check) -> None:
    refused = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    results = check(
        {"custom_id": "a", "result": {"type": "succeeded", "message": REPLY}},
        {"custom_id": "b", "result": {"type": "errored", "error": refused}},
        {"custom_id": "c", "result": {"type": "expired"}},
        {"custom_id": "d", "response": {"status_code": 200, "body": {"choices": [{"message": REPLY}]}}, "error": None},
        {"custom_id": "e", "response": {"status_code": 400, "body": {"error": {"message": "no"}}}, "error": None},
        cases="a b c d e",
    )
    assert results.problems == ()
    told = [(each.case_id, len(each.turns), each.error) for each in results]
    assert told == [
        ("a", 1, ""), ("b", 0, "overloaded_error: busy"), ("c", 0, "expired"), ("d", 1, ""), ("e", 0, "no")
    ]  # fmt: skip


def test_an_error_stands_for_a_result_and_may_cut_a_conversation_off(check: Check) -> None:
    results = check(
        {"id": "a", "error": "timed out", "output": None},
        {"id": "b", "error": {"message": "gone"}, "messages": [USER]},
        {"id": "c", "error": "crashed", "messages": [USER, REPLY]},
    )
    assert results.problems == ()
    assert [(len(each.turns), each.error) for each in results] == [(0, "timed out"), (0, "gone"), (1, "crashed")]


def test_our_own_export_can_be_imported(check: Check) -> None:
    beside = {"run": 1, "attempt": 1, "critical": False, "tags": [], "input": "x", "expected": 1}
    score = {"scorer": "route", "value": 1.0, "passed": True, "reason": "right", "advisory": False}
    unscored = {**score, "scorer": "style", "value": None}
    usage = {"input_tokens": 3, "output_tokens": 1}
    results = check(
        {**beside, "case": "a", "trial": 1, "output": "Hello", "stop_reason": "end_turn", "model": "m", "usage": usage,
         "passed": True, "value": 1.0, "reason": "passed", "scores": [score, unscored]},
        {**beside, "case": "a", "trial": 2, "output": None, "error": "expired", "scores": []},
    )  # fmt: skip
    assert results.problems == ()
    assert {"run", "attempt", "critical", "passed"} < set(results.unread)
    first, second = results
    assert (seen(first).recorded, first.turns[0].reply.usage) == ({"route": 1.0}, Usage(3, 1))
    assert (second.turns, second.error, second.trial) == ((), "expired", 2)


def test_trials_may_be_counted_from_0_or_from_1(check: Check) -> None:
    for first in (0, 1):
        lines = [{"id": case, "trial": trial + first, "output": ""} for case in "ab" for trial in range(3)]
        results = check(*lines[:5])
        assert (results.problems, results.trials, results.results) == ((), 3, 5)
        assert [(each.case_id, each.trial) for each in results] == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("trials", "told"),
    [
        ((1, 3), ["2: trial: no line has trial 2, and this one has trial 3"]),
        ((0, 1, 4), ["3: trial: no line has trial 2, and this one has trial 4"]),
        ((2, 3), ["1: trial: no line has trial 1, and this one has trial 2"]),
        ((1, None), ["2: trial: is missing here, and other lines have one"]),
        ((1, -1), ["2: trial: must be a whole number, counted from 0 or from 1; found -1"]),
        ((1, "2"), ['2: trial: must be a whole number, counted from 0 or from 1; found "2"']),
        ((1, 1), ['2: trial: the result of "a", trial 1, stands in line 1 already']),
        ((None, None), ['2: trial: the result of "a" stands in line 1 already; number them: "trial": 1, "trial": 2']),
    ],
)
def test_trials_that_do_not_add_up_are_told(check: Check, trials: tuple[Any, ...], told: list[str]) -> None:
    found = words(check(*({"id": "a", "trial": trial, "output": ""} for trial in trials)))
    assert [each for each in found if "is missing here" not in each or trials[1] is None] == told


def test_every_problem_is_told_at_once_with_its_line(check: Check) -> None:
    results = check(
        {"id": "refund-now", "output": "x"},
        b'{"id": "refund-late", "output": "\xff"}',
        {"id": "refund-latte", "output": "x"},
        {"output": "x"},
        b"",
        b"[1]",
        {"id": "refund-late", "outptu": "x"},
        {"id": "refund-later", "messages": [{"role": "bot"}], "scores": {"reward": 4}},
        b'{"id": "x", "id": "y"}',
        {"id": True, "output": 1},
        cases="refund-now refund-late refund-later",
    )
    told = "\n".join(words(results))
    assert "2: not valid UTF-8 at column 34" in told
    assert '3: case: names no case of the evalset; found "refund-latte"; did you mean "refund-late' in told
    assert "4: names no case; allowed: one of case_id, case, custom_id, task_id, id" in told
    assert "6: must be a JSON object; found [1]" in told
    assert "7: holds no result; allowed: one of output" in told
    assert 'did you mean "output"?' in told
    assert '8: messages[0].role: names no role that is known; found "bot"' in told
    assert "8: messages: hold no reply of the agent" in told
    assert "8: scores.reward: must be a number in 0 to 1; found 4" in told
    assert '9: the key "id" is given twice' in told
    assert "10: id: must be the id of a case; found true" in told
    with pytest.raises(BadInput) as caught:
        next(iter(results))
    assert len(caught.value.problems) == len(results.problems)


def test_a_line_over_the_limit_is_one_problem(check: Check) -> None:
    long = json.dumps({"id": "a", "output": "x" * LINE_LIMIT}).encode()
    assert words(check(long, {"id": "b", "output": "x"})) == [
        f"1: the line is too long; allowed: at most {LINE_LIMIT:,} bytes"
    ]


def test_more_problems_than_anybody_reads_are_counted(check: Check) -> None:
    results = check(*({"id": f"nobody-{at}", "output": ""} for at in range(MOST + 20)))
    assert len(results.problems) == MOST + 1
    assert results.problems[-1].message == "and 20 more problems in the results, not listed"


def test_many_warnings_never_hide_an_error_nor_become_one(check: Check) -> None:
    odd = {"role": "assistant", "content": [{"type": "odd"}]}
    lines = [{"id": f"c{at}", "messages": [odd]} for at in range(MOST + 20)]
    cases = " ".join(line["id"] for line in lines)
    results = check(*lines, cases=cases)
    assert {problem.severity for problem in results.problems} == {"warning"}
    assert len(list(results)) == MOST + 20
    with pytest.raises(BadInput):
        check(*lines, {"id": "nobody", "output": ""}, cases=cases).refuse_problems()


@pytest.mark.parametrize(("lines", "told"), [((), "holds no result"), ((b"",), "holds no result")])
def test_a_file_without_results_is_refused(check: Check, lines: tuple[bytes, ...], told: str) -> None:
    assert told in words(check(*lines))[0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (problem,) = check_results(tmp_path / "nowhere.jsonl", set()).problems
    assert problem.message == "no such file"


def test_a_file_that_changed_since_it_was_checked_is_refused(check: Check, tmp_path: Path) -> None:
    results = check({"id": "a", "output": "x"})
    (tmp_path / "results.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(BadInput):
        list(results)
