"""What two versions of an agent differ in: prompt, messages, tools and parameters, as text a person can read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.compare.textdiff import Diff, diff
from evaltui.domain.agent import Agent
from evaltui.domain.run import Run
from evaltui.store.agents import agent
from evaltui.store.database import Store


@dataclass(frozen=True, slots=True)
class PromptDiff:
    """`diff` of the agents of two runs, None where one of them is not kept."""

    a: Run
    b: Run
    diff: Diff | None


def prompt_diff(store: Store, a: Run, b: Run) -> PromptDiff:
    """The agents as they were when the runs were planned."""
    before, after = (agent(store, run.agent_digest) for run in (a, b))
    known = before is not None and after is not None
    return PromptDiff(a, b, diff(readable(before), readable(after)) if known and before and after else None)


def readable(version: Agent) -> str:
    """Every part of an agent under its title, prompts as they are written."""
    return "\n\n".join(f"── {title} ──\n{text}" for title, text in _parts(version)) + "\n"


def _parts(version: Agent) -> Iterator[tuple[str, str]]:
    yield "model", "\n".join(_settings(version))
    if version.system is not None:
        yield "system", _content(version.system)
    for title, messages in (("few-shot", version.few_shot), ("message", version.messages)):
        for number, message in enumerate(messages, 1):
            yield f"{title} {number}, {message.role}", _content(message.content)
    for tool in version.tools if isinstance(version.tools, list) else [version.tools] if version.tools else []:
        yield ("tools", tool) if isinstance(tool, str) else (f"tool {tool.get('name', '')}", _tool(tool))
    if version.answers is not None:
        yield "answers", _json(version.answers)


def _settings(version: Agent) -> Iterator[str]:
    yield from (version.model, f"max_tokens: {version.max_tokens}", f"max_turns: {version.max_turns}")
    yield from (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(version.params.items()))
    if version.cache:
        yield f"cache: {version.cache}"


def _content(content: str | list[dict[str, Any]]) -> str:
    """A text as it is; of blocks, the text of those that have one."""
    if isinstance(content, str):
        return content.rstrip("\n")
    return "\n".join(_block(block) for block in content)


def _block(block: dict[str, Any]) -> str:
    if block.get("type") != "text" or not isinstance(block.get("text"), str):
        return _json(block)
    rest = {name: value for name, value in block.items() if name not in ("type", "text")}
    text: str = block["text"]
    return f"{text}\n{_json(rest)}" if rest else text


def _tool(tool: dict[str, Any]) -> str:
    """What it says of itself, then the rest of it as JSON."""
    rest = {name: value for name, value in tool.items() if name not in ("name", "description")}
    said = tool.get("description")
    return f"{said}\n{_json(rest)}" if isinstance(said, str) else _json(rest | ({"description": said} if said else {}))


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
