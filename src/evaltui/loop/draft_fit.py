"""Owns how what an agent was told becomes the fields of a case: in the way that the evalset's agent is asked."""

from collections.abc import Sequence
from typing import Any

from evaltui.agents.placeholders import Placeholder, pieces
from evaltui.domain.agent import Agent
from evaltui.domain.tool import Block, Content

Fields = dict[str, Any]


def fitted(messages: Sequence[Block], agent: Agent | None, system: Content | None = None) -> Fields:
    """`input` for one text of a user, with the `vars` that a template put around it; else `messages`.

    What the agent sends before every case by itself is not repeated in the case.
    """
    rest = _without_few_shot(list(messages), agent)
    filled = _from_system(system, agent) | (_from_template(rest[0], agent) if rest else {})
    variables = {name: value for name, value in filled.items() if name != "input"}
    given = {"vars": variables} if variables else {}
    alone = text_of(rest[0]["content"]) if len(rest) == 1 and rest[0]["role"] == "user" else None
    return {"messages": rest} | given if alone is None else {"input": filled.get("input", alone)} | given


def text_of(content: Content) -> str | None:
    """The text of a message that holds nothing else, its blocks a blank line apart."""
    if isinstance(content, str):
        return content
    texts = [block.get("text") for block in content if block.get("type") == "text"]
    return "\n\n".join(map(str, texts)) if len(texts) == len(content) else None


def unfilled(template: str, text: str) -> Fields | None:
    """What the placeholders of a template stood for in a text that was filled from it; None where it was not."""
    parts, at = pieces(template), 0
    found: Fields = {}
    for number, part in enumerate(parts):
        if isinstance(part, str):
            if not text.startswith(part, at):
                return None
            at += len(part)
        else:
            end = _end(text, at, parts[number + 1 :])
            if end < at or not _put(found, part, text[at:end]):
                return None
            at = end
    return found if at == len(text) else None


def _end(text: str, at: int, following: Sequence[str | Placeholder]) -> int:
    """Where the value of a placeholder ends: before the next text of the template, the last text at the very end."""
    if not following:
        return len(text)
    after = following[0]
    if not isinstance(after, str):
        return -1
    return len(text) - len(after) if len(following) == 1 else text.find(after, at)


def _put(found: Fields, placeholder: Placeholder, value: str) -> bool:
    """Whether the value does not contradict what is known of the same name."""
    *way, last = placeholder.path
    place = found
    for step in way:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            return False
        place = inner
    return bool(place.setdefault(last, value) == value)


def _from_template(message: Block, agent: Agent | None) -> Fields:
    if agent is None or len(agent.messages) != 1 or agent.messages[0].role != message["role"]:
        return {}
    template, text = text_of(agent.messages[0].content), text_of(message["content"])
    return {} if template is None or text is None else unfilled(template, text) or {}


def _from_system(system: Content | None, agent: Agent | None) -> Fields:
    template = None if agent is None or agent.system is None else text_of(agent.system)
    text = None if system is None else text_of(system)
    found = {} if template is None or text is None else unfilled(template, text) or {}
    return {name: value for name, value in found.items() if name != "input"}


def _without_few_shot(messages: list[Block], agent: Agent | None) -> list[Block]:
    shots = [] if agent is None else [(each.role, _said(each.content)) for each in agent.few_shot]
    head = [(each["role"], _said(each["content"])) for each in messages[: len(shots)]]
    return messages[len(shots) :] if len(messages) > len(shots) and head == shots else messages


def _said(content: Content) -> Content:
    text = text_of(content)
    return content if text is None else text
