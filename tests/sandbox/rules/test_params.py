"""What the API refuses in one request, and in which words; and that nothing makes the checker crash."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaltui.sandbox.model import Refused
from evaltui.sandbox.rules.params import Setting, refusal

OLD, NEW = Setting("2023-06-01"), Setting("2026-10-21")
BATCH = Setting("2026-10-21", in_batch=True)
HI = {"role": "user", "content": "hi"}
TOOL = {"name": "find", "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"q": "x"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}
TEXT = {"type": "text", "text": "and now?"}
CACHED = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}


def params(**more: Any) -> dict[str, Any]:
    return {"model": "claude-haiku-5-5", "max_tokens": 100, "messages": [HI], **more}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in params().items() if key != name}


def said(request: Any, setting: Setting = NEW) -> str | None:
    refused = refusal(request, setting, len(json.dumps(request)))
    return refused.message if refused else None


def talk(*contents: Any, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    return params(messages=[{"role": roles[n % 2], "content": content} for n, content in enumerate(contents)], **more)


def tool(**more: Any) -> dict[str, Any]:
    return params(tools=[{**TOOL, **more}])


def schema(**more: Any) -> dict[str, Any]:
    return params(output_config={"format": {"type": "json_schema", "schema": more}})


ACCEPTED = [
    params(),
    params(stream=False),
    params(system="be terse", stop_sequences=["END"], metadata={"user_id": None}, service_tier="auto"),
    params(system=[CACHED], cache_control={"type": "ephemeral"}),
    params(messages=[{"role": "assistant", "content": "Hello!"}, HI]),
    params(tools=[TOOL], tool_choice={"type": "any"}, thinking={"type": "adaptive"}),
    params(messages=[HI, HI, {"role": "assistant", "content": "yes"}, HI]),
    params(tools=[TOOL], tool_choice={"type": "tool", "name": "find", "disable_parallel_tool_use": True}),
    params(tools=[{**TOOL, "type": "custom", "strict": False}, {"type": "web_search_20260318", "name": "web_search"}]),
    params(thinking={"type": "disabled"}),
    params(thinking={"type": "adaptive", "display": "omitted"}),
    params(model="claude-haiku-4-5", max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1024}),
    params(model="claude-sonnet-5-5", thinking={"type": "between_tools"}),
    params(model="claude-haiku-4-5", messages=[HI, {"role": "assistant", "content": "The answer is"}]),
    params(output_config={"effort": "low"}),
    schema(
        type="object", properties={"a": {"type": "string", "enum": ["x"]}}, required=["a"], additionalProperties=False
    ),
    talk("go", [CALL], [RESULT, TEXT], tools=[TOOL]),
    talk("go", [TEXT, CALL, {**CALL, "id": "toolu_2"}], [{**RESULT, "tool_use_id": "toolu_2"}, RESULT], tools=[TOOL]),
    talk("go", [{"type": "thinking", "thinking": "", "signature": "s"}, TEXT], "on"),
    talk("go", [TEXT, {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]),
    params(
        messages=[
            HI,
            {"role": "assistant", "content": [CALL]},
            {"role": "user", "content": [RESULT]},
            {"role": "user", "content": "thanks"},
        ]
    ),
]

REFUSED = [
    (without("max_tokens"), "max_tokens: Field required"),
    (without("messages"), "messages: Field required"),
    (without("model"), "model: Field required"),
    (params(extra_body={}), "extra_body: Extra inputs are not permitted"),
    (params(max_tokens="9"), "max_tokens: Input should be a valid integer"),
    (params(max_tokens=True), "max_tokens: Input should be a valid integer"),
    (params(max_tokens=-1), "max_tokens: Input should be greater than or equal to 0"),
    (
        params(max_tokens=128_001),
        "max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for claude-haiku-5-5",
    ),
    (params(model=1), "model: Input should be a valid string"),
    (params(model="gpt-4"), "model: gpt-4"),
    (params(messages=[]), "messages: at least one message is required"),
    (params(messages="hi"), "messages: Input should be a valid list"),
    (params(messages=[{"role": "user"}]), "messages.0.content: Field required"),
    (params(messages=[{**HI, "name": "x"}]), "messages.0.name: Extra inputs are not permitted"),
    (
        params(messages=[{"role": "tool", "content": "x"}]),
        "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ),
    (params(messages=[{"role": "system", "content": "x"}, HI]), 'messages: first message must use the "user" role'),
    (params(messages=[{"role": "user", "content": 1}]), "messages.0.content: Input should be a valid list"),
    (params(messages=[{"role": "user", "content": ["x"]}]), "messages.0.content.0: Input should be a valid dictionary"),
    (talk([{"type": "text"}]), "messages.0.content.0.text.text: Field required"),
    (talk([{"type": "text", "text": "a", "x": 1}]), "messages.0.content.0.text.x: Extra inputs are not permitted"),
    (talk([{"text": "a"}]), "messages.0.content.0: Unable to extract tag using discriminator 'type'"),
    (talk([{"type": "text", "text": ""}]), "messages: text content blocks must be non-empty"),
    (talk(" "), "messages: text content blocks must contain non-whitespace text"),
    (talk([{**CACHED, "cache_control": {"type": "x"}}]), None),
    (talk([CACHED] * 5), "A maximum of 4 blocks with cache_control may be provided. Found 5."),
    (params(system=[{"type": "image"}]), "system.0: Input tag 'image' found using 'type' does not match"),
    (params(temperature=0.5), "temperature: Extra inputs are not permitted"),
    (params(top_p=0.5), "top_p: Extra inputs are not permitted"),
    (params(top_k=5), "top_k: Extra inputs are not permitted"),
    (params(temperature=1.5), "temperature: Input should be less than or equal to 1"),
    (params(stream=True), "stream: "),
    (params(stop_sequences=["\n"]), "stop_sequences: each stop sequence must contain non-whitespace"),
    (params(metadata={"session": "x"}), "metadata.session: Extra inputs are not permitted"),
    (params(thinking={"type": "enabled"}), "thinking.enabled.budget_tokens: Field required"),
    (
        params(thinking={"type": "enabled", "budget_tokens": 1}),
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
    ),
    (
        params(thinking={"type": "enabled", "budget_tokens": 1024}),
        "`max_tokens` must be greater than `thinking.budget_tokens`.",
    ),
    (
        params(model="claude-opus-5-5", thinking={"type": "disabled"}),
        '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive"',
    ),
    (
        params(model="claude-sonnet-5-5", thinking={"type": "disabled"}),
        '"thinking.type.disabled" is not supported for this model.',
    ),
    (
        params(model="claude-opus-4-6", output_config={"effort": "xhigh"}),
        "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    ),
    (params(output_config={"effort": "huge"}), "output_config.effort: Input should be 'low', 'medium', 'high'"),
    (params(output_config={"format": {"type": "xml"}}), "output_config.format: Input tag 'xml' found using 'type'"),
    (schema(type="object"), "output_config.format.schema: For 'object' type, 'additionalProperties' must be"),
    (
        schema(type="array", items={"type": "integer", "minimum": 1}),
        "output_config.format.schema: For 'integer' type, properties minimum are not supported",
    ),
    (tool(name="bad name"), "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
    (tool(name="n" * 129), "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
    (tool(input_schema={"type": "array"}), "tools.0.custom.input_schema.type: Input should be 'object'"),
    (tool(input_schema={}), "tools.0.custom.input_schema.type: Field required"),
    (tool(input_schema=None), "tools.0.custom.input_schema: Input should be a valid dictionary"),
    (tool(parameters={}), "tools.0.custom.parameters: Extra inputs are not permitted"),
    (tool(type="function"), "tools.0: Input tag 'function' found using 'type'"),
    (tool(strict=True), "tools.0.custom.input_schema: For 'object' type, 'additionalProperties' must be"),
    (params(tools=[{"name": "a"}]), "tools.0.custom.input_schema: Field required"),
    (params(tools=[TOOL, TOOL]), "tools: Tool names must be unique."),
    (params(tool_choice={"type": "auto"}), "tool_choice may only be specified while providing tools."),
    (params(tools=[TOOL], tool_choice="auto"), "tool_choice: Input should be a valid dictionary"),
    (params(tools=[TOOL], tool_choice={"type": "tool", "name": "lose"}), "Tool 'lose' not found in provided tools"),
    (
        params(
            max_tokens=2000,
            tools=[TOOL],
            tool_choice={"type": "any"},
            thinking={"type": "enabled", "budget_tokens": 1024},
        ),
        "Thinking may not be enabled when tool_choice forces tool use.",
    ),
    *[
        (
            params(model=model, tools=[TOOL], tool_choice={"type": "any"}),
            "tool_choice: type 'any' forces tool use, which is not supported for this model.",
        )
        for model in ("claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1")
    ],
    (talk("go", [CALL], "no result"), "messages.1: `tool_use` ids were found without `tool_result` blocks"),
    (talk("go", [CALL], [TEXT, RESULT]), "messages.1: `tool_use` ids were found without `tool_result` blocks"),
    (talk("go", [CALL, {**CALL, "id": "toolu_2"}], [RESULT]), "messages.1: `tool_use` ids were found without"),
    (talk([RESULT]), "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1."),
    (talk("go", [TEXT], [RESULT]), "messages.2.content.0: unexpected `tool_use_id` found"),
    (talk("go", [CALL], [RESULT, RESULT]), "messages.2.content.1: each tool_use must have a single result."),
    (talk("go", [CALL, CALL], [RESULT]), "messages.1.content.1: `tool_use` ids must be unique"),
    (talk("go", [{**CALL, "id": "a b"}], [RESULT]), "messages.1.content.0.tool_use.id: String should match pattern"),
    (
        talk("go", [{**CALL, "input": "x"}], [RESULT]),
        "messages.1.content.0.tool_use.input: Input should be a valid dict",
    ),
    (talk("go", [RESULT]), "messages.1.content.0: Input tag 'tool_result' found using 'type' does not match"),
    (talk("go", "The answer is"), "This model does not support assistant message prefill."),
    (
        talk("go", [{"type": "document", "source": {}}], "x"),
        "messages.1.content.0: `document` blocks are not permitted",
    ),
    (talk([{**TEXT, "citations": [{}]}]), "messages.0.content.0.text.citations: Extra inputs are not permitted"),
    (talk("x" * 2_000_000), "prompt is too long: 500"),
]


@pytest.mark.parametrize("request_", ACCEPTED)
def test_a_good_request_is_accepted(request_):
    assert said(request_) is None


@pytest.mark.parametrize(("request_", "message"), REFUSED)
def test_a_bad_request_is_refused_in_the_words_of_the_api(request_, message):
    spoken = said(request_)
    assert spoken is not None
    assert spoken.startswith(message or "")


def test_an_unknown_model_is_not_found():
    assert refusal(params(model="gpt-4"), NEW, 100) == Refused("not_found_error", "model: gpt-4")


def test_sampling_depends_on_the_version_and_on_the_generation_of_the_model():
    older = params(model="claude-haiku-4-5", temperature=0.5)
    assert said(older, OLD) is None
    assert said(older, NEW) == "temperature: Extra inputs are not permitted"
    assert said(params(temperature=0.5), OLD) == "`temperature` is deprecated for this model."
    assert "cannot both be specified" in said({**older, "top_p": 0.5}, OLD)


@pytest.mark.parametrize("more", [{"stream": True}, {"speed": "fast"}, {"max_tokens": 0}])
def test_a_batch_refuses_what_only_single_requests_may_ask(more):
    assert said(params(**more), BATCH).startswith(next(iter(more)))


def test_single_requests_may_ask_for_speed_and_for_nothing():
    assert said(params(speed="fast")) is None
    assert said(params(max_tokens=0)) is None


def test_beta_fields_need_a_beta_header():
    for request in (params(context_management={}), params(output_config={"task_budget": {}})):
        assert said(request).endswith(": Extra inputs are not permitted")
        assert said(request, Setting("2026-10-21", ("some-beta",))) is None


WORDS = st.sampled_from(
    [
        "type",
        "text",
        "role",
        "user",
        "assistant",
        "content",
        "tool_use",
        "tool_result",
        "id",
        "name",
        "input",
        "custom",
        "tool_use_id",
        "source",
        "any",
        "enabled",
        "budget_tokens",
        "json_schema",
        "schema",
        "properties",
        "object",
        "x",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["messages", "tools", "tool_choice", "thinking", "output_config", "system", "stop_sequences"])
BLOCKS = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "tool_use", "tool_result", "image"])},
    optional=dict.fromkeys(("text", "id", "name", "input", "tool_use_id", "content", "source", "citations"), JSON),
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system"]), "content": st.lists(BLOCKS) | JSON}
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS, JSON, max_size=3))
def test_no_json_value_makes_the_checker_crash(odd):
    said(params(**odd))
    said(odd)


@settings(max_examples=150, deadline=None)
@given(MESSAGES)
def test_no_conversation_makes_the_checker_crash(messages):
    said(params(messages=[HI, *messages]))


@pytest.mark.parametrize("request_", [None, [], "x", 1])
def test_what_is_no_object_is_refused(request_):
    assert said(request_).endswith("Input should be a valid dictionary or object to extract fields from")
