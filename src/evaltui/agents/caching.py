"""Owns where an agent's requests are marked for the prompt cache: at the end of what all of them share."""

from collections.abc import Mapping
from typing import Any

import msgspec

from evaltui.agents.placeholders import placeholders
from evaltui.domain.agent import Agent
from evaltui.domain.case import Message

MARK = "cache_control"
THOUGHTS = ("thinking", "redacted_thinking")
Block = dict[str, Any]


def marked(agent: Agent) -> Agent:
    """The agent with its mark behind the few-shot messages, else the system prompt, else the tools.

    A system prompt or tools with placeholders differ from case to case, so no mark stands behind them. With several
    turns the whole request is marked too: each round reads what the one before it wrote.
    """
    if agent.cache is None:
        return agent
    params = {**agent.params, MARK: _mark(agent)} if agent.max_turns > 1 else agent.params
    return agent.model_copy(update={**_at(agent), "params": params})


def marks_itself(agent: Agent) -> bool:
    """Whether the agent's own files hold marks."""
    return _holds_mark(agent.model_dump(include={"system", "few_shot", "messages", "tools", "params"}))


def shared_bytes(agent: Agent) -> int:
    """The bytes of JSON that all requests of the agent begin with: tools, system prompt, few-shot messages."""
    parts: list[Any] = [agent.tools, agent.system] if not _varies(agent.system) else [agent.tools]
    parts += [message.model_dump() for message in agent.few_shot] if not _varies(agent.system) else []
    return 0 if _varies(agent.tools) else sum(len(msgspec.json.encode(part)) for part in parts if part)


def _at(agent: Agent) -> Mapping[str, Any]:
    """The part of the agent that holds the mark, as it is with it; nothing where no block can be marked."""
    if _varies(agent.tools):
        return {}
    last = agent.few_shot[-1] if agent.few_shot and not _varies(agent.system) else None
    if last and (content := _with_mark(last.content, agent)):
        return {"few_shot": [*agent.few_shot[:-1], Message(role=last.role, content=content)]}
    if not _varies(agent.system) and (content := _with_mark(agent.system, agent)):
        return {"system": content}
    tools = _with_mark(agent.tools, agent)
    return {"tools": tools} if tools else {}


def _with_mark(content: str | list[Block] | None, agent: Agent) -> list[Block]:
    """The blocks with the last one that can be cached marked; none where there is no such block."""
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    at = max((at for at, block in enumerate(blocks) if _cacheable(block)), default=None)
    return [] if at is None else [*blocks[:at], {**blocks[at], MARK: _mark(agent)}, *blocks[at + 1 :]]


def _cacheable(block: Block) -> bool:
    """The API refuses a mark on what a model thought and on a text that says nothing."""
    return block.get("type") not in THOUGHTS and bool(str(block.get("text", "-")).strip())


def _holds_mark(value: Any) -> bool:
    """A mark has a type: a tool may well have an argument that is called as marks are."""
    if isinstance(value, dict):
        mark = value.get(MARK)
        own = isinstance(mark, dict) and mark.get("type") == "ephemeral"
        return own or any(map(_holds_mark, value.values()))
    return isinstance(value, list) and any(map(_holds_mark, value))


def _mark(agent: Agent) -> Block:
    return {"type": "ephemeral", "ttl": agent.cache}


def _varies(value: Any) -> bool:
    return next(placeholders(value), None) is not None
