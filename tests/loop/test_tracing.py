"""The view of one sample: every turn with its entries, tokens and checks, and where to look first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import airline
from tests.workbench import bench, run_evalset, write_evalset

from evaltui.domain.run import Run
from evaltui.loop.entries import body, brief
from evaltui.loop.import_run import judge, keep, read_import
from evaltui.loop.promote import promote
from evaltui.loop.tracing import Trace, replies_to, request_of, trace
from evaltui.sandbox.model import Answer, Refused
from evaltui.sandbox.scripted import Scripted
from evaltui.store.database import Store, open_store

CALL = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"n": 1}}
AGENT = """
name: clerk
model: claude-haiku-4-5
max_tokens: 100
max_turns: 6
system: Be brief, {{who}}.
few_shot: [{role: user, content: hello}, {role: assistant, content: hi}]
messages: [{role: user, content: "Task: {{input}}"}]
tools: [{name: look, description: looks, input_schema: {type: object}}]
answers: {replay: {}}
"""
SCORERS = "  - exact\n  - no_repeats"
LOOK = {"name": "look", "arguments": {"n": 1}, "result": {"found": 1}}


def clerk(params: dict[str, Any]) -> Answer | Refused:
    messages = params["messages"][2:]
    who, said = messages[0]["content"].removeprefix("Task: "), sum(one["role"] == "assistant" for one in messages)
    if who == "refused":
        return Refused("invalid_request_error", "no")
    if who in ("repeats", "fails") and said < 2:
        return Answer([{"type": "text", "text": "let me look"}, {**CALL, "id": f"toolu_{said}"}], "tool_use", 100, 5)
    if who == "lost" and said == 1:
        return Refused("invalid_request_error", "too late")
    if who == "lost":
        return Answer([CALL], "tool_use", 100, 5)
    if who == "thinks":
        return Answer(
            [{"type": "thinking", "thinking": "hm", "signature": ""}, {"type": "text", "text": "done"}],
            "end_turn",
            10,
            5,
        )
    return Answer([{"type": "text", "text": "done"}] if who != "silent" else [], "end_turn", 100, 5)


def _case(name: str, expected: str = "done", **more: Any) -> dict[str, Any]:
    return {"id": name, "input": name, "expected": expected, "vars": {"who": "please"}, **more}


CASES = [
    _case("passes"), _case("wrong", "else"), _case("refused"), _case("lost", tools=[LOOK]), _case("silent"),
    _case("repeats", tools=[LOOK, LOOK], turns=["and now?"]), _case("thinks"),
    _case("fails", tools=[LOOK | {"result": {"reason": "none"}, "error": True}] * 2),
]  # fmt: skip


@dataclass(frozen=True)
class Desk:
    store: Store
    run: Run

    def __call__(self, case_id: str) -> Trace:
        found = trace(self.store, self.run, case_id)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One run in which agents pass, fail, look twice, get no reply, and say nothing."""
    folder = tmp_path_factory.mktemp("clerks")
    evalset = write_evalset(folder / "clerks", CASES, SCORERS, AGENT)
    with bench(folder, Scripted(clerk)) as (store, engine, _):
        yield Desk(store, run_evalset(store, engine, evalset))


def test_a_conversation_is_read_entry_by_entry_each_call_with_its_answer(desk: Desk) -> None:
    found = desk("repeats")
    assert [[entry.kind for entry in turn.entries] for turn in found.turns] == [
        ["assistant", "call", "result"], ["assistant", "call", "result"], ["assistant", "user"], ["assistant"],
    ]  # fmt: skip
    assert [turn.usage.prompt_tokens for turn in found.turns][:2] == [100, 100]
    assert (found.stop_reason, found.usage.output_tokens) == ("end_turn", 20)
    assert found.cost.total == pytest.approx(sum(found.price(turn) or 0 for turn in found.turns))


def test_what_every_request_begins_with_is_there_as_it_was_sent(desk: Desk) -> None:
    opening = desk("passes").opening
    assert [(entry.kind, brief(entry)) for entry in opening if entry.kind != "tools"] == [
        ("system", "Be brief, please."), ("example", "hello"), ("example", "hi"), ("user", "Task: passes")
    ]  # fmt: skip
    assert opening[1].kind == "tools" and json.loads(body(opening[1])[0])[0]["name"] == "look"


def test_a_failed_check_stands_at_the_turn_it_names_and_that_turn_decided(desk: Desk) -> None:
    found = desk("repeats")
    assert found.deciding is not None and (found.deciding.turn, found.deciding.why) == (2, "check")
    assert [score.scorer for score in found.checks[2]] == ["no_repeats"]
    assert [score.scorer for score in found.elsewhere] == ["exact"]


def test_a_case_that_passed_has_no_deciding_turn(desk: Desk) -> None:
    assert desk("passes").deciding is None


def test_a_wrong_answer_is_decided_by_the_turn_that_gave_it(desk: Desk) -> None:
    found = desk("wrong").deciding
    assert found is not None and found.turn == 1 and found.words.startswith("exact: ")


def test_a_reply_that_never_came_is_an_entry_that_says_so(desk: Desk) -> None:
    refused, lost = desk("refused"), desk("lost")
    assert [entry.value for turn in refused.turns for entry in turn.entries] == ["no reply: invalid_request_error: no"]
    assert lost.deciding is not None and (lost.deciding.turn, lost.deciding.why) == (2, "no reply")
    assert [turn.replied for turn in lost.turns] == [True, False]


def test_an_empty_reply_and_a_thought_are_entries(desk: Desk) -> None:
    assert [entry.kind for entry in desk("silent").turns[0].entries] == ["empty"]
    assert [entry.kind for entry in desk("thinks").turns[0].entries] == ["thinking", "assistant"]


def test_a_tool_error_decides_where_nothing_else_does(desk: Desk) -> None:
    found = desk("fails")
    kinds = [entry.kind for turn in found.turns for entry in turn.entries]
    assert kinds.count("error") == 2
    assert found.deciding is not None and found.deciding.turn == 2


def test_the_request_and_the_reply_of_a_turn_can_be_seen_raw(desk: Desk) -> None:
    found = desk("repeats")
    sent = request_of(desk.store, desk.run, found.detail, 2)
    assert sent is not None
    assert [message["role"] for message in json.loads(sent)["messages"]][2:] == ["user", "assistant", "user"]
    assert json.loads(replies_to(found.detail, found.turns[1])[0])["usage"]["input_tokens"] == 100


def test_a_case_the_run_does_not_have_has_no_trace(desk: Desk) -> None:
    assert trace(desk.store, desk.run, "nobody") is None
    assert trace(desk.store, desk.run, "passes", 2) is None


@pytest.fixture(scope="module")
def airline_runs(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[tuple[Store, Run, Run]]:
    """The two trials of the recorded airline desk as two runs, the first one the baseline."""
    folder = tmp_path_factory.mktemp("airline")
    recorded = airline.rows(shared_data)
    desk = airline.write_desk(folder / "desk", [row for row in recorded if row["trial"] == 0])
    with open_store(folder / "evaltui.db") as store:
        runs = [_imported(store, folder, desk, [row for row in recorded if row["trial"] == trial]) for trial in (0, 1)]
        promote(store, runs[0], forced="a start")
        yield store, runs[0], runs[1]


def _imported(store: Store, folder: Path, desk: Path, rows: list[dict[str, Any]]) -> Run:
    trial = rows[0]["trial"]
    file = folder / f"results{trial}.jsonl"
    file.write_text("".join(json.dumps(airline.result_line(row) | {"trial": 0}) + "\n" for row in rows), "utf-8")
    run, _ = keep(store, read_import(desk, file, None, "gpt-4o"), "")
    judge(store, run, lambda _: None)
    return run


def test_every_recorded_conversation_has_a_trace_whose_entries_are_its_steps(
    airline_runs: tuple[Store, Run, Run], shared_data: Path
) -> None:
    store, first, _ = airline_runs
    for row in (row for row in airline.rows(shared_data) if row["trial"] == 0):
        found = trace(store, first, airline.case_id(row))
        assert found is not None
        kinds = [entry.kind for turn in found.turns for entry in turn.entries]
        steps = airline.evidence(row).trajectory.steps
        assert sum(kind in ("result", "error") for kind in kinds) == sum(step.role == "tool" for step in steps)
        assert kinds.count("call") == sum(step.role == "assistant" and step.tool is not None for step in steps)
        assert all(isinstance(body(entry)[0], str) for turn in found.turns for entry in turn.entries)


def test_every_failed_conversation_has_a_deciding_turn_that_exists(airline_runs: tuple[Store, Run, Run]) -> None:
    store, _, second = airline_runs
    whys = set()
    for task in range(50):
        found = trace(store, second, f"airline-{task}")
        assert found is not None and found.detail.grade is not None
        assert (found.deciding is None) == bool(found.detail.grade.passed)
        if found.deciding is not None:
            assert found.deciding.turn in {turn.number for turn in found.turns}
            whys.add(found.deciding.why)
    assert "check" in whys
