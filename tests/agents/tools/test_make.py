"""From `answers` of agent.yaml to a backend that answers, through entry points, and to an agent with its tools."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.agents.tools.asking import Asking

from evaltui.agents.read import read_agent
from evaltui.agents.tools.kinds import backend_class, kinds
from evaltui.agents.tools.make import equipped, make_backend
from evaltui.agents.tools.mcp import Mcp
from evaltui.agents.tools.python import Python
from evaltui.agents.tools.replay import Replay
from evaltui.domain.agent import Agent
from evaltui.domain.tool import CaseFailed, ToolResult

Write = Callable[[str, str], Path]
BASE = "model: m\nmax_tokens: 9\n"
SERVER = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("shop")
@server.tool()
def add(a: int) -> str: return str(a + 1)
@server.tool()
def find() -> str: return "found"
server.run()
"""


def agent(folder: Path) -> Agent:
    found = read_agent(folder)
    assert isinstance(found, Agent), found
    return found


def backend(folder: Path) -> Any:
    answers = agent(folder).answers
    assert answers is not None
    return make_backend(answers, folder)


def test_each_kind_is_registered_under_its_name() -> None:
    assert set(kinds()) >= {"replay", "python", "mcp"}
    assert [backend_class(kind) for kind in ("replay", "python", "mcp")] == [Replay, Python, Mcp]


def test_answers_as_written_become_a_backend_that_answers(write: Write, ask: Asking) -> None:
    write("shop/tools.py", "def add(a): return a + 1")
    folder = write("agent.yaml", BASE + "answers: {python: {module: shop/tools.py}}\n")
    assert ask(backend(folder), "add", a=1) == ToolResult("2")


def test_replay_is_made_with_its_policy(write: Write, ask: Asking) -> None:
    made = backend(write("agent.yaml", BASE + "answers: {replay: {}}\n"))
    assert ask(made, "add").is_error
    made = backend(write("agent.yaml", BASE + "answers: {replay: {miss: fail}}\n"))
    with pytest.raises(AssertionError, match="CaseFailed"):
        ask(made, "add")


def test_the_tools_of_a_server_join_those_of_the_agent_which_win(write: Write, ask: Asking) -> None:
    write("server.py", SERVER)
    own = "tools: [{name: find, description: ours, input_schema: {type: object}}]\n"
    folder = write("agent.yaml", BASE + own + "answers: {mcp: {command: [python, server.py]}}\n")
    made = backend(folder)
    assert ask(made, "find").content == "found"
    full = equipped(agent(folder), made)
    assert isinstance(full, Agent) and isinstance(full.tools, list)
    assert [(tool["name"], tool.get("description")) for tool in full.tools] == [("find", "ours"), ("add", None)]
    assert full.digest != agent(folder).digest


def test_an_agent_whose_tools_are_a_placeholder_keeps_it(write: Write, ask: Asking) -> None:
    write("server.py", SERVER)
    yaml = BASE + 'tools: "{{tools}}"\nanswers: {mcp: {command: [python, server.py]}}\n'
    folder = write("agent.yaml", yaml)
    made = backend(folder)
    ask(made, "find")
    assert equipped(agent(folder), made) == agent(folder)


def test_an_agent_that_nobody_can_answer_is_told_before_anything_is_sent(write: Write) -> None:
    folder = write("agent.yaml", BASE + "answers: {mcp: {command: [no-such-server]}}\n")
    assert isinstance(equipped(agent(folder), backend(folder)), CaseFailed)


def test_an_agent_without_offered_tools_stays_as_it_is(write: Write) -> None:
    folder = write("agent.yaml", BASE + "answers: {replay: {}}\n")
    assert equipped(agent(folder), backend(folder)) == agent(folder)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"nothing": {}}, "nothing called nothing answers tool calls; allowed: mcp, python, replay"),
        ({"replay": {"mis": "error"}}, "answers.replay cannot be used"),
    ],
)
def test_a_kept_agent_that_this_installation_cannot_answer_is_a_failure(answers: Any, words: str) -> None:
    found = make_backend(answers, Path())
    assert isinstance(found, CaseFailed) and found.reason.startswith(words)
