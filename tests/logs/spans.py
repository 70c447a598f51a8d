"""Records of traces as each kind of log writes them: one question, one tool call that fails, one answer."""

import json
from typing import Any

Row = dict[str, Any]
START = 1_770_000_000


def typed(value: Any) -> Row:
    """A value as OTLP JSON types it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [typed(each) for each in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": attributes(value)}}
    return {"stringValue": value}


def attributes(values: Row) -> list[Row]:
    return [{"key": key, "value": typed(value)} for key, value in values.items()]


def span(name: str, second: float, values: Row, **more: Any) -> Row:
    """A span of the trace t1 under the span "root"; `events` are pairs of a name and attributes."""
    events = [{"name": name, "attributes": attributes(held)} for name, held in more.pop("events", [])]
    return {
        "traceId": "t1", "spanId": name, "parentSpanId": "root", "name": name, "events": events,
        "startTimeUnixNano": str(int((START + second) * 10**9)), "attributes": attributes(values),
    } | more  # fmt: skip


def request(*spans: Row) -> Row:
    """An ExportTraceServiceRequest."""
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "x"}, "spans": list(spans)}]}]}


_RAISED = ("exception", {"exception.message": "none"})
FAILED = {"code": 2, "message": "no such order"}
ROOT = span("root", 0, {"session.id": "s1"}, parentSpanId="0000000000000000")


def old_style() -> list[Row]:
    """Attributes as instrumentations wrote them before the conventions held messages."""
    asked = {"gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "Be kind."}
    asked |= {"gen_ai.prompt.1.role": "user", "gen_ai.prompt.1.content": "Where is order 7?"}
    call = {"tool_calls.0.id": "c1", "tool_calls.0.name": "find", "tool_calls.0.arguments": '{"order": 7}'}
    base = {"gen_ai.system": "openai", "gen_ai.response.model": "m-1", "llm.request.type": "chat"}
    said = {f"gen_ai.completion.0.{key}": value for key, value in call.items()}
    again = {"gen_ai.prompt.2.role": "assistant"} | {f"gen_ai.prompt.2.{key}": value for key, value in call.items()}
    again |= {"gen_ai.prompt.3.role": "tool", "gen_ai.prompt.3.tool_call_id": "c1", "gen_ai.prompt.3.content": "none"}
    first = (
        base
        | asked
        | said
        | {"gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.finish_reason": "tool_calls"}
    )
    last = (
        base | asked | again | {"gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "It is lost."}
    )
    tool = {"gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1", "gen_ai.tool.call.result": "none"}
    return [
        ROOT,
        span("llm1", 1, first | {"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 5}),
        span("tool1", 2, tool, status=FAILED),
        span(
            "llm2", 3, last | {
                "gen_ai.usage.prompt_tokens": 200, "gen_ai.usage.completion_tokens": 7,
                "gen_ai.usage.cache_read_input_tokens": 90, "gen_ai.completion.0.finish_reason": "length",
            },
        ),
    ]  # fmt: skip


QUESTION = {"role": "user", "parts": [{"type": "text", "content": "Where is order 7?"}]}
CALL = {"type": "tool_call", "id": "c1", "name": "find", "arguments": {"order": 7}}
CALLS = {"role": "assistant", "parts": [CALL], "finish_reason": "tool_call"}
FOUND = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "none"}]}
ANSWER = {"role": "assistant", "parts": [{"type": "text", "content": "It is lost."}], "finish_reason": "length"}


def new_style(as_text: bool = True) -> list[Row]:
    """Messages as attributes, as JSON text or as typed values."""

    def held(*messages: Row) -> Any:
        return json.dumps(messages) if as_text else list(messages)

    base = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.response.model": "m-1",
        "gen_ai.system_instructions": held({"type": "text", "content": "Be kind."}),
    }  # fmt: skip
    first = {"gen_ai.input.messages": held(QUESTION), "gen_ai.output.messages": held(CALLS)}
    last = {"gen_ai.input.messages": held(QUESTION, CALLS, FOUND), "gen_ai.output.messages": held(ANSWER)}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1"}
    return [
        ROOT,
        span("llm1", 1, base | first | {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 5}),
        span("tool1", 2, tool, status={"code": "STATUS_CODE_ERROR"}, events=[_RAISED]),
        span(
            "llm2", 3, base | last | {
                "gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 7,
                "gen_ai.usage.cache_read.input_tokens": 90,
            },
        ),
    ]  # fmt: skip


def event_style() -> list[Row]:
    """Messages as events of the spans."""
    call = json.dumps([{"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"order": 7}'}}])
    asked = [
        ("gen_ai.system.message", {"content": "Be kind."}),
        ("gen_ai.user.message", {"content": "Where is order 7?"}),
    ]
    calls = json.dumps({"role": "assistant", "tool_calls": json.loads(call)})
    again = [
        ("gen_ai.assistant.message", {"tool_calls": call}),
        ("gen_ai.tool.message", {"content": "none", "id": "c1"}),
    ]
    base = {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.response.model": "m-1"}
    chose = ("gen_ai.choice", {"index": 0, "finish_reason": "tool_calls", "message": calls})
    done = ("gen_ai.choice", {"index": 0, "finish_reason": "length", "message": '{"content": "It is lost."}'})
    return [
        ROOT,
        span(
            "llm1", 1, base | {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 5},
            events=[*asked, chose],
        ),
        span("tool1", 2, {"tool.name": "find", "gen_ai.tool.call.id": "c1"}, status={"code": 2}, events=[_RAISED]),
        span(
            "llm2", 3, base | {
                "gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 7,
                "gen_ai.usage.cache_read.input_tokens": 90,
            },
            events=[*asked, *again, done],
        ),
    ]  # fmt: skip


def _levels(flat: Row) -> Row:
    root: Row = {}
    for key, value in flat.items():
        node, *path = root, *key.split(".")
        for name in path[:-1]:
            node = node.setdefault(name, {})
        node[path[-1]] = value
    return root


def phoenix(shape: str = "flat") -> list[Row]:
    """Spans with OpenInference attributes: under their whole names, as levels, or as columns."""
    system, user = {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Where is order 7?"}
    call = {"tool_call.id": "c1", "tool_call.function.name": "find", "tool_call.function.arguments": '{"order": 7}'}
    told: Row = {}
    for place, message in enumerate((system, user)):
        told |= {f"llm.input_messages.{place}.message.{key}": value for key, value in message.items()}
    calls = {f"message.tool_calls.0.{key}": value for key, value in call.items()}
    first = {f"llm.output_messages.0.{key}": value for key, value in ({"message.role": "assistant"} | calls).items()}
    again = {f"llm.input_messages.2.{key}": value for key, value in ({"message.role": "assistant"} | calls).items()}
    result = {"message.role": "tool", "message.tool_call_id": "c1", "message.content": "none"}
    again |= {f"llm.input_messages.3.{key}": value for key, value in result.items()}
    last = {"llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "It is lost."}
    last |= {"gen_ai.response.finish_reasons": ["length"]}
    counts = {"llm.token_count.prompt": 200, "llm.token_count.completion": 7}
    rated = {"name": "thumbs", "annotator_kind": "HUMAN", "result": {"label": "thumbs-down", "explanation": "rude"}}
    judged = {"name": "correctness", "annotator_kind": "LLM", "result": {"score": 0.25}}
    return [
        _phoenix(shape, "root", 0, "AGENT", {"session.id": "s1"}, parent_id=None),
        _phoenix(
            shape, "llm1", 1, "LLM", told | first | {
                "llm.model_name": "m-1", "llm.token_count.prompt": 100, "llm.token_count.completion": 5,
            },
        ),
        _phoenix(
            shape, "tool1", 2, "TOOL", {"tool.name": "find", "output.value": "none", "input.value": '{"order": 7}'},
            status_code="ERROR", status_message="none",
        ),
        _phoenix(
            shape, "llm2", 3, "LLM",
            told | again | last | counts | {"llm.model_name": "m-1", "llm.token_count.prompt_details.cache_read": 90},
            annotations=[rated, judged],
        ),
    ]  # fmt: skip


def _phoenix(shape: str, name: str, second: int, kind: str, flat: Row, **more: Any) -> Row:
    row = {
        "name": name, "context": {"trace_id": "t1", "span_id": name}, "parent_id": "root", "span_kind": kind,
        "start_time": f"2026-02-02T02:40:{second:02}+00:00", "status_code": "OK",
    } | more  # fmt: skip
    if shape == "columns":
        return row | {f"attributes.{key}": value for key, value in flat.items()}
    return row | {"attributes": _levels(flat) if shape == "levels" else flat}


def jaeger() -> Row:
    """A document of Jaeger's API."""
    spans = []
    for each in old_style():
        tags = [{"key": one["key"], "value": next(iter(one["value"].values()))} for one in each["attributes"]]
        if "status" in each:
            tags += [{"key": "error", "value": True}, {"key": "otel.status_description", "value": "no such order"}]
        parent = [{"refType": "CHILD_OF", "traceID": "t1", "spanID": each["parentSpanId"]}]
        spans.append({
            "traceID": "t1", "spanID": each["spanId"], "operationName": each["name"], "tags": tags, "logs": [],
            "references": parent if each["spanId"] != "root" else [],
            "startTime": int(each["startTimeUnixNano"]) // 1000, "duration": 9,
        })  # fmt: skip
    return {"data": [{"traceID": "t1", "spans": spans, "processes": {}}], "total": 0}


def langfuse() -> Row:
    """A trace with its observations and scores."""
    system, user = {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Where is order 7?"}
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"order": 7}'}}
    calls = {"role": "assistant", "content": None, "tool_calls": [call]}
    found = {"role": "tool", "tool_call_id": "c1", "content": "none"}
    done = {"role": "assistant", "content": "It is lost.", "finish_reason": "length"}
    score = {"dataType": "NUMERIC", "source": "EVAL", "observationId": None, "stringValue": None}
    return {
        "trace": {
            "id": "t1", "sessionId": "s1", "input": "Where is order 7?", "output": "It is lost.",
            "scores": [
                score | {"name": "correctness", "value": 0.25}, score | {"name": "toxicity", "value": 0},
                score | {"name": "user-feedback", "value": 0, "source": "API", "comment": "rude"},
                score | {"name": "length", "value": 11},
            ],
        },
        "observations": [
            _observed("root", 0, "SPAN", parentObservationId=None),
            _observed("llm1", 1, "GENERATION", input=[system, user], output=json.dumps(calls), model="m-1",
                      usageDetails={"input": 100, "output": 5}),
            _observed("find", 2, "TOOL", input={"order": 7}, output="none", level="ERROR", statusMessage="none"),
            _observed("llm2", 3, "GENERATION", input=json.dumps([system, user, calls, found]), output=done, model="m-1",
                      usageDetails={"input": 110, "input_cached_tokens": 90, "output": 7, "total": 207}),
        ],
    }  # fmt: skip


def _observed(name: str, second: int, kind: str, **more: Any) -> Row:
    return {
        "id": name, "traceId": "t1", "name": name, "type": kind, "parentObservationId": "root", "level": "DEFAULT",
        "startTime": f"2026-02-02T02:40:{second:02}.000Z", "input": None, "output": None, "metadata": {},
    } | more  # fmt: skip


def langsmith() -> list[Row]:
    """Runs, one a line."""
    system, user = _langchain("SystemMessage", "Be kind."), _langchain("HumanMessage", "Where is order 7?")
    calls = _langchain("AIMessage", "", tool_calls=[{"name": "find", "args": {"order": 7}, "id": "c1"}])
    found = _langchain("ToolMessage", "none", tool_call_id="c1", name="find")
    done = _langchain("AIMessage", "It is lost.")
    usage = {"input_tokens": 200, "output_tokens": 7, "input_token_details": {"cache_read": 90}}
    done["kwargs"]["usage_metadata"] = usage
    thumbs = {"user_score": {"n": 1, "avg": 0, "comments": ["rude"]}, "correctness": {"n": 4, "avg": 0.25}}
    return [
        _run("root", 0, "chain", {"question": "Where is order 7?"}, {"answer": "It is lost."}, parent_run_id=None,
             feedback_stats=thumbs, extra={"metadata": {"thread_id": "s1"}}),
        _run("llm1", 1, "llm", {"messages": [[system, user]]}, {"generations": [[{"text": "", "message": calls}]]},
             prompt_tokens=100, completion_tokens=5, extra={"metadata": {"ls_model_name": "m-1"}}),
        _run("find", 2, "tool", {"input": {"order": 7}}, None, error="none", status="error"),
        _run("llm2", 3, "llm", {"messages": [[system, user, calls, found]]},
             {"generations": [[{"message": done, "finish_reason": "length"}]]},
             extra={"metadata": {"ls_model_name": "m-1"}}),
    ]  # fmt: skip


def _langchain(kind: str, content: str, **more: Any) -> Row:
    return {
        "lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", kind],
        "kwargs": {"content": content} | more,
    }  # fmt: skip


def _run(name: str, second: int, kind: str, inputs: Any, outputs: Any, **more: Any) -> Row:
    return {
        "id": name, "trace_id": "t1", "parent_run_id": "root", "name": name, "run_type": kind, "inputs": inputs,
        "outputs": outputs, "start_time": f"2026-02-02T02:40:{second:02}", "error": None, "status": "success",
    } | more  # fmt: skip


def atif() -> Row:
    """One trajectory."""
    call = {"tool_call_id": "c1", "function_name": "find", "arguments": {"order": 7}}
    result = {"source_call_id": "c1", "content": "none", "extra": {"is_error": True}}
    return {
        "schema_version": "ATIF-v1.7", "session_id": "s1", "agent": {"name": "a", "model_name": "m-1"},
        "steps": [
            {"step_id": 1, "source": "system", "message": "Be kind."},
            {"step_id": 2, "source": "user", "message": "Where is order 7?", "timestamp": "2026-02-02T02:40:00Z"},
            {"step_id": 3, "source": "agent", "message": "", "tool_calls": [call], "observation": {"results": [result]},
             "metrics": {"prompt_tokens": 100, "completion_tokens": 5}},
            {"step_id": 4, "source": "agent", "message": "It is lost.",
             "metrics": {"prompt_tokens": 200, "completion_tokens": 7, "cached_tokens": 90}},
        ],
    }  # fmt: skip


def openclaw() -> Row:
    """The event that ends a run."""
    call = {"type": "toolCall", "id": "c1", "name": "find", "arguments": {"order": 7}}
    return {
        "type": "agent.end", "sessionKey": "s1", "agentId": "main", "success": True, "durationMs": 4000,
        "ts": (START + 4) * 1000,
        "messages": [
            {"role": "user", "content": "Where is order 7?"},
            {"role": "assistant", "content": [call], "model": "m-1", "stopReason": "toolUse",
             "timestamp": (START + 1) * 1000, "usage": {"input": 100, "output": 5, "cacheRead": 0}},
            {"role": "toolResult", "toolCallId": "c1", "toolName": "find", "isError": True, "content": "none"},
            {"role": "assistant", "content": [{"type": "text", "text": "It is lost."}], "model": "m-1",
             "stopReason": "length", "timestamp": (START + 3) * 1000,
             "usage": {"input": 110, "output": 7, "cacheRead": 90}},
        ],
    }  # fmt: skip
