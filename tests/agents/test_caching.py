"""Where requests are marked for the prompt cache, and what stays as it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaltui.agents.read import read_agent
from evaltui.agents.turn import Requests
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case

HEAD = "model: claude-haiku-5-5\nmax_tokens: 50\n"
TOOL = "tools: [{name: look, input_schema: {type: object}}]\n"
MARK = {"type": "ephemeral", "ttl": "1h"}


def sent(folder: Path, text: str) -> dict[str, Any]:
    (folder / "agent.yaml").write_text(HEAD + text, "utf-8")
    agent = read_agent(folder / "agent.yaml")
    assert isinstance(agent, Agent)
    found: dict[str, Any] = json.loads(Requests(agent).first(Case(id="a", input="hello")))
    return found


def test_without_the_field_nothing_is_marked(tmp_path: Path) -> None:
    assert "cache_control" not in json.dumps(sent(tmp_path, f"system: Be brief.\n{TOOL}"))


def test_the_system_prompt_becomes_a_marked_block_and_the_case_behind_it_stays_as_it_is(tmp_path: Path) -> None:
    found = sent(tmp_path, f"cache: 1h\nsystem: Be brief.\n{TOOL}")
    assert found["system"] == [{"type": "text", "text": "Be brief.", "cache_control": MARK}]
    assert found["messages"] == [{"role": "user", "content": "hello"}]
    assert "cache_control" not in found["tools"][0]
    assert "cache_control" not in found


def test_the_last_few_shot_message_is_marked_where_there_is_one(tmp_path: Path) -> None:
    shots = "few_shot: [{role: user, content: hi}, {role: assistant, content: ho}]\n"
    found = sent(tmp_path, f"cache: 1h\nsystem: Be brief.\n{shots}")
    assert found["system"] == "Be brief."
    assert found["messages"][1]["content"] == [{"type": "text", "text": "ho", "cache_control": MARK}]


EMPTY = "{role: assistant, content: []}"
SILENT = "{role: assistant, content: ''}"
THOUGHT = "{role: assistant, content: [{type: thinking, thinking: hm, signature: x}]}"


@pytest.mark.parametrize("last", [EMPTY, SILENT, THOUGHT])
def test_what_the_api_lets_nobody_mark_leaves_the_mark_to_the_block_before_it(tmp_path: Path, last: str) -> None:
    found = sent(tmp_path, f"cache: 1h\nsystem: Be brief.\nfew_shot: [{{role: user, content: hi}}, {last}]\n")
    assert found["system"] == [{"type": "text", "text": "Be brief.", "cache_control": MARK}]
    assert "cache_control" not in json.dumps(found["messages"])


def test_an_empty_system_prompt_leaves_the_mark_to_the_tools(tmp_path: Path) -> None:
    found = sent(tmp_path, f"cache: 1h\nsystem: [{{type: text, text: ''}}]\n{TOOL}")
    assert (found["system"], found["tools"][0]["cache_control"]) == ([{"type": "text", "text": ""}], MARK)


def test_an_argument_of_a_tool_that_is_called_as_marks_are_is_no_mark(tmp_path: Path) -> None:
    schema = "{type: object, properties: {cache_control: {type: string}}, required: [cache_control]}"
    found = sent(tmp_path, f"cache: 1h\ntools: [{{name: look, input_schema: {schema}}}]\n")
    assert found["tools"][0]["cache_control"] == MARK


def test_a_system_prompt_that_differs_from_case_to_case_leaves_the_mark_to_the_tools(tmp_path: Path) -> None:
    found = sent(tmp_path, f"cache: 1h\nsystem: 'Answer {{{{input}}}}'\n{TOOL}")
    assert found["system"] == "Answer hello"
    assert found["tools"][0]["cache_control"] == MARK


def test_a_conversation_is_marked_as_a_whole_too(tmp_path: Path) -> None:
    assert sent(tmp_path, f"cache: 1h\nmax_turns: 3\nsystem: Be brief.\n{TOOL}")["cache_control"] == MARK


def test_an_agent_that_marks_itself_must_not_be_marked_again(tmp_path: Path) -> None:
    own = "system: [{type: text, text: x, cache_control: {type: ephemeral}}]\n"
    (tmp_path / "agent.yaml").write_text(f"{HEAD}cache: 1h\n{own}", "utf-8")
    problems = read_agent(tmp_path / "agent.yaml")
    assert not isinstance(problems, Agent)
    assert [(problem.field, problem.message) for problem in problems] == [("cache", "is marked twice")]


@pytest.mark.parametrize("cache", ["", "cache: 5m\n", "cache: 1h\n"])
def test_the_cache_is_part_of_what_an_agent_is(tmp_path: Path, cache: str) -> None:
    (tmp_path / "agent.yaml").write_text(f"{HEAD}{cache}system: Be brief.\n", "utf-8")
    agent = read_agent(tmp_path / "agent.yaml")
    assert isinstance(agent, Agent)
    others = [agent.model_copy(update={"cache": other}) for other in (None, "5m", "1h") if other != agent.cache]
    assert agent.digest not in {other.digest for other in others}
