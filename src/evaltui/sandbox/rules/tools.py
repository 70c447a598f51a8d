"""Tool definitions and the choice among them."""

import re
from typing import Any

from evaltui.sandbox.catalogue import ModelFacts
from evaltui.sandbox.rules.blocks import cache_control
from evaltui.sandbox.rules.schemas import input_schema, strict_schema
from evaltui.sandbox.rules.shapes import (
    Problems,
    anything,
    boolean,
    each,
    mapping,
    one_of,
    optional,
    record,
    string,
    tagged,
)

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_custom = record(
    {"name": string, "input_schema": mapping},
    {
        "type": optional(one_of("custom")),
        "description": string,
        "strict": boolean,
        "defer_loading": boolean,
        "eager_input_streaming": optional(boolean),
        "allowed_callers": each(string),
        "input_examples": each(mapping),
        "cache_control": cache_control,
    },
)
# Tools that the provider runs: their names carry a date, and their fields are not ours to judge.
_PROVIDED = (
    "advisor_",
    "bash_",
    "browser_toolset_",
    "code_execution_",
    "computer_",
    "mcp_toolset",
    "memory_",
    "text_editor_",
    "tool_search_tool_",
    "web_fetch_",
    "web_search_",
)
_PARALLEL = {"disable_parallel_tool_use": boolean}
_choice = tagged(
    {
        "auto": record({"type": anything}, _PARALLEL),
        "any": record({"type": anything}, _PARALLEL),
        "tool": record({"type": anything, "name": string}, _PARALLEL),
        "none": record({"type": anything}),
    }
)


def tools(value: Any) -> Problems:
    """Problems of the `tools` list."""
    yield from each(_tool)(value, "tools")
    names = [tool["name"] for tool in value if "name" in tool]
    if len(set(names)) < len(names):
        yield "tools: Tool names must be unique."


def tool_choice(choice: Any, offered: list[dict[str, Any]], facts: ModelFacts, thinking: Any) -> Problems:
    """Problems of `tool_choice`, given the tools on offer, the model and the thinking setting."""
    yield from _choice(choice, "tool_choice")
    if not offered and choice["type"] != "none":
        yield "tool_choice may only be specified while providing tools."
    if choice["type"] in ("any", "tool"):
        yield from _forced(choice, facts, thinking)
    if choice["type"] == "tool" and choice["name"] not in [tool.get("name") for tool in offered]:
        yield f"Tool '{choice['name']}' not found in provided tools"


def _forced(choice: dict[str, Any], facts: ModelFacts, thinking: Any) -> Problems:
    if not facts.forced_tools:
        yield (
            f"tool_choice: type '{choice['type']}' forces tool use, which is not supported for this model. "
            "Use 'auto' or 'none'."
        )
    if isinstance(thinking, dict) and thinking.get("type") == "enabled":
        yield "Thinking may not be enabled when tool_choice forces tool use."


def _tool(tool: Any, where: str) -> Problems:
    yield from mapping(tool, where)
    kind = tool.get("type")
    if isinstance(kind, str) and kind.startswith(_PROVIDED):
        return
    if kind not in (None, "custom"):
        yield f"{where}: Input tag '{kind}' found using 'type' does not match any of the expected tags: 'custom', …"
    where = f"{where}.custom"
    yield from _custom(tool, where)
    if not _NAME.fullmatch(tool["name"]):
        yield f"{where}.name: String should match pattern '^{_NAME.pattern}$'"
    yield from input_schema(tool["input_schema"], f"{where}.input_schema")
    if tool.get("strict"):
        yield from strict_schema(tool["input_schema"], f"{where}.input_schema")
