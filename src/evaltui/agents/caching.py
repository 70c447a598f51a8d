"""Owns where an agent's requests are marked for the prompt cache: at the end of what all of them share."""

from collections.abc import Mapping
from typing import Any

import msgspec

from evaltui.agents.placeholders import placeholders
from evaltui.domain.agent import Agent
from evaltui.domain.case import Message

MARK = "cache_control"
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
    return f'"{MARK}"' in agent.model_dump_json()


def shared_bytes(agent: Agent) -> int:
    """The bytes of JSON that all requests of the agent begin with: tools, system prompt, few-shot messages."""
    parts: list[Any] = [agent.tools, agent.system] if not _varies(agent.system) else [agent.tools]
    parts += [message.model_dump() for message in agent.few_shot] if not _varies(agent.system) else []
    return 0 if _varies(agent.tools) else sum(len(msgspec.json.encode(part)) for part in parts if part)


def _at(agent: Agent) -> Mapping[str, Any]:
    if agent.few_shot and not _varies(agent.system) and not _varies(agent.tools):
        *before, last = agent.few_shot
        return {"few_shot": [*before, Message(role=last.role, content=_last_marked(last.content, agent))]}
    if agent.system and not _varies(agent.system) and not _varies(agent.tools):
        return {"system": _last_marked(agent.system, agent)}
    if isinstance(agent.tools, list) and agent.tools and not _varies(agent.tools):
        return {"tools": _with_mark(agent.tools, agent)}
    return {}


def _last_marked(content: str | list[Block], agent: Agent) -> list[Block]:
    return _with_mark([{"type": "text", "text": content}] if isinstance(content, str) else content, agent)


def _with_mark(blocks: list[Block], agent: Agent) -> list[Block]:
    return [*blocks[:-1], {**blocks[-1], MARK: _mark(agent)}]


def _mark(agent: Agent) -> Block:
    return {"type": "ephemeral", "ttl": agent.cache}


def _varies(value: Any) -> bool:
    return next(placeholders(value), None) is not None
