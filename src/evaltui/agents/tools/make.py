"""Owns the step from a resolved agent's `answers` to a backend that answers, and to the agent with its tools."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaltui.agents.tools.kinds import backend_class, unknown
from evaltui.domain.agent import Agent
from evaltui.domain.tool import CaseFailed, ToolBackend


def make_backend(answers: Mapping[str, Mapping[str, Any]], folder: Path) -> ToolBackend | CaseFailed:
    """The backend of `{kind: options}`; nothing is started yet. `folder` is that of agent.yaml: paths start there."""
    ((kind, options),) = answers.items()
    if sentence := unknown(kind):
        return CaseFailed(sentence)
    try:
        backend: ToolBackend = backend_class(kind)(folder, **options)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        return CaseFailed(f"answers.{kind} cannot be used: {error}")
    return backend


def equipped(agent: Agent, backend: ToolBackend) -> Agent | CaseFailed:
    """The agent with the tools its backend offers behind its own; a definition in agent.yaml replaces one of its name.

    An agent whose tools are a placeholder keeps it: each case says which tools there are.
    """
    offered = backend.tools()
    if isinstance(offered, CaseFailed):
        return offered
    if offered is None or isinstance(agent.tools, str):
        return agent
    own = agent.tools or []
    names = {tool.get("name") for tool in own}
    more = [tool for tool in offered if tool["name"] not in names]
    return agent.model_copy(update={"tools": [*own, *more]}) if more else agent
