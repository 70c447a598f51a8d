"""A real Model Context Protocol server, written with the official SDK, serves its tools to a run over the wire."""

from pathlib import Path
from typing import Any

import pytest
from tests.agents.tools.asking import ends
from tests.cli.program import Program
from tests.durability.scene import HASTE
from tests.workbench import bench, write_evalset

from evaltui.domain.errors import Stopped
from evaltui.domain.run import Run
from evaltui.loop.advance import drive
from evaltui.loop.evidence import so_far
from evaltui.loop.load import load
from evaltui.loop.open import open_session
from evaltui.loop.start import Wanted, start
from evaltui.sandbox.model import Answer
from evaltui.sandbox.scripted import Scripted, text_answer, tool_answer
from evaltui.store.cases import sample
from evaltui.store.database import Store
from evaltui.store.runs import grade_counts

SERVER = """
import os, time
from pathlib import Path
from mcp.server.mcpserver import MCPServer

server = MCPServer("shop")
Path("pids").open("a").write(f"{os.getpid()}\\n")

@server.tool(name="order.lookup")
def lookup(order_id: str) -> dict[str, str]:
    '''Finds an order.'''
    return {"order": order_id, "state": "sent"}

@server.tool()
def die() -> str:
    os._exit(3)

@server.tool()
def hang() -> str:
    time.sleep(600)
    return ""

server.run()
"""
AGENT = "model: claude-haiku-5-5\nmax_tokens: 200\nanswers: {mcp: {command: [python, server.py], timeout: 1}}\n"


def ordered(params: dict[str, Any]) -> Answer:
    """Looks every order up, and calls the tool that the case names before it."""
    messages = params["messages"]
    first, *rest = messages[0]["content"].split()
    said = sum(message["role"] == "assistant" for message in messages)
    calls = [first, *rest, "order_lookup"]
    if said < len(calls):
        arguments = {"order_id": f"A{said}"} if calls[said] == "order_lookup" else {}
        return tool_answer(params, calls[said], arguments, f"toolu_{said}")
    return text_answer(params, str(messages[-1]["content"][0]["content"]))


def shop(folder: Path, *inputs: str, server: str = SERVER) -> Path:
    cases = [
        {"id": f"case-{n}", "input": text, "expected": {"order": f"A{len(text.split())}", "state": "sent"}}
        for n, text in enumerate(inputs)
    ]
    evalset = write_evalset(folder / "shop", cases, "  - exact: {take: json}", AGENT)
    (evalset / "server.py").write_text(server)
    return evalset


def driven(store: Store, engine: Any, evalset: Path) -> Run:
    loaded = load(evalset)
    run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
    loaded.refuse_problems()
    drive(open_session(store, run, engine, lambda _: None, HASTE))
    return run


def results(store: Store, run: Run, case: str) -> list[tuple[str, bool]]:
    detail = sample(store, run.id, case)
    assert detail is not None
    seen = so_far(detail.held)
    return [(step.result, step.is_error) for step in seen.results()]


def processes(evalset: Path) -> list[int]:
    return [int(line) for line in (evalset / "pids").read_text().split()]


def test_the_tools_of_a_server_are_offered_and_its_answers_reach_the_model(tmp_path: Path) -> None:
    seen: list[list[dict[str, Any]]] = []

    def model(params: dict[str, Any]) -> Answer:
        seen.append(params["tools"])
        return ordered(params)

    evalset = shop(tmp_path, "order_lookup", "order_lookup order_lookup", "order_lookup")
    with bench(tmp_path, Scripted(model)) as (store, engine, _):
        run = driven(store, engine, evalset)
        assert grade_counts(store, run.id) == (3, 0, 0)
    assert [tool["name"] for tool in seen[0]] == ["order_lookup", "die", "hang"]
    assert seen[0][0]["description"] == "Finds an order."
    assert seen[0][0]["input_schema"]["required"] == ["order_id"]
    assert all(tools == seen[0] for tools in seen)
    assert all(ends(process) for process in processes(evalset))


def test_a_server_that_dies_in_the_middle_is_an_error_result_and_the_run_goes_on(tmp_path: Path) -> None:
    evalset = shop(tmp_path, "order_lookup", "die", "order_lookup")
    with bench(tmp_path, Scripted(ordered)) as (store, engine, _):
        run = driven(store, engine, evalset)
        assert grade_counts(store, run.id) == (3, 0, 0)
        died, found = results(store, run, "case-1")
        assert died == ("the server of die stopped", True)
        assert not found[1]
    assert len(set(processes(evalset))) == 3, "one to list the tools, one that died, one after it"
    assert all(ends(process) for process in processes(evalset))


def test_a_server_that_hangs_is_bounded_in_time_and_its_call_an_error_result(tmp_path: Path) -> None:
    evalset = shop(tmp_path, "hang", "order_lookup")
    with bench(tmp_path, Scripted(ordered)) as (store, engine, _):
        run = driven(store, engine, evalset)
        assert grade_counts(store, run.id) == (2, 0, 0)
        assert results(store, run, "case-0")[0] == ("hang took longer than 1 s and was stopped", True)
    assert all(ends(process) for process in processes(evalset))


def test_a_server_that_cannot_start_is_told_by_check_and_run_before_anything_is_sent(tmp_path: Path) -> None:
    shop(tmp_path / "evalsets", "order_lookup", server="import nothing_here")
    with bench(tmp_path / "state", Scripted(ordered)) as (_, engine, sandbox):
        program = Program(tmp_path, engine.endpoint)
        for words in (("check", "shop"), ("run", "shop", "--yes")):
            done = program(*words)
            assert done.code == 2
            assert "the MCP server `python server.py` cannot be used" in done.out + done.err
            assert "nothing_here" in done.out + done.err
        assert sandbox.counters()["creates_received"] == 0


def test_a_server_that_never_answers_its_first_question_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaltui.agents.tools.mcp.START_SECONDS", 0.5)
    loaded = load(shop(tmp_path, "order_lookup", server="import time\ntime.sleep(600)"))
    (problem,) = loaded.problems
    assert problem.field == "answers"
    assert "cannot be used" in problem.message


def test_a_server_that_is_gone_when_the_run_goes_on_stops_it_with_words_and_loses_nothing(tmp_path: Path) -> None:
    evalset = shop(tmp_path, "order_lookup", "order_lookup")
    with bench(tmp_path, Scripted(ordered)) as (store, engine, _):
        loaded = load(evalset)
        run = start(store, loaded, None, Wanted(1, "", engine.name, engine.endpoint))
        loaded.refuse_problems()
        (evalset / "server.py").write_text("raise SystemExit(1)")
        with pytest.raises(Stopped, match=r"cannot be used.*Mend it, then: evaltui resume 1"):
            drive(open_session(store, run, engine, lambda _: None, HASTE))
        (evalset / "server.py").write_text(SERVER)
        drive(open_session(store, run, engine, lambda _: None, HASTE))
        assert grade_counts(store, run.id) == (2, 0, 0)
