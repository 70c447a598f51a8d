"""Whether an agent can hold its conversations: who answers its tools, and room for what the user says."""

from collections.abc import Iterator
from pathlib import Path

from evaltui.agents.tools.make import equipped, make_backend
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem
from evaltui.domain.tool import CaseFailed
from evaltui.evalsets.source import CaseEntry


def with_tools(agent: Agent, path: Path) -> Agent | Problem:
    """The agent with the tools that its backend offers; the backend is started for it and ended again."""
    if agent.answers is None:
        return agent
    backend = make_backend(agent.answers, path.parent)
    if isinstance(backend, CaseFailed):
        return _problem(path, backend)
    try:
        ready = equipped(agent, backend)
    finally:
        backend.close()
    return _problem(path, ready) if isinstance(ready, CaseFailed) else ready


def too_few_turns(entry: CaseEntry, agent: Agent) -> Iterator[Problem]:
    """A user who says more than the agent may answer."""
    case, most = entry.case, entry.case.max_turns or agent.max_turns
    if len(case.turns) >= most:
        message = f"case {case.id}: the user says {len(case.turns)} more turns, and max_turns allows {most} replies"
        hint = f"set max_turns of the case or of agent.yaml to at least {len(case.turns) + 1}"
        yield Problem(str(entry.file), entry.line, "turns", message, hint=hint)


def _problem(path: Path, failed: CaseFailed) -> Problem:
    return Problem(str(path), 0, "answers", failed.reason)
