"""Owns the answer to a message: choose an option, read the values, write the reply, put them into the asked shape."""

import json
import re
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.lexical.injection import Hidden, hidden
from evaltui.sandbox.lexical.prompt import Prompt
from evaltui.sandbox.lexical.replies import Facts, written
from evaltui.sandbox.lexical.shape import Key
from evaltui.sandbox.lexical.words import sentences


@dataclass(frozen=True, slots=True)
class _Task:
    """One message to answer: as it came, as it is read, the order obeyed in it (if any), and what was said earlier."""

    message: str
    kept: str
    orders: Hidden | None
    earlier: str
    results: str

    @property
    def say(self) -> str | None:
        return self.orders.say if self.orders else None


def answer(prompt: Prompt, message: str, earlier: str = "", results: str = "") -> str:
    """The text of the answer; `earlier` turns are read for values but not for the choice, `results` are cited."""
    task = _task(prompt, message, earlier, results)
    option = chosen(prompt, task.kept, task.orders)
    if prompt.shape.keys:
        return _wrapped(prompt, json.dumps(_filled(prompt, option, task), ensure_ascii=False))
    return _wrapped(prompt, _plain(prompt, option, task))


def _task(prompt: Prompt, message: str, earlier: str, results: str) -> _Task:
    orders = None if prompt.resists else hidden(message, prompt.names)
    return _Task(message, kept(prompt, message), orders, earlier, results)


def kept(prompt: Prompt, message: str) -> str:
    """The message without the instructions hidden in it, where the prompt guards against those."""
    orders = hidden(message, prompt.names) if prompt.resists else None
    return orders.rest or message if orders else message


def chosen(prompt: Prompt, message: str, orders: Hidden | None) -> str:
    """The option for a message: an obeyed order first, then stated rules, then the closest description."""
    if not prompt.options:
        return ""
    if orders and orders.option:
        return next(name for name in prompt.names if name.lower() == orders.option)
    return prompt.choices.stated(message) or prompt.choices.settle(prompt.matcher.scores(message))


def _plain(prompt: Prompt, option: str, task: _Task) -> str:
    if option and (prompt.shape.bare or not prompt.replies.said):
        return option
    return written(prompt.replies, Facts(option, task.message, {}), task.say)


def _filled(prompt: Prompt, option: str, task: _Task) -> dict[str, Any]:
    whole = f"{task.kept}\n{task.earlier}".strip()
    values = {key.name: _value(prompt, key, option, whole) for key in prompt.shape.keys if not key.prose}
    said = f"{written(prompt.replies, Facts(option, task.message, values), task.say)} {task.results}".strip()
    return {key.name: said if key.prose else values[key.name] for key in prompt.shape.keys}


def _value(prompt: Prompt, key: Key, option: str, text: str) -> Any:
    if key.name == prompt.route_key:
        return option
    if re.search(r"reason|explanation|rationale|thinking|summary", key.name, re.IGNORECASE):
        return (sentences(text) or [""])[0][:160]
    found = prompt.readers[key.name](text, prompt.topics.get(option, frozenset()))
    return _absent(prompt, key) if found is None else found


def _absent(prompt: Prompt, key: Key) -> Any:
    """What stands for a value the message does not give: null where the prompt allows it, else an empty value."""
    empty: dict[str, Any] = {"integer": 0, "number": 0, "array": [], "boolean": False, "object": {}}
    if key.nullable or (prompt.null and not key.schema):
        return None
    return empty.get(key.kind, key.choices[0] if key.choices else "")


def _wrapped(prompt: Prompt, text: str) -> str:
    return f"<{prompt.shape.tag}>{text}</{prompt.shape.tag}>" if prompt.shape.tag else text
