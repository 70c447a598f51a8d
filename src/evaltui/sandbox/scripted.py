"""A model that answers from a function or a table, for tests and demonstrations."""

from collections.abc import Callable, Mapping
from typing import Any

from evaltui.sandbox.model import Answer, Refused

_CHARACTERS_PER_TOKEN = 4
Reply = str | Answer | Refused


class Scripted:
    """`script` maps the last user text to a reply, as a function of the whole `params` or as a table.

    A plain string becomes an ordinary text reply. A text that the table lacks is refused.
    """

    name = "scripted"

    def __init__(self, script: Callable[[dict[str, Any]], Reply] | Mapping[str, Reply]) -> None:
        self._script = script

    def reply(self, params: dict[str, Any]) -> Answer | Refused:
        made = self._script(params) if callable(self._script) else self._look_up(self._script, last_text(params))
        return text_answer(params, made) if isinstance(made, str) else made

    @staticmethod
    def _look_up(table: Mapping[str, Reply], text: str) -> Reply:
        return table.get(text, Refused("not_found_error", f"the script has no reply to {text!r}"))


def echo() -> Scripted:
    """A model that says the last user text again."""
    return Scripted(last_text)


def text_answer(params: dict[str, Any], text: str) -> Answer:
    """An ordinary reply of one text block; tokens are estimated at four characters each."""
    return Answer([{"type": "text", "text": text}], "end_turn", _tokens(str(params["messages"])), _tokens(text))


def tool_answer(params: dict[str, Any], name: str, arguments: dict[str, Any], tool_use_id: str = "toolu_01") -> Answer:
    """A reply that calls one tool."""
    call = {"type": "tool_use", "id": tool_use_id, "name": name, "input": arguments}
    return Answer([call], "tool_use", _tokens(str(params["messages"])), _tokens(str(arguments)))


def last_text(params: dict[str, Any]) -> str:
    """The text of the last message, its text blocks joined by newlines."""
    content = params["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content if block["type"] == "text")


def _tokens(text: str) -> int:
    return max(1, -(-len(text) // _CHARACTERS_PER_TOKEN))
