"""Owns reading agent.yaml into an Agent: every file it names is read, every problem is reported at once."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from evaltui.agents.caching import marks_itself
from evaltui.agents.file import AgentFile
from evaltui.agents.include import Includes
from evaltui.agents.resolve import Resolver
from evaltui.domain.agent import Agent
from evaltui.domain.problem import Problem
from evaltui.domain.text import found
from evaltui.files.document import Document, scan_document
from evaltui.files.explain import problems_from, unrepeated

_INPUT = [{"role": "user", "content": "{{input}}"}]
TURNS_WITH_TOOLS = 10
"""The most replies of a conversation whose tool calls are answered, where agent.yaml does not say."""
_NOT_SENT = ("description", "output_schema")


def read_agent(path: Path) -> Agent | tuple[Problem, ...]:
    """The agent in a file (or a folder's agent.yaml), or every problem of it and of the files it names."""
    file = path / "agent.yaml" if path.is_dir() else path
    document, refused = scan_document(file)
    if document is None:
        return refused
    if not isinstance(document.value, dict):
        return (*refused, Problem(str(file), document.line(), "", "must be a mapping of fields", found(document.value)))
    return _read(file, document, refused)


def _read(path: Path, document: Document, refused: tuple[Problem, ...]) -> Agent | tuple[Problem, ...]:
    problems: list[Problem] = []
    _validated(AgentFile, document.value, document, problems)
    resolved = _resolved(path, document, problems)
    everything = [*refused, *unrepeated(refused, problems)]
    agent = None if everything else _validated(Agent, resolved, document, everything)
    if isinstance(agent, Agent) and agent.cache is not None and marks_itself(agent):
        hint = "remove cache, or the agent's own cache_control"
        everything.append(Problem(document.file, document.line(("cache",)), "cache", "is marked twice", hint=hint))
    elif isinstance(agent, Agent):
        return agent
    return tuple(sorted(everything, key=lambda problem: (problem.file != document.file, problem.file, problem.line)))


def _resolved(path: Path, document: Document, problems: list[Problem]) -> dict[str, Any]:
    resolver = Resolver(document, Includes(document, path.parent, problems), problems)
    written = document.value
    resolved = {
        "name": written.get("name") or path.stem,
        "system": resolver.content(written.get("system"), ("system",)),
        "few_shot": resolver.few_shot(written.get("few_shot", [])),
        "messages": resolver.messages(written.get("messages", _INPUT), ("messages",)),
        "tools": resolver.tools(written.get("tools")),
        "params": resolver.params(written.get("params", {}), written.get("output_schema")),
        "answers": resolver.answers(written.get("answers")),
        "max_turns": written.get("max_turns") or (TURNS_WITH_TOOLS if written.get("answers") else 1),
    }
    return {key: value for key, value in written.items() if key not in _NOT_SENT} | resolved


def _validated(model: type[BaseModel], value: Any, document: Document, problems: list[Problem]) -> BaseModel | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += problems_from(error, model, document)
        return None
