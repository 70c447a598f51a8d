"""Published cases of another agent framework, in either of its schemas."""

from typing import Any

FILE = "adk_eval_cases.jsonl"
Calls = list[tuple[str, dict[str, Any]]]
Turn = dict[str, Any]


def calls(row: dict[str, Any]) -> list[Calls]:
    """The expected tool calls of each turn."""
    if row["schema"] == "eval_set":
        data = [turn.get("intermediate_data") or {} for turn in _turns(row)]
        return [[(use["name"], use["args"]) for use in turn.get("tool_uses") or []] for turn in data]
    uses = [turn.get("expected_tool_use") or [] for turn in _turns(row)]
    return [[(use["tool_name"], use["tool_input"]) for use in turn] for turn in uses]


def texts(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What the user asks in each turn, and the answer that ends it ("" where none is published)."""
    if row["schema"] == "eval_set":
        return [(_text(turn["user_content"]), _text(turn.get("final_response"))) for turn in _turns(row)]
    return [(turn["query"], turn.get("reference") or "") for turn in _turns(row)]


def _turns(row: dict[str, Any]) -> list[Turn]:
    """The oldest files wrap the turns: [{"name": …, "data": [turns]}]."""
    if row["schema"] == "eval_set":
        return list(row["case"]["conversation"])
    return [turn for item in row["case"] for turn in item.get("data", [item])]


def _text(content: Any) -> str:
    return "".join(part.get("text") or "" for part in (content or {}).get("parts") or [])
