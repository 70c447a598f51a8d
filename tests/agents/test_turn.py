"""The bytes of a request: filled once, canonical, digested; and what keeps a case from being sent."""

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltui.agents.turn import Requests, request_digest
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case, Message
from evaltui.domain.conversation import Turn
from evaltui.domain.errors import BadInput
from evaltui.domain.request import Succeeded
from evaltui.domain.tool import ToolResult
from evaltui.domain.trajectory import Usage

Read = Callable[..., Agent]
TEXT = st.text() | st.sampled_from(["{{input}}", "{{name}}", "\\{{", "}}{{"])
SCALAR = st.none() | st.booleans() | st.integers() | TEXT
VALUE = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10)


def an_agent(**fields: Any) -> Agent:
    messages = fields.pop("messages", [Message(role="user", content="{{input}}")])
    return Agent(name="a", model="m", max_tokens=9, messages=messages, **fields)


def a_case(given: Any = "hello", **fields: Any) -> Case:
    return Case(id="c", input=given, **fields)


def sent(agent: Agent, case: Case) -> Any:
    return json.loads(Requests(agent).first(case))


def content(template: Any, case: Case) -> Any:
    return sent(an_agent(messages=[Message(role="user", content=template)]), case)["messages"][0]["content"]


def test_a_request_holds_exactly_what_the_api_takes() -> None:
    params = {"temperature": 0, "metadata": {"b": 1, "a": 2}}
    agent = an_agent(system="Be kind.", tools=[{"name": "t"}], params=params, max_turns=3)
    assert sent(agent, a_case()) == {
        "model": "m", "max_tokens": 9, "system": "Be kind.", "tools": [{"name": "t"}], "temperature": 0,
        "metadata": {"b": 1, "a": 2}, "messages": [{"role": "user", "content": "hello"}],
    }  # fmt: skip
    assert sent(an_agent(), a_case()).keys() == {"model", "max_tokens", "messages"}


@given(VALUE, TEXT)
def test_the_bytes_are_compact_json_with_everything_inside_in_the_order_it_was_written(value: Any, text: str) -> None:
    agent = an_agent(
        system="S {{word}}",
        few_shot=[Message(role="user", content="{{as it is}}")],
        params={"z": 1, "a": {"y": 1, "b": 2}},
        tools=[{"name": "t", "z": "{{value}}", "deep": ["{{input.k}}"]}],
        messages=[Message(role="user", content="{{word}}!")],
    )
    case = a_case({"k": value}, vars={"word": text, "value": value})
    wanted = {
        "model": "m", "max_tokens": 9, "z": 1, "a": {"y": 1, "b": 2}, "system": f"S {text}",
        "tools": [{"name": "t", "z": value, "deep": [value]}],
        "messages": [{"role": "user", "content": "{{as it is}}"}, {"role": "user", "content": f"{text}!"}],
    }  # fmt: skip
    raw = Requests(agent).first(case)
    assert raw == msgspec.json.encode(dict(sorted(wanted.items())))
    assert request_digest(raw) == hashlib.sha256(raw).hexdigest()


@given(TEXT)
def test_text_from_a_case_is_sent_as_it_is(text: str) -> None:
    assert content("{{input}}", a_case(text)) == text
    assert content("a {{input}} b", a_case(text)) == f"a {text} b"


def test_a_field_of_the_input_and_a_variable_fill_their_placeholders() -> None:
    case = a_case({"order": {"id": "FW-1"}, "n": 3}, vars={"who": {"name": "Ada"}})
    assert content("{{ input.order.id }} {{input.n}} {{who.name}}", case) == "FW-1 3 Ada"


def test_in_a_text_other_values_become_compact_json_that_does_not_depend_on_key_order() -> None:
    first, second = a_case({"b": [1, None], "a": "é"}), a_case({"a": "é", "b": [1, None]})
    assert content("{{input}}", first) == '{"a":"é","b":[1,null]}'
    assert Requests(an_agent()).first(first) == Requests(an_agent()).first(second)


def test_outside_a_text_a_lone_placeholder_becomes_the_value_itself() -> None:
    case = a_case(vars={"tools": [{"name": "t"}], "picture": {"type": "url", "url": "u"}, "limit": 3})
    assert sent(an_agent(tools="{{tools}}"), case)["tools"] == [{"name": "t"}]
    blocks = [{"type": "image", "source": "{{picture}}"}, {"type": "text", "text": "{{limit}}", "x": "n={{limit}}"}]
    assert content(blocks, case) == [
        {"type": "image", "source": {"type": "url", "url": "u"}}, {"type": "text", "text": "3", "x": "n=3"},
    ]  # fmt: skip


def test_escaped_braces_are_two_braces() -> None:
    assert content(r"\{{input}} is {{input}}", a_case()) == "{{input}} is hello"
    assert sent(an_agent(system=r"write \{{x}}"), a_case())["system"] == "write {{x}}"


def test_the_messages_of_a_case_replace_the_template_and_follow_the_few_shot() -> None:
    agent = an_agent(few_shot=[Message(role="user", content="q"), Message(role="assistant", content="a")])
    blocks = [{"type": "text", "text": "x"}]
    case = Case(id="c", messages=[Message(role="user", content="{{input}}"), Message(role="user", content=blocks)])
    assert Requests(agent).check(case) == []
    assert [message["content"] for message in sent(agent, case)["messages"]] == ["q", "a", "{{input}}", blocks]


def test_a_conversation_goes_on_from_its_opening() -> None:
    requests, case = Requests(an_agent(system="S")), a_case()
    more = [*requests.opening(case), {"role": "assistant", "content": "hi"}, {"role": "user", "content": "go on"}]
    messages = json.loads(requests.params(case, more))["messages"]
    assert [message["content"] for message in messages] == ["hello", "hi", "go on"]
    assert requests.params(case, requests.opening(case)) == requests.first(case)


@pytest.mark.parametrize(
    ("placeholder", "case", "hint"),
    [
        ("{{input.ordr}}", a_case({"order": "1"}), "{{input.order}}"),
        ("{{nmae}}", a_case(vars={"name": "x"}), "{{name}}"),
        ("{{input.a.a.b}}", a_case({"a": {"a": {"bb": 1}}}), "{{input.a.a.bb}}"),
    ],
)
def test_a_placeholder_that_names_nothing_is_told_the_nearest(placeholder: str, case: Case, hint: str) -> None:
    agent = an_agent(system=f"x {placeholder}", messages=[Message(role="user", content=placeholder)])
    problems = Requests(agent, "agent.yaml").check(case)
    assert [problem.field for problem in problems] == ["system", "messages[0].content"]
    assert {problem.file for problem in problems} == {"agent.yaml"}
    assert all(problem.hint == f'did you mean "{hint}"?' and "case c:" in problem.message for problem in problems)
    with pytest.raises(BadInput) as caught:
        Requests(agent, "agent.yaml").first(case)
    assert caught.value.problems == tuple(problems)


def test_a_variable_that_nothing_resembles_is_told_how_a_case_gives_it() -> None:
    (problem,) = Requests(an_agent(system="{{customer}}")).check(a_case("text"))
    assert problem.hint == "give the case vars: {customer: …}"


def test_a_step_into_a_text_names_nothing() -> None:
    (problem,) = Requests(an_agent(system="{{input.x}}")).check(a_case("text"))
    assert "{{input.x}} names nothing" in problem.message and problem.allowed == ""


def test_a_variable_called_input_is_refused() -> None:
    (problem,) = Requests(an_agent()).check(a_case(vars={"input": "x"}))
    assert problem.field == "vars.input"


def test_what_the_api_would_refuse_is_found_before_it_is_sent() -> None:
    (empty,) = Requests(an_agent()).check(a_case(" \n"))
    assert empty.field == "messages[0].content" and "empty" in empty.message
    (none,) = Requests(an_agent()).check(Case(id="c", messages=[]))
    assert "no message" in none.message
    (tools,) = Requests(an_agent(tools="{{t}}")).check(a_case(vars={"t": "x"}))
    assert tools.field == "tools"


def test_a_good_case_has_no_problem() -> None:
    assert Requests(an_agent(system="{{who}}")).check(a_case(vars={"who": "x"})) == []


def test_an_agent_read_from_files_makes_the_same_request_as_one_written_out(agent: Read) -> None:
    first = agent("system: {file: p.md}\n", **{"p.md": "Be {{how}}.\r\n"})
    case = a_case(vars={"how": "kind"})
    assert sent(first, case)["system"] == "Be kind.\r\n"


# ---- what continues a conversation ---------------------------------------------------------------


def replied(body: bytes, *results: ToolResult, said: Any = None) -> Turn:
    return Turn(Succeeded(body, "tool_use" if results else "end_turn", "m", Usage()), results, said)


def continued(*turns: Turn) -> bytes:
    return Requests(an_agent()).following(a_case(), turns)


def check_extends(once: bytes, more: bytes) -> None:
    """The messages of `more` begin with all the bytes of those of `once`."""
    messages = msgspec.json.decode(once, type=dict[str, msgspec.Raw])["messages"]
    longer = msgspec.json.decode(more, type=dict[str, msgspec.Raw])["messages"]
    assert bytes(longer).startswith(bytes(messages)[:-1] + b",")


def test_what_was_said_is_sent_back_byte_by_byte() -> None:
    content = (
        rb'[ {"text" : "\u0041 \/ \ud83d\ude80 \u00e9","n":1.0,"m":1,"e":1e5, "type":"text"} , {"signature":"s=="} ]'
    )
    once = continued(replied(b'{"usage":{},"content":' + content + b',"id":"x"}', said="go on"))
    assert b'{"role":"assistant","content":' + content + b'},{"role":"user","content":"go on"}]' in once


def test_a_reply_without_content_is_left_out_because_the_api_takes_no_empty_message() -> None:
    messages = json.loads(continued(replied(b'{"content": [ ]}', said="go on")))["messages"]
    assert [message["content"] for message in messages] == ["hello", "go on"]


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (rb'{"content":[{"type":"tool_use","id":"t\ud800","name":"x","z":1.0,"input":{}}]}', ToolResult("r")),
        (rb'{"content":[{"type":"tool_use","id":"t","name":"x","input":{"a":"\ud800"}}]}', ToolResult("r")),
        (rb'{"content":[{"type":"tool_use","id":"t","name":"x","input":{}}]}', ToolResult("r\ud800")),
        (rb'{"content":[{"type":"tool_use","id":"t","name":"x","input":{}}]}', ToolResult([{"type": "\udfff"}])),
    ],
    ids=["id", "arguments", "result", "blocks"],
)
def test_what_has_no_form_in_utf_8_keeps_no_batch_from_being_read_and_the_history_only_grows(
    body: bytes, result: ToolResult
) -> None:
    turn = replied(body, result)
    once, twice = continued(turn), continued(turn, turn)
    check_extends(once, twice)
    assert b"?" in once and b"\\ud" not in once
    called, answered = json.loads(once)["messages"][1:]
    assert answered["content"][0]["tool_use_id"] == called["content"][0]["id"]


@given(st.lists(st.tuples(TEXT, st.none() | TEXT), max_size=6))
def test_every_request_extends_the_one_before(told: list[tuple[str, str | None]]) -> None:
    turns = [
        replied(json.dumps({"content": [{"type": "text", "text": text}]}).encode(), said=said) for text, said in told
    ]
    sent = [continued(*turns[:count]) for count in range(len(turns) + 1)]
    for once, more in pairwise(sent):
        check_extends(once, more)
