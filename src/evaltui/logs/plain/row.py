"""Owns how one record of a plain log, read by a mapping, becomes an item."""

import json
from collections.abc import Mapping as Values
from dataclasses import replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.files.jsontext import decode_json
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.moments import moment_of
from evaltui.logs.opinions import rating
from evaltui.logs.plain.mapping import Mapping
from evaltui.logs.plain.shape import value_at
from evaltui.logs.records import Record
from evaltui.logs.report import Report, error, warning

KIND = "plain"
FINE = frozenset(
    {"", "ok", "okay", "success", "succeeded", "successful", "completed", "complete", "done", "finished"}
    | {"false", "no", "none", "null", "nan", "n/a", "0", "-"}
)
"""Words in lower case that say nothing went wrong."""
_SPOKEN = ("system", "developer")
_EARLIEST = 1e8  # seconds since 1970: a smaller number is a year or a day
_MOST_NOTES = 100  # of one item


def read_row(record: Record, mapping: Mapping, columns: Values[str, str]) -> Item | Skipped:
    """The item; Skipped where nothing was asked in the record. `columns` are those of the mapping."""
    held = {name: value_at(record.value, column) for name, column in columns.items()}
    notes: list[Problem] = []
    messages = _messages(held, notes.append)
    read = read_conversation(messages, notes.append, Told(text_of(held.get("model"))))
    fault = fault_of(held.get("error"))
    asked = held.get("input") is not None or held.get("messages") is not None
    if not asked or not (read.opening or read.turns):
        where = " and ".join(column for column in (mapping.input, mapping.messages) if column)
        return Skipped(record.place, "nothing was asked in this record", shown(f"{where} empty"), damaged=False)
    at = max(len(read.turns), 1)
    return Item(
        kind=KIND,
        id=digest([KIND, held]),
        source=text_of(held.get("id")) or text_of(held.get("conversation")),
        place=record.place,
        at=moment_at(held.get("time"), notes.append),
        model=text_of(held.get("model")),
        opening=spoken(read.opening),
        turns=read.turns,
        system=system_of(held, read.opening),
        status=_status(held.get("error")),
        error=fault,
        marks=marks_of(held, at, notes.append),
        scores=scores_of(held, mapping, notes.append),
        notes=placed(notes, record.place.line),
    )


def spoken(opening: tuple[Block, ...]) -> tuple[Block, ...]:
    """What stands before the first reply, without the system prompt."""
    return tuple(message for message in opening if message["role"] not in _SPOKEN)


def placed(notes: list[Problem], line: int) -> tuple[Problem, ...]:
    """Notes of an item, at its line."""
    return tuple(replace(note, line=line) for note in notes[:_MOST_NOTES])


def _messages(held: Values[str, Any], report: Report) -> list[Block]:
    """The conversation as it is written, or made of what was asked, called and answered."""
    messages = _listed(held.get("messages"), report)
    if held.get("input") is not None and not any(message.get("role") == "user" for message in messages):
        messages = [*messages, {"role": "user", "content": text_of(held["input"])}]
    messages = [*messages, *_called(held)]
    output = held.get("output")
    if output is None:
        return messages
    if messages and messages[-1].get("role") == "assistant" and not held.get("tool"):
        if text_of(messages[-1].get("content")).strip() != text_of(output).strip():
            report(warning("output", "is not the last reply of the messages, and is left out", output))
        return messages
    return [*messages, {"role": "assistant", "content": text_of(output)}]


def _listed(written: Any, report: Report) -> list[Block]:
    """Messages as a list, as the text of one, or under the key `messages`."""
    value = _parsed(written)
    if isinstance(value, dict):
        value = value.get("messages")
    if value is None and written is None:
        return []
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    report(error("messages", "must be a list of messages", written))
    return []


def _called(held: Values[str, Any]) -> list[Block]:
    tool = text_of(held.get("tool"))
    if not tool:
        return []
    given = _parsed(held.get("arguments"))
    arguments = {} if given is None else given if isinstance(given, dict) else {"input": given}
    call = {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": arguments}}
    messages: list[Block] = [{"role": "assistant", "content": None, "tool_calls": [call]}]
    if held.get("result") is not None:
        messages.append({"role": "tool", "tool_call_id": "call_1", "content": text_of(held["result"])})
    return messages


def _parsed(written: Any) -> Any:
    """A list or an object that a cell holds as JSON text; any other value as it is."""
    if not isinstance(written, str) or written.lstrip()[:1] not in ("{", "["):
        return written
    value, complaint, _ = decode_json(written.encode("utf-8", "surrogatepass"))
    return written if complaint else value


def text_of(written: Any) -> str:
    """Text as it is, nothing as "", any other value as JSON."""
    if written is None:
        return ""
    return written if isinstance(written, str) else json.dumps(written, ensure_ascii=False)


def system_of(held: Values[str, Any], opening: tuple[Block, ...]) -> str | None:
    """The system prompt, of its own column or at the start of the messages."""
    said = [text_of(message["content"]) for message in opening if message["role"] in _SPOKEN]
    return text_of(held.get("system")) or "\n\n".join(said) or None


def moment_at(written: Any, report: Report) -> str:
    """ISO 8601 in UTC; "" where nothing is written, or nothing that can be read."""
    count = _number(written)
    at = moment_of(written if count is None or count < _EARLIEST else count)
    if written is not None and not at:
        report(warning("time", "is no moment that can be read", written))
    return at


def _number(written: Any) -> float | None:
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    try:
        return float(written)
    except (ValueError, OverflowError):
        return None


def _status(written: Any) -> int | None:
    code = _number(written)
    return int(code) if code is not None and 100 <= code <= 599 else None


def fault_of(written: Any) -> Errored | None:
    """The error; None for words and numbers that say all is well."""
    status = _status(written)
    if status is not None:
        return Errored(f"http_{status}", f"status {status}") if status >= 400 else None
    value = _parsed(written)
    if isinstance(value, dict):
        kind = next((each for name in ("type", "code") if isinstance(each := value.get(name), str) and each), "error")
        return Errored(kind, text_of(value.get("message") or value))
    words = text_of(written)
    return None if words.strip().casefold() in FINE else Errored("error", words)


def marks_of(held: Values[str, Any], turn: int, report: Report) -> tuple[Mark, ...]:
    """The rating with the comment, or the comment by itself."""
    comment, rated = text_of(held.get("comment")), held.get("rating")
    value = rating(_number(rated)) if _number(rated) is not None else rating(rated)
    if value is not None:
        return (Mark(turn, "rated", comment, value),)
    if rated is not None:
        hint = "a grade on a scale is mapped as score=…, with scale=WORST..BEST"
        report(warning("rating", "is neither thumbs up nor thumbs down", rated, hint=hint))
    return (Mark(turn, "comment", comment),) if comment else ()


def scores_of(held: Values[str, Any], mapping: Mapping, report: Report) -> dict[str, float]:
    """Under the name of its column, as a share of the scale."""
    written, (worst, best) = held.get("score"), mapping.ends
    if written is None or mapping.score is None:
        return {}
    value = float(written) if isinstance(written, bool) else _number(written)
    share = None if value is None else (value - worst) / (best - worst)
    if share is None or not 0 <= share <= 1:
        report(warning("score", f"is no number of the scale {mapping.scale}", written))
        return {}
    return {mapping.score: share}
