"""The content blocks a request may carry, by role."""

from evaltui.sandbox.rules.shapes import (
    Checker,
    anything,
    boolean,
    each,
    mapping,
    one_of,
    optional,
    record,
    string,
    tagged,
    text_or,
)

cache_control = optional(record({"type": one_of("ephemeral")}, {"ttl": one_of("5m", "1h")}))
_CACHED = {"cache_control": cache_control}

_text = record({"type": anything, "text": string}, {"citations": anything, **_CACHED})
_image = record({"type": anything, "source": mapping}, _CACHED)
_document = record(
    {"type": anything, "source": mapping},
    {"title": optional(string), "context": optional(string), "citations": anything, **_CACHED},
)
_search_result = record(
    {"type": anything, "source": string, "title": string, "content": each(_text)},
    {"citations": anything, **_CACHED},
)
_thinking = record({"type": anything, "thinking": string, "signature": string})
_redacted_thinking = record({"type": anything, "data": string})
_tool_use = record(
    {"type": anything, "id": string, "name": string, "input": mapping},
    {"caller": anything, "toolset_name": anything, **_CACHED},
)

_SHARED: dict[str, Checker] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "search_result": _search_result,
}
_tool_result = record(
    {"type": anything, "tool_use_id": string},
    {
        "content": text_or(each(tagged({**_SHARED, "tool_reference": anything, "browser_state": anything}))),
        "is_error": boolean,
        "toolset_name": anything,
        **_CACHED,
    },
)
SERVER_BLOCKS: tuple[str, ...] = (
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "advisor_tool_result",
    "mcp_tool_use",
    "mcp_tool_result",
    "compaction",
)
_USER = {**_SHARED, "tool_result": _tool_result, "container_upload": anything}
_ASSISTANT = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted_thinking,
    "tool_use": _tool_use,
    "document": _document,
    **dict.fromkeys(SERVER_BLOCKS, anything),
}
_SYSTEM = {"text": _text, "tool_addition": anything, "tool_removal": anything}

BLOCKS = {"user": tagged(_USER), "assistant": tagged(_ASSISTANT), "system": tagged(_SYSTEM)}

system_prompt = text_or(each(tagged({"text": _text})))
