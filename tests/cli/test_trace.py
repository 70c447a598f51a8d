"""`evaltui show RUN CASE` on a conversation: turn by turn, cut where it is long, obeyed by no terminal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, case, write_project
from tests.cli.provider import EVIL
from tests.cli.test_hostile import obeyed

from evaltui.sandbox.clock import Clock
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, text_answer
from evaltui.sandbox.server import running

READABLE = EVIL.replace("\ud800", "")  # what reads a file, or a request, refuses a lone surrogate
LONG = "\n".join(f"line {n} " + "x" * 60 for n in range(500))
AGENT = """
name: clerk
model: claude-haiku-5-5
max_tokens: 100
max_turns: 6
tools: [{name: look, description: looks, input_schema: {type: object}}]
answers: {replay: {}}
"""
CALL = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"n": 1}}


def clerk(params: dict[str, Any]) -> Answer:
    messages = params["messages"]
    who, said = messages[0]["content"], sum(message["role"] == "assistant" for message in messages)
    if who == "evil" and said == 0:
        evil = {**CALL, "name": READABLE, "input": {READABLE: READABLE}}
        return Answer([{"type": "text", "text": READABLE}, CALL, evil | {"id": "toolu_2"}], "tool_use", 10, 5)
    if who in ("looks", "long", "endless") and said < 2 + (who == "endless") * 9:
        return Answer([{**CALL, "id": f"toolu_{said}"}], "tool_use", 1000 + said, 5)
    if who == "silent" and said == 0:
        return Answer([CALL], "tool_use", 10, 5)
    return text_answer(params, "done") if who != "silent" else Answer([], "end_turn", 10, 1)


@pytest.fixture(scope="module")
def clerks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One run in which agents look twice, talk with users, are told very much, are cut, and meet hostile text."""
    folder = tmp_path_factory.mktemp("clerks")
    look = {"name": "look", "arguments": {"n": 1}, "result": {"found": 1}}
    cases = [
        case("looks", "done", tools=[look, look | {"result": "gone", "error": True}], turns=["and now?"]),
        case("long", "done", tools=[look | {"result": LONG}]),
        case("evil", "done", tools=[look | {"result": READABLE}], turns=[READABLE]),
        case("endless", "done", tools=[look]),
        case("silent", "done", tools=[look]),
    ]  # fmt: skip
    home = write_project(folder, cases, scorers="[exact, no_repeats]")
    (home / "agent.yaml").write_text(AGENT)
    with running(Scripted(clerk), clock=Clock(batch_seconds=0.02)) as server:
        program = Program(folder, server.url, more={"NO_COLOR": "1"})
        assert program("run", "greetings", "--yes").code == 3
        yield program


def test_a_conversation_reads_turn_by_turn_with_each_check_at_the_turn_it_names(clerks: Program) -> None:
    lines = clerks("show", "1", "looks").out.splitlines()
    lines[15:] = [re.sub(r"[\d,]+ tokens in|\$[\d.]+", "IN", line) for line in lines[15:]]
    assert lines == [
        "looks  ✗ fail",
        "input:",
        "  │ looks",
        "expected:",
        "  │ done",
        "── turn 1 of 4 · 1,000 tokens in, 5 out",
        "calls look:",
        '  │ {"n": 1}',
        "look answered:",
        '  │ {"found": 1}',
        "── turn 2 of 4 · 1,001 tokens in, 5 out",
        "  ▸ decided here: no_repeats: look again with the arguments of turn 1",
        "calls look:",
        '  │ {"n": 1}',
        "look failed:",
        "  │ gone",
        "  ✗ no_repeats: turn 2: look again with the arguments of turn 1",
        "── turn 3 of 4 · IN, 1 out",
        "says:",
        "  │ done",
        "the user says:",
        "  │ and now?",
        "── turn 4 of 4 · IN, 1 out",
        "says:",
        "  │ done",
        "stopped: end_turn · 4 requests · IN, 12 out · claude-haiku-5-5",
        "cost: IN",
        "  ✓ exact: right",
        "  ✗ no_repeats: turn 2: look again with the arguments of turn 1",
    ]


def test_a_turn_is_shown_alone_with_what_decided_it(clerks: Program) -> None:
    lines = clerks("show", "1", "looks", "--turn", "2").out.splitlines()
    assert lines[:2] == ["looks  ✗ fail", "── turn 2 of 4 · 1,001 tokens in, 5 out"]
    assert lines[-1] == "  ✗ no_repeats: turn 2: look again with the arguments of turn 1"
    assert len(lines) == 8
    assert "there is no turn 5; the last one is 4" in clerks("show", "1", "looks", "--turn", "5").out


def test_a_program_is_told_the_deciding_turn_and_why(clerks: Program) -> None:
    reason = "look again with the arguments of turn 1"
    assert clerks("show", "1", "looks", "--json").json["deciding"] == {
        "turn": 2, "why": "check", "words": f"no_repeats: {reason}", "scorer": "no_repeats"
    }  # fmt: skip


def test_a_long_result_is_cut_where_all_is_shown_and_whole_where_its_turn_is(clerks: Program) -> None:
    whole = clerks("show", "1", "long")
    assert "line 22 x" in whole.out and "line 30 x" not in whole.out
    assert "more characters: --turn 1 shows all" in whole.out
    assert "line 499 x" in clerks("show", "1", "long", "--turn", "1").out


def test_a_conversation_that_was_cut_says_why(clerks: Program) -> None:
    done = clerks("show", "1", "endless").out
    assert "ended: stopped at max_turns (6) while it still called tools" in done
    assert "── turn 6 of 6" in done


def test_a_turn_in_which_nothing_was_said_is_shown_as_such(clerks: Program) -> None:
    lines = clerks("show", "1", "silent").out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("── turn 2 of 2"))
    assert lines[at + 1] == "  ▸ decided here: the last turn; exact: expected done, got nothing"
    assert lines[at + 2] == "the reply is empty"


@pytest.mark.parametrize("more", [(), ("--turn", "1"), ("--turn", "2"), ("--json",)], ids=" ".join)
def test_hostile_tools_results_and_users_cannot_move_the_cursor(clerks: Program, more: tuple[str, ...]) -> None:
    done = clerks("show", "1", "evil", *more)
    assert obeyed(done.out + done.err) == set()
    _, seen = clerks.terminal("show", "1", "evil", *more, columns=40)
    assert obeyed(seen.decode().replace("\r", "")) == set()
    if "--json" not in more:
        ours = ("evil ", "input:", "expected:", "──", "calls ", "says:", "look ", "the user says:", "  ", "stopped:")
        ours += ("cost: ", "\\")  # a tool whose name is hostile is told with it, all of it escaped
        assert [line for line in done.out.splitlines() if not line.startswith(ours)] == []


def test_what_the_trace_needs_is_kept_where_the_project_moves(clerks: Program, tmp_path: Path) -> None:
    moved = Program(tmp_path, clerks.url, more={"EVALTUI_DB": str(clerks.folder / ".evaltui" / "evaltui.db")})
    assert moved("show", "1", "looks").out == clerks("show", "1", "looks").out
