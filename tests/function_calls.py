"""The published function-calling cases in our format: their gold, and calls that the gold permits or does not."""

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Calls = list[tuple[str, dict[str, Any]]]


def read_rows(shared_data: Path) -> list[Row]:
    """Every case, with its gold calls in our format under `gold`."""
    lines = (shared_data / "tool_choice_cases.jsonl").read_text("utf-8").splitlines()
    return [{**row, "gold": _gold(row["gold_calls"] or [])} for row in map(json.loads, lines)]


def gold_calls(row: Row, pick: int = 0) -> Calls:
    """Calls that the gold permits; `pick` chooses among permitted values."""
    return [(call["name"], _example(call["arguments"], pick)) for call in row["gold"]]


def _gold(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lists of permitted values, "" for optional; one case has an argument as a call of its own."""
    gold: list[dict[str, Any]] = []
    for name, arguments in (item for call in calls for item in call.items()):
        if isinstance(arguments, dict):
            gold.append({"name": name, "arguments": {key: _permitted(value) for key, value in arguments.items()}})
        else:
            gold[-1]["arguments"][name] = _permitted(arguments)
    return gold


def _permitted(values: list[Any]) -> dict[str, Any]:
    optional = "" in values
    return {"any_of": [_value(value) for value in values if value != "" or values == [""]], "optional": optional}


def _value(value: Any) -> Any:
    """Inside an object a list of values is again what is permitted; any other value is the value itself."""
    if isinstance(value, dict):
        return {key: _permitted(inner) if isinstance(inner, list) else inner for key, inner in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else value


def _example(gold: Any, pick: int) -> Any:
    """A value that the gold permits."""
    if isinstance(gold, dict) and "any_of" in gold:
        return _example(gold["any_of"][pick % len(gold["any_of"])], pick)
    if isinstance(gold, dict):
        return {key: _example(value, pick) for key, value in gold.items()}
    return [_example(value, pick) for value in gold] if isinstance(gold, list) else gold
