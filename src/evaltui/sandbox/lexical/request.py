"""Owns reading the `params` of a Messages request into what the model works on."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evaltui.sandbox.lexical.words import unwrapped

_INPUT_TAG = re.compile(
    r"<((?:customer_?|user_?)?(?:message|input|ticket|text|query|question|email|mail|document)(?:-\w+)?)\b[^>]*>(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)

_DATA_TAG = re.compile(
    r"<((?:[a-z]+_)?(?:reply|response|candidate|reference|expected|trajectory)[\w-]*)>(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of an earlier turn and its result; `result` is None while it is unanswered.

    `later` is what the user has said since, empty when that is nothing.
    """

    name: str
    arguments: dict[str, Any]
    result: str | None
    failed: bool = False
    later: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request as plain text: instructions, few-shot pairs, the message to answer, earlier calls and a prefill.

    `turns` is all that the user's turns hold, tags and all.
    """

    system: str
    pairs: tuple[tuple[str, str], ...]
    message: str
    earlier: str
    calls: tuple[Call, ...]
    prefill: str
    turns: str = ""


def text_of(content: Any) -> str:
    """The text of a string or of the text blocks of a list."""
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in _blocks(content) if isinstance(block.get("text"), str))


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def read(params: dict[str, Any]) -> Conversation:
    """Read a request; parts of unknown type count as empty."""
    turns = [turn for turn in params.get("messages", []) if isinstance(turn, dict)]
    at = _last_question(turns)
    before = turns[:at]
    question = text_of(turns[at].get("content")) if turns else ""
    system = text_of(params.get("system", ""))
    return Conversation(system, _pairs(before), question, _said(before), _calls(turns), _prefill(turns), _whole(turns))


def _prefill(turns: list[dict[str, Any]]) -> str:
    """The beginning of a reply to go on with; a turn that was paused for a server's tool is none."""
    last = turns[-1] if turns and turns[-1].get("role") == "assistant" else {}
    paused = any(block.get("type") != "text" for block in _blocks(last.get("content")))
    return "" if paused else text_of(last.get("content"))


def _whole(turns: list[dict[str, Any]]) -> str:
    return "\n".join(text_of(turn.get("content")) for turn in turns if turn.get("role") == "user")


def _last_question(turns: list[dict[str, Any]]) -> int:
    asked = [at for at, turn in enumerate(turns) if turn.get("role") == "user" and text_of(turn.get("content")).strip()]
    plain = [at for at in asked if not _results(turns[at])]
    return (plain or asked or [0])[-1]


def _results(turn: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in _blocks(turn.get("content")) if block.get("type") == "tool_result"]


def _pairs(turns: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (body(text_of(one.get("content"))), text_of(two.get("content")))
        for one, two in pairwise(turns)
        if one.get("role") == "user" and two.get("role") == "assistant"
    )


def _said(turns: list[dict[str, Any]]) -> str:
    return "\n".join(body(text_of(turn.get("content"))) for turn in turns if turn.get("role") == "user")


def _calls(turns: list[dict[str, Any]]) -> tuple[Call, ...]:
    answers = {one.get("tool_use_id"): one for turn in turns for one in _results(turn)}
    return tuple(
        _call(block, answers.get(block.get("id")), _said(turns[at:]))
        for at, turn in enumerate(turns)
        for block in _blocks(turn.get("content"))
        if block.get("type") == "tool_use"
    )


def _call(use: dict[str, Any], answer: dict[str, Any] | None, later: str) -> Call:
    given = use.get("input")
    result = None if answer is None else text_of(answer.get("content", ""))
    failed = bool(answer and answer.get("is_error"))
    return Call(str(use.get("name")), given if isinstance(given, dict) else {}, result, failed, later.strip())


_TAGGED_VALUE = re.compile(r"<([a-z]\w*)>([^<>\n]{1,80})</\1>")


def values(talk: Conversation) -> dict[str, str]:
    """Short values that the user's turns give in tags, as in `<customer_id>C-7</customer_id>`; the first one holds."""
    found = list(_TAGGED_VALUE.finditer(_INPUT_TAG.sub("", talk.turns)))
    return {one[1]: one[2].strip() for one in reversed(found)}


def body(message: str) -> str:
    """The customer's words inside a user turn: what its last input tag encloses, else all; wrapped lines joined."""
    return unwrapped(_halves(message)[1].strip())


def _halves(message: str) -> tuple[str, str]:
    """(what stands around the input, the input)."""
    found = list(_INPUT_TAG.finditer(message))
    if not found:
        return "", message
    return _DATA_TAG.sub("\n", message[: found[-1].start()] + message[found[-1].end() :]), found[-1][2]


def task(talk: Conversation) -> tuple[str, str]:
    """(instructions, message). Without system prompt and input tag, the user turn's last paragraph is the message."""
    around, said = _halves(talk.message)
    if not talk.system.strip() and not around:
        around, _, said = talk.message.rpartition("\n\n")
    return f"{talk.system}\n\n{around}".strip(), unwrapped(said.strip())


def schema_of(params: dict[str, Any]) -> dict[str, Any] | None:
    """The JSON schema of `output_config.format` (or the older `output_format`), None when the request has none."""
    config = params.get("output_config")
    form = config.get("format") if isinstance(config, dict) else params.get("output_format")
    schema = form.get("schema") if isinstance(form, dict) else None
    return schema if isinstance(schema, dict) else None


def schema_text(params: dict[str, Any]) -> str:
    """The schema as canonical text, empty when there is none."""
    schema = schema_of(params)
    return json.dumps(schema, sort_keys=False) if schema else ""
