"""Owns what one foreign message says, whatever its style: a reply, answers of tools, words of anybody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.domain.text import did_you_mean
from evaltui.domain.tool import Block, Content, ToolResult, content_of
from evaltui.logs.content import blocks
from evaltui.logs.reply import read_reply
from evaltui.logs.report import Report, error

ROLES = ("system", "developer", "user", "assistant", "tool", "function")


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the agent, shaped as the Messages API shapes it; `at` is where it stands."""

    message: Block
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's result; the id of its call and the tool's name where they are given."""

    result: ToolResult
    at: str
    call_id: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What anybody but the agent and its tools says."""

    role: str
    content: Content
    at: str


Event = Reply | Answer | Said


def events(message: Any, at: str, report: Report) -> Iterator[Event]:
    """What the message at `at` says, in its order; what is no message is reported."""
    role = message.get("role") if isinstance(message, dict) else None
    if role == "assistant":
        yield Reply(read_reply(message, at, report), at)
    elif role in ("tool", "function"):
        yield _answer(message, at)
    elif role in ROLES:
        yield from _said(message, at, report)
    elif not isinstance(message, dict):
        report(error(at, "must be a message: a mapping with role and content", message))
    else:
        hint = did_you_mean(role, ROLES) if isinstance(role, str) else ""
        report(error(f"{at}.role", "names no role that is known", role, ", ".join(ROLES), hint))


def _answer(message: Block, at: str) -> Answer:
    """OpenAI's style has no mark for a failed tool: there a text that begins with "Error" is one."""
    content = content_of(message.get("content") or "")
    said_so = isinstance(content, str) and content.lstrip()[:5].casefold() == "error"
    failed = message.get("is_error") is True or message.get("status") == "error" or said_so
    return Answer(ToolResult(content, failed), at, _name(message, "tool_call_id"), _name(message, "name"))


def _said(message: Block, at: str, report: Report) -> Iterator[Event]:
    """Results stand before words, as the API wants them; text alone stays text."""
    written = message.get("content")
    if isinstance(written, str):
        yield Said(message["role"], written, at)
        return
    words: list[Block] = []
    for place, block in enumerate(blocks(written, f"{at}.content", report)):
        if block["type"] == "tool_result":
            result = ToolResult(content_of(block.get("content") or ""), block.get("is_error") is True)
            yield Answer(result, f"{at}.content[{place}]", _name(block, "tool_use_id"))
        else:
            words.append(block)
    if words:
        yield Said(message["role"], words, at)


def _name(message: Block, key: str) -> str | None:
    name = message.get(key)
    return name if isinstance(name, str) and name else None
