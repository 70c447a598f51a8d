"""Conversations that other projects recorded or published, read and counted again by another way."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests import adk, airline
from tests.function_calls import gold_calls, read_rows
from tests.logs.conftest import message

from evaltui.domain.conversation import calls_of, next_message, trajectory_of
from evaltui.domain.problem import Problem
from evaltui.domain.score import Evidence, Score
from evaltui.domain.trajectory import Trajectory
from evaltui.logs.messages import Conversation, read_conversation
from evaltui.logs.results import check_results
from evaltui.scores.recorded import Recorded
from evaltui.scores.trajectory.expected import ExpectedCalls

Row = dict[str, Any]


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> list[Row]:
    return airline.rows(shared_data)


@pytest.fixture(scope="module")
def exchanges(shared_data: Path) -> list[Row]:
    """Requests of the Messages API, each with the messages sent and, where it is one, the message that came back."""
    rows = airline.rows(shared_data, "messages_http.jsonl")
    return [row for row in rows if isinstance(row["request"], dict) and "messages" in row["request"]]


def read(messages: list[Row]) -> tuple[Conversation, list[Problem]]:
    problems: list[Problem] = []
    return read_conversation(messages, problems.append), problems


def seen(conversation: Conversation) -> Trajectory:
    trajectory = trajectory_of(conversation.turns)
    assert isinstance(trajectory, Trajectory)
    return trajectory


def held(exchange: Row) -> list[Row]:
    response = exchange["response"]
    answered = isinstance(response, dict) and response.get("type") == "message"
    return [*exchange["request"]["messages"], *([response] if answered else [])]


def test_all_100_conversations_are_results_and_their_calls_are_those_of_the_file(
    recorded: list[Row], tmp_path: Path, shared_data: Path
) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text("".join(json.dumps(airline.result_line(row)) + "\n" for row in recorded), "utf-8")
    results = check_results(file, {airline.case_id(row) for row in recorded})
    assert (results.problems, results.results, results.trials, results.unread) == ((), 100, 2, ())
    lines = (shared_data / airline.FILE).read_text("utf-8").splitlines()
    for result, row, line in zip(results, recorded, lines, strict=True):
        assert (result.case_id, result.trial) == (airline.case_id(row), row["trial"] + 1)
        calls = [call for turn in result.turns for call in calls_of(message(turn))]
        # The arguments as they stand in the text of the line, JSON within JSON, not in what was read from it.
        given = [json.loads(json.loads(f'"{text}"')) for text in re.findall(r'"arguments": "((?:[^"\\]|\\.)*)"', line)]
        assert [call.arguments for call in calls] == given
        assert len(calls) == line.count('"type": "function"')
        assert len(result.turns) == line.count('"role": "assistant"')


def test_the_files_own_lines_are_results_as_they_are(recorded: list[Row], shared_data: Path) -> None:
    results = check_results(shared_data / airline.FILE, {str(row["task_id"]) for row in recorded})
    assert (results.problems, results.results, results.trials) == ((), 100, 2)


def test_the_mean_reward_of_each_trial_is_that_of_the_file(recorded: list[Row], shared_data: Path) -> None:
    results = check_results(shared_data / airline.FILE, {str(row["task_id"]) for row in recorded})
    passed: Counter[int] = Counter()
    for result, row in zip(results, recorded, strict=True):
        trajectory = trajectory_of(result.turns)
        assert isinstance(trajectory, Trajectory)
        score = Recorded("reward").score(Evidence(airline.evidence(row).case, trajectory))
        assert isinstance(score, Score)
        assert score.value == row["reward"]
        passed[result.trial] += score.passed
    text = [
        re.findall(rf'"trial": {trial}, "reward": ([\d.]+)', (shared_data / airline.FILE).read_text())
        for trial in (0, 1)
    ]
    assert [len(each) for each in text] == [50, 50]
    assert [passed[1] / 50, passed[2] / 50] == [sum(map(float, each)) / 50 for each in text]


def test_every_message_of_a_conversation_can_be_told_again_from_its_turns(recorded: list[Row]) -> None:
    for row in recorded:
        conversation, told = airline.conversation(row), []
        for turn in conversation.turns:
            told += [message(turn), next_message(turn, calls_of(message(turn)))]
        told = [each for each in told if each is not None]
        behind = row["messages"][len(conversation.opening) :]
        assert [each["role"] for each in told] == [
            "user" if each["role"] == "tool" else each["role"] for each in behind
        ]
        for mine, theirs in zip(told, behind, strict=True):
            assert words(mine) == [theirs["content"]] * (theirs["content"] is not None)


def words(said: Row) -> list[str]:
    """The texts in a message, those of tools' results too."""
    content = said["content"]
    if isinstance(content, str):
        return [content]
    return [
        block["text"] if block["type"] == "text" else block["content"]
        for block in content
        if block["type"] != "tool_use"
    ]


def test_recorded_requests_with_their_replies_are_conversations(exchanges: list[Row]) -> None:
    assert len(exchanges) > 200
    kinds: Counter[str] = Counter()
    for exchange in exchanges:
        conversation, problems = read(held(exchange))
        assert {problem.severity for problem in problems} <= {"warning"}, (exchange["id"], problems)
        replies = [each for each in held(exchange) if each["role"] == "assistant"]
        assert len(conversation.turns) == len(replies), exchange["id"]
        for turn, reply in zip(conversation.turns, replies, strict=True):
            content = reply["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            assert message(turn)["content"] == blocks, exchange["id"]
            kinds.update(block["type"] for block in blocks)
    del kinds["text"]  # users write texts too
    text = json.dumps([each["content"] for exchange in exchanges for each in held(exchange)])
    assert kinds == {kind: text.count(f'"type": "{kind}"') for kind in kinds}
    assert kinds["tool_use"] > 150


def test_results_of_recorded_requests_stand_with_their_calls(exchanges: list[Row]) -> None:
    given = found = 0
    for exchange in exchanges:
        conversation, _ = read(held(exchange))
        given += sum(
            block["type"] == "tool_result"
            for each in exchange["request"]["messages"]
            for block in (each["content"] if isinstance(each["content"], list) else [])
        )
        for turn in conversation.turns:
            calls = calls_of(message(turn))
            told = next_message(turn, calls)
            content = told["content"] if told and isinstance(told["content"], list) else []
            ids = [block["tool_use_id"] for block in content if block["type"] == "tool_result"]
            assert ids == [call.id for call, one in zip(calls, turn.results, strict=bool(turn.results)) if one]
            found += len(ids)
    assert given == found == 88


def test_usage_and_reasons_to_stop_of_recorded_replies_are_kept(exchanges: list[Row]) -> None:
    stops: Counter[str | None] = Counter()
    for exchange in exchanges:
        response = exchange["response"]
        if held(exchange)[-1] is response:
            conversation, _ = read(held(exchange))
            last = conversation.turns[-1].reply
            stops[last.stop_reason] += 1
            assert last.stop_reason == response["stop_reason"]
            assert last.usage.output_tokens == response["usage"]["output_tokens"], exchange["id"]
            assert last.usage.input_tokens == response["usage"]["input_tokens"], exchange["id"]
    assert stops["tool_use"] > 60


def test_published_agent_cases_are_conversations_with_their_calls(shared_data: Path) -> None:
    rows = airline.rows(shared_data, adk.FILE)
    for row in rows:
        conversation, problems = read(chat(row))
        gold = [call for turn in adk.calls(row) for call in turn]
        trajectory = seen(conversation)
        assert [(call.tool, call.arguments) for call in trajectory.calls()] == gold
        assert len(conversation.turns) == sum(map(bool, adk.calls(row))) + len(adk.calls(row))
        # No result is published, which must be told for every call.
        assert [problem.severity for problem in problems] == ["warning"] * len(gold)
    assert len(rows) == 34


def chat(row: Row) -> list[Row]:
    """An ADK case as a chat: the user asks, the agent calls (without ids) and then answers."""
    messages: list[Row] = []
    for (asked, answered), calls in zip(adk.texts(row), adk.calls(row), strict=True):
        made = [{"function": {"name": name, "arguments": json.dumps(given)}} for name, given in calls]
        messages.append({"role": "user", "content": asked})
        messages += [{"role": "assistant", "content": None, "tool_calls": made}] if made else []
        messages.append({"role": "assistant", "content": answered})
    return messages


def test_published_gold_calls_as_results_meet_their_gold(shared_data: Path, tmp_path: Path) -> None:
    rows = [row for row in read_rows(shared_data) if row["gold"]]
    file = tmp_path / "results.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            calls = [{"name": name, "arguments": json.dumps(given)} for name, given in gold_calls(row)]
            out.write(json.dumps({"id": row["id"], "messages": row["messages"], "tool_calls": calls}) + "\n")
    results = check_results(file, {row["id"] for row in rows})
    assert (results.problems, results.results) == ((), len(rows))
    for result, row in zip(results, rows, strict=True):
        trajectory = trajectory_of(result.turns)
        assert isinstance(trajectory, Trajectory)
        case = airline.Case(id=row["id"], input="x", expected={"calls": row["gold"]})
        score = ExpectedCalls("strict").score(Evidence(case, trajectory))
        assert isinstance(score, Score)
        assert score.passed, (row["id"], score.reason)


def test_recorded_lines_of_batches_are_results(shared_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    lines = [row["line"] for row in airline.rows(shared_data, "batch_result_lines.jsonl")]
    named = [{**line, "custom_id": f"line-{at}"} for at, line in enumerate(lines)]
    file.write_text("".join(json.dumps(line) + "\n" for line in named), "utf-8")
    results = check_results(file, {line["custom_id"] for line in named})
    assert results.problems == ()
    for result, line in zip(results, lines, strict=True):
        reply = line["result"]["message"]
        assert (message(result.turns[-1])["content"], result.turns[-1].reply.model) == (
            reply["content"],
            reply["model"],
        )
        assert result.turns[-1].reply.usage.input_tokens == reply["usage"]["input_tokens"]
