"""Owns the messages in whatever a traced call of a model was given or gave, whichever framework wrote it down."""

from collections.abc import Iterator, Mapping
from typing import Any

from evaltui.domain.tool import Block
from evaltui.logs.loose import first, listing, loosely, mapping, text, text_of
from evaltui.logs.parts import Parts, call_of, calls_in, result_of

_ROLES = {
    "human": "user", "ai": "assistant", "model": "assistant", "bot": "assistant", "agent": "assistant",
    "AIMessageChunk": "assistant", "function": "tool", "toolResult": "tool", "tool_result": "tool",
    "choice": "assistant", "HumanMessage": "user", "AIMessage": "assistant", "SystemMessage": "system",
    "ToolMessage": "tool",
} | {role: role for role in ("system", "developer", "user", "assistant", "tool")}  # fmt: skip
_DEEPEST = 12
_HOLDERS = ("messages", "contents", "history", "new_message", "generations", "input", "output")
_SYSTEM = ("system", "system_instruction", "systemInstruction", "instructions")
_PLAIN = ("prompt", "prompts", "question", "query", "text", "response", "answer", "completion", "args")
_STOPS = {
    "STOP": "end_turn", "MAX_TOKENS": "max_tokens", "SAFETY": "refusal", "RECITATION": "refusal",
    "PROHIBITED_CONTENT": "refusal", "BLOCKLIST": "refusal", "SPII": "refusal", "tool-calls": "tool_use",
    "tool_call": "tool_use", "toolUse": "tool_use", "content-filter": "refusal", "error": "error",
}  # fmt: skip


def messages_of(value: Any, role: str, depth: int = 0) -> list[Block]:
    """Messages in their order, in a style that a conversation is read from; plain text is said by `role`."""
    value = loosely(value)
    if value in (None, "", [], {}) or depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [message for each in value for message in messages_of(each, role, depth + 1)]
    if isinstance(value, dict):
        return _of_mapping(value, role, depth + 1)
    return [{"role": role, "content": text_of(value)}]


def stop_of(written: Any) -> str:
    """A reason to stop in the words of the Messages API; "" where none is written."""
    written = written[0] if isinstance(written, list) and written else written
    return _STOPS.get(written, written) if isinstance(written, str) else ""


def system_of(value: Any) -> str:
    """The text of a system prompt, given as text, parts or messages."""
    value = loosely(value)
    if isinstance(value, list | dict):
        said = Parts()
        inner = value.get("parts") or value.get("content") if isinstance(value, dict) else value
        for part in inner if isinstance(inner, list) else [inner]:
            said.add(part)
        return "\n".join(block["text"] for block in said.blocks if block.get("type") == "text")
    return value if isinstance(value, str) else ""


def _of_mapping(value: Block, role: str, depth: int) -> list[Block]:
    if value.get("lc") == 1 and isinstance(value.get("kwargs"), dict):
        named = value.get("id")
        kind = named[-1] if isinstance(named, list) and named else ""
        reason = {key: value[key] for key in ("finish_reason",) if key in value}
        return _of_mapping({"type": kind} | reason | value["kwargs"], role, depth)
    if (covered := _uncovered(value)) is not value:
        return messages_of(covered, role, depth)
    if held := _choice(value):
        return _stopped(messages_of(held[0], "assistant", depth), held[1])
    if speaker := _speaker(value, role):
        return list(_spoken(value, speaker))
    return _of_holder(value, role, depth)


def _uncovered(value: Block) -> Any:
    """The message within a cover: `{"message": {…}, "finish_reason": …}`, `{"message.role": …}`."""
    if any(key.startswith("message.") for key in value):
        return {key.removeprefix("message."): each for key, each in value.items()}
    inner = value.get("message")
    if isinstance(inner, dict) and "role" not in value:
        reason = first(value, "finish_reason", "finishReason")
        return inner | ({"finish_reason": reason} if isinstance(reason, str) else {})
    return value


def _choice(value: Block) -> tuple[Any, Any] | None:
    """The first of the replies that a provider gave, and why it stopped."""
    for key in ("choices", "candidates"):
        choices = value.get(key)
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            inner = first(choices[0], "message", "content", "text")
            return inner, first(choices[0], "finish_reason", "finishReason")
    content = value.get("content")
    if isinstance(content, dict) and "parts" in content and "role" not in value:
        return content, first(value, "finish_reason", "finishReason")
    return None


def _stopped(messages: list[Block], reason: Any) -> list[Block]:
    stop = stop_of(reason)
    if messages and stop and messages[-1]["role"] == "assistant":
        messages[-1].setdefault("stop_reason", stop)
    return messages


def _speaker(value: Block, role: str) -> str:
    """Who says it, where the mapping is a message; "" where it is none."""
    named = value.get("role") or value.get("author")
    if isinstance(named, str):
        return _ROLES.get(named, "user" if named else role)
    kind = value.get("type")
    if not isinstance(kind, str):
        return role if isinstance(value.get("parts"), list) else ""
    if kind in ("function_call_output", "function_call", "tool_call", "tool-call", "tool_use", "function", "reasoning"):
        return "assistant" if _is_said(value) else ""
    if kind in ("text", "output_text", "input_text"):
        return role
    return _ROLES.get(kind, "") if "content" in value else ""


def _is_said(value: Block) -> bool:
    return any(key in value for key in ("name", "call_id", "toolName", "summary", "function"))


def _spoken(value: Block, role: str) -> Iterator[Block]:
    if role == "tool" and mapping(value.get("content")).get("type") == "function":
        return  # a tool's definition, which LangChain sends along as a message of the tool
    content = _content(value)
    if role == "tool" and content and all(map(_is_call, content)):
        role = "assistant"  # Koog writes calls down as messages of the tool
    if role == "tool" and not isinstance(value.get("parts"), list) and not _is_listing(value.get("content")):
        yield result_of(value)
        return
    said = Parts()
    for part in content:
        said.add(part)
    said.blocks += [call_of(call) for call in calls_in(value) if isinstance(call, dict)] if role == "assistant" else []
    yield from said.results
    if said.blocks and role != "tool":
        yield _message(value, role, said.blocks)


def _is_listing(content: Any) -> bool:
    """Whether the content of a tool's message is a list of results, each with the call that it answers."""
    kinds = ("tool-result", "tool_call_response", "tool_result")
    return isinstance(content, list) and any(isinstance(part, dict) and part.get("type") in kinds for part in content)


def _content(value: Block) -> list[Any]:
    parts = first(value, "parts", "contents", "content")
    if parts is None and isinstance(value.get("type"), str):
        return [value]
    read = loosely(parts)
    if isinstance(read, list) and read and all(map(_is_call, read)):
        return read
    if isinstance(parts, list):
        return parts
    return [parts] if parts is not None else []


def _is_call(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("function"), dict) and "name" in part["function"]


def _message(value: Block, role: str, blocks: list[Block]) -> Block:
    if role != "assistant":
        only = [block["text"] for block in blocks if block.get("type") == "text"]
        return {"role": role, "content": "\n".join(only) if len(only) == len(blocks) else blocks}
    stop = stop_of(first(value, "finish_reason", "finishReason", "stop_reason", "stopReason"))
    refused = {"stop_reason": "refusal"} if isinstance(value.get("refusal"), str) and value["refusal"] else {}
    return {"role": role, "content": blocks} | ({"stop_reason": stop} if stop else {}) | refused


def _of_holder(value: Block, role: str, depth: int) -> list[Block]:
    """A request or a response with the messages under one of its keys, and the system prompt beside them."""
    if role == "assistant" and text(value, "toolName", "toolCallId"):
        return [{"role": role, "content": [call_of(value)]}]
    config = mapping(value.get("config"))
    system = next((said for holder in (value, config) for key in _SYSTEM if (said := system_of(holder.get(key)))), "")
    leading: list[Block] = [{"role": "system", "content": system}] if system else []
    for key in _HOLDERS:
        if found := messages_of(value.get(key), role, depth):
            return leading + found
    plain = first(value, *_PLAIN)
    if isinstance(plain, str) or (isinstance(plain, list) and all(isinstance(each, str) for each in plain)):
        return leading + [{"role": role, "content": said} for said in ([plain] if isinstance(plain, str) else plain)]
    return leading or [{"role": role, "content": text_of(value)}]


def joined(messages: list[Block]) -> list[Block]:
    """Replies that follow each other as one, as where each call of one reply is written down by itself."""
    told: list[Block] = []
    for message in messages:
        if told and message["role"] == told[-1]["role"] == "assistant":
            told[-1] = told[-1] | message | {"content": [*told[-1]["content"], *message["content"]]}
        else:
            told.append(message)
    return told


def tools_of(value: Any) -> tuple[Block, ...]:
    """Definitions of tools, whatever holds them."""
    found: list[Block] = []
    for each in listing(value):
        tool = mapping(each)
        schema = mapping(first(tool, "json_schema", "tool.json_schema", "tool"))
        inner = mapping(schema.get("json_schema")) or schema or tool
        inner = mapping(inner.get("function")) or inner
        found += [inner] if isinstance(inner.get("name"), str) else []
        found += [inner for inner in map(mapping, listing(inner.get("function_declarations"))) if inner.get("name")]
    return tuple({"name": each["name"]} | _described(each) for each in found)


def _described(tool: Mapping[str, Any]) -> Block:
    schema = mapping(first(tool, "input_schema", "parameters", "inputSchema", "parameters_json_schema"))
    says = tool.get("description")
    return ({"description": says} if isinstance(says, str) else {}) | ({"input_schema": schema} if schema else {})
