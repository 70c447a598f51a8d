"""Reading agent.yaml: what it may hold, the files it names, and every mistake at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.agents.read import read_agent
from evaltui.domain.agent import Agent
from evaltui.domain.case import Message
from evaltui.domain.problem import Problem

Read = Callable[..., Agent]
Fail = Callable[..., tuple[Problem, ...]]
TOOL = "[{name: lookup, description: finds, input_schema: {type: object}}]"


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int, str]]:
    return [(Path(problem.file).name, problem.line, problem.field) for problem in problems]


def test_model_and_max_tokens_are_enough(agent: Read) -> None:
    template = [Message(role="user", content="{{input}}")]
    assert agent() == Agent(name="agent", model="claude-haiku-5-5", max_tokens=100, messages=template, max_turns=1)


def test_every_field_arrives(agent: Read) -> None:
    text = f"""name: desk
description: for people
system: Be kind.
few_shot: [{{role: user, content: hi}}, {{role: assistant, content: hello}}]
messages: [{{role: user, content: "Q: {{{{input}}}}"}}]
tools: {TOOL}
output_schema: {{type: object}}
params: {{temperature: 0, output_config: {{effort: low}}}}
max_turns: 4
"""
    found = agent(text)
    assert (found.name, found.system, found.max_turns) == ("desk", "Be kind.", 4)
    assert [message.content for message in found.few_shot] == ["hi", "hello"]
    assert isinstance(found.tools, list) and found.tools[0]["name"] == "lookup"
    wanted = {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert found.params == {"temperature": 0, "output_config": wanted}


def test_prompts_and_lists_may_stand_in_files_beside_the_agent(agent: Read) -> None:
    text = """system: {file: prompts/system.md}
few_shot: {file: shots.yaml}
messages: [{role: user, content: {file: prompts/user.md}}]
tools: {file: tools.json}
output_schema: {file: schema.json}
"""
    files = {
        "prompts/system.md": "Be kind.\r\nAlways.\n",
        "prompts/user.md": "{{input}}?",
        "shots.yaml": "- {role: user, content: hi}",
        "tools.json": '[{"name": "t"}]',
        "schema.json": '{"type": "object"}',
    }
    found = agent(text, **files)
    assert found.system == "Be kind.\r\nAlways.\n"
    assert found.few_shot == [Message(role="user", content="hi")] and found.messages[0].content == "{{input}}?"
    assert found.tools == [{"name": "t"}]
    assert found.params == {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}


def test_text_blocks_may_stand_in_files_too(agent: Read) -> None:
    text = """system:
- {type: text, text: {file: a.md}, cache_control: {type: ephemeral}}
- {type: text, text: plain}
"""
    found = agent(text, **{"a.md": "long"})
    assert found.system == [
        {"type": "text", "text": "long", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "plain"},
    ]  # fmt: skip


@pytest.mark.parametrize("prompt", ["Be kind.", "Be kind.\n", "Be kind.\r\n", "\ufeffBe kind.", "Be  kind."])
def test_any_byte_of_a_prompt_changes_the_digest(agent: Read, prompt: str) -> None:
    other = agent("system: {file: p.md}\n", **{"p.md": "be kind."})
    found = agent("system: {file: p.md}\n", **{"p.md": prompt})
    assert found.system == prompt and found.digest != other.digest


def test_the_digest_is_of_what_is_sent_not_of_how_it_is_written(agent: Read) -> None:
    first = agent("system: {file: p.md}\n", **{"p.md": "Be kind."})
    assert agent("name: x\ndescription: z\nsystem: 'Be kind.' # comment\n").digest == first.digest


def test_a_file_name_written_as_text_is_caught(mistakes: Fail) -> None:
    (problem,) = mistakes("system: prompts/system.md\n", **{"prompts/system.md": "x"})
    assert (problem.line, problem.hint) == (3, "write {file: prompts/system.md}")


def test_a_misspelt_file_name_written_as_text_is_caught_too(mistakes: Fail) -> None:
    (problem,) = mistakes("system: prompts/sytem.md\n")
    assert problem.hint == "write {file: prompts/sytem.md}"


def test_a_missing_file_names_the_nearest_one(mistakes: Fail) -> None:
    (problem,) = mistakes("system: {file: prompts/sytem.md}\n", **{"prompts/system.md": "x"})
    assert (problem.line, problem.field, problem.found) == (3, "system", '"prompts/sytem.md"')
    assert problem.hint == 'did you mean "prompts/system.md"?'


def test_a_name_no_file_can_have_is_a_problem(mistakes: Fail) -> None:
    (problem,) = mistakes(f"system: {{file: {'x' * 5000}}}\n")
    assert problem.message == "is not a name a file can have" and len(problem.found) < 70


def test_a_prompt_that_is_not_utf8_names_the_line(mistakes: Fail) -> None:
    assert places(mistakes("system: {file: p.md}\n", **{"p.md": b"one\ntwo \xe9\n"})) == [("p.md", 2, "")]


@pytest.mark.parametrize("key", ["model", "messages", "system", "tools", "max_tokens", "stream"])
def test_params_cannot_hold_what_the_agent_itself_says(mistakes: Fail, key: str) -> None:
    (problem,) = mistakes(f"params:\n  temperature: 0\n  {key}: x\n")
    assert (problem.line, problem.field) == (5, f"params.{key}") and problem.hint


def test_a_schema_given_twice_is_a_problem(mistakes: Fail) -> None:
    (problem,) = mistakes("output_schema: {}\nparams: {output_config: {format: {}}}\n")
    assert problem.field == "params.output_config.format"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("system: 'Hi {{ input'\n", "{{ input"),
        ("system: 'Hi {{}}'\n", "{{}}"),
        ("system: 'Hi {{a b}}'\n", "{{a b}}"),
        ("system: 'Hi {{a..b}}'\n", "{{a..b}}"),
        ("messages: [{role: user, content: '{{{input}}}'}]\n", "{{{input}}}"),
        ("messages: [{role: user, content: [{type: text, text: '{{#if}}'}]}]\n", "{{#if}}"),
        ("tools: [{name: '{{ x y }}'}]\n", "{{ x y }}"),
    ],
)
def test_braces_that_start_no_placeholder_are_caught_at_once(mistakes: Fail, text: str, found: str) -> None:
    (problem,) = mistakes(text)
    assert (problem.line, problem.found) == (3, f'"{found}"') and r"\{{" in problem.hint


def test_a_malformed_placeholder_in_a_prompt_names_its_line_there(mistakes: Fail) -> None:
    problems = mistakes("system: {file: p.md}\n", **{"p.md": "one {{input}}\ntwo {{\n\\{{ fine\n{{x y}}\n"})
    assert places(problems) == [("p.md", 2, "system"), ("p.md", 4, "system")]


@pytest.mark.parametrize("tools", ["lookup", "'{{a}} {{b}}'", "''"])
def test_tools_as_text_must_be_one_placeholder(mistakes: Fail, tools: str) -> None:
    (problem,) = mistakes(f"tools: {tools}\n")
    assert problem.allowed == 'a list, {file: …} or "{{name}}"'


def test_mistakes_in_an_included_list_name_the_line_there(mistakes: Fail) -> None:
    files = {"shots.yaml": "- role: user\n  content: hi\n- role: system\n  content: x\n", "tools.yaml": "a: no\n"}
    shot, no, tools = places(mistakes("few_shot: {file: shots.yaml}\ntools: {file: tools.yaml}\n", **files))
    assert shot == ("shots.yaml", 3, "few_shot[1].role")
    assert (no, tools) == (("tools.yaml", 1, "a"), ("tools.yaml", 1, "tools"))


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("sytem: x\n", "sytem", 'did you mean "system"?'),
        ("system: {fil: x}\n", "system.fil", 'did you mean "file"?'),
        ("system: 3\n", "system", "must be text or a mapping or a list"),
        ("messages: []\n", "messages", "too short"),
        ("messages: [{role: user}]\n", "messages[0].content", "required"),
        ("few_shot: x\n", "few_shot", "must be a list or a mapping"),
        ("max_turns: 0\n", "max_turns", "at least 1"),
        ("params: [1]\n", "params", "must be a mapping"),
        ("name: 3\n", "name", "must be text"),
        ("output_schema: 3\n", "output_schema", "must be a mapping"),
    ],
)
def test_a_wrong_field_is_explained(mistakes: Fail, text: str, field: str, says: str) -> None:
    problems = mistakes(text)
    assert any(problem.field == field and says in str(problem) for problem in problems), problems


def test_every_mistake_of_the_agent_and_its_files_comes_at_once(mistakes: Fail) -> None:
    text = """model: 3
max_tokens: "100"
sytem: x
system: {file: nowhere.md}
messages:
- {role: user, content: {file: user.md}}
- {role: usr, content: "{{ }}"}
tools: {file: tools.json}
params: {stream: true, thinking: on}
"""
    problems = mistakes(text, base="", **{"user.md": "a\n{{", "tools.json": "{"})
    assert places(problems) == [
        ("agent.yaml", 1, "model"), ("agent.yaml", 2, "max_tokens"),
        ("agent.yaml", 3, "sytem"), ("agent.yaml", 4, "system"),
        ("agent.yaml", 7, "messages[1].role"), ("agent.yaml", 7, "messages[1].content"),
        ("agent.yaml", 9, "params.thinking"), ("agent.yaml", 9, "params.stream"),
        ("tools.json", 1, ""), ("user.md", 2, "messages[0].content"),
    ]  # fmt: skip


def test_a_folder_means_its_agent_file(tmp_path: Path, agent: Read) -> None:
    assert read_agent(tmp_path / "none") and agent() == read_agent(tmp_path)


def test_an_agent_that_is_a_list_is_refused(mistakes: Fail) -> None:
    assert "must be a mapping" in mistakes("- a\n", base="")[0].message


def test_the_shipped_agents_are_read(root: Path) -> None:
    for file in sorted((root / "evalsets" / "support-desk").glob("agent*.yaml")):
        assert isinstance(read_agent(file), Agent)


FIELDS = [
    "name",
    "model",
    "max_tokens",
    "system",
    "few_shot",
    "messages",
    "tools",
    "output_schema",
    "params",
    "role",
    "content",
]
FIELDS += ["file", "text", "type", "output_config", "format"]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["{{input}}", "{{", "user", "agent.yaml"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_no_content_whatever_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    file = tmp_path_factory.getbasetemp() / "agent.yaml"
    file.write_text(yaml.safe_dump(content))
    assert read_agent(file)
