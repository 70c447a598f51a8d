"""Owns the bytes of a request: the next turn of a conversation, ready to send and to be digested."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from evaltui.agents.caching import marked
from evaltui.agents.fill import AbsentError, Fill, Values, content_filler, look_up, value_filler
from evaltui.agents.placeholders import Placeholder, placeholders
from evaltui.domain.agent import Agent
from evaltui.domain.case import Case, Message
from evaltui.domain.conversation import Turn, Unreadable, calls_of, message_of, next_message
from evaltui.domain.errors import BadInput
from evaltui.domain.problem import Problem
from evaltui.domain.text import did_you_mean, found

# Keys keep their order: that of a schema's properties steers what is generated.
_encode = msgspec.json.encode


class _Message(msgspec.Struct):
    content: msgspec.Raw


_message = msgspec.json.Decoder(_Message)


def request_digest(params: bytes) -> str:
    """SHA-256 of the bytes of `params`, 64 hex digits."""
    return hashlib.sha256(params).hexdigest()


class Requests:
    """An agent compiled once; `file` is named in problems. Same agent and case, same bytes."""

    def __init__(self, agent: Agent, file: str = "") -> None:
        self._file = file or agent.name
        agent = marked(agent)
        self._fixed: dict[str, Any] = {}
        self._filled: list[tuple[str, Fill]] = []
        for key, value in agent.template().items():
            self._compile(key, value)
        self._few_shot = [msgspec.Raw(_encode(_plain(message))) for message in agent.few_shot]
        self._messages = [(message.role, content_filler(message.content)) for message in agent.messages]
        self._uses = tuple(uses(agent))

    def first(self, case: Case) -> bytes:
        """The JSON of the first request's `params`; raises BadInput where `check` finds a problem."""
        return self.params(case, self.opening(case))

    def following(self, case: Case, turns: Sequence[Turn]) -> bytes:
        """The JSON of the `params` that continue a conversation: all that was sent and said before, unchanged."""
        messages = self.opening(case)
        for turn in turns:
            messages += _continued(turn)
        return self.params(case, messages)

    def opening(self, case: Case) -> list[Any]:
        """The messages a conversation starts with: few-shot, then those of the case or the filled template."""
        if case.messages is not None:
            return [*self._few_shot, *map(_plain, case.messages)]
        values = _values(case)
        try:
            return self._few_shot + [{"role": role, "content": fill(values)} for role, fill in self._messages]
        except AbsentError:
            raise BadInput(tuple(self.check(case))) from None

    def params(self, case: Case, messages: list[Any]) -> bytes:
        """The JSON of a request that continues `messages`: no spaces, its own keys sorted, all inside as written."""
        values = _values(case)
        try:
            filled = {key: fill(values) for key, fill in self._filled}
        except AbsentError:
            raise BadInput(tuple(self.check(case))) from None
        return _encode(dict(sorted({**self._fixed, **filled, "messages": messages}.items())))

    def check(self, case: Case) -> list[Problem]:
        """Everything that keeps this case from being sent; the caller adds where the case is written."""
        problems = [self._unfilled(field, absent, case) for field, absent in self._absent(case)]
        if "input" in case.vars:
            hint = "rename the variable; {{input}} is the case's own input"
            problems.append(self._problem("vars.input", case, "a variable cannot be called input", hint=hint))
        return problems or list(self._empty(case))

    def _compile(self, key: str, value: Any) -> None:
        if key in ("system", "tools") and next(placeholders(value), None) is not None:
            self._filled.append((key, content_filler(value) if key == "system" else value_filler(value)))
            return
        sent = content_filler(value)({}) if key == "system" else value_filler(value)({}) if key == "tools" else value
        self._fixed[key] = msgspec.Raw(_encode(sent))

    def _absent(self, case: Case) -> Iterator[tuple[str, AbsentError]]:
        values = _values(case)
        for field, placeholder in self._uses:
            if case.messages is not None and field.startswith("messages"):
                continue
            try:
                look_up(placeholder, values)
            except AbsentError as absent:
                yield field, absent

    def _unfilled(self, field: str, absent: AbsentError, case: Case) -> Problem:
        known = absent.known()
        hint = did_you_mean(str(absent.placeholder), known) or _giving(absent.placeholder)
        message = f"{absent.placeholder} names nothing in this case"
        return self._problem(field, case, message, ", ".join(known[:10]), hint)

    def _empty(self, case: Case) -> Iterator[Problem]:
        """What the API refuses: no message, or a message without content."""
        messages = [message for message in self.opening(case) if isinstance(message, dict)]
        if not messages and not self._few_shot:
            yield self._problem("messages", case, "there is no message to send")
        for index, message in enumerate(messages):
            content = message["content"]
            if not (content.strip() if isinstance(content, str) else content):
                field = f"messages[{index}].content"
                yield self._problem(field, case, "is empty once filled", hint="give the case an input")
        yield from self._not_tools(case)

    def _not_tools(self, case: Case) -> Iterator[Problem]:
        values = _values(case)
        for tools in (fill(values) for key, fill in self._filled if key == "tools"):
            if not (isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)):
                yield self._problem("tools", case, f"must be a list of tools once filled; found {found(tools)}")

    def _problem(self, field: str, case: Case, message: str, allowed: str = "", hint: str = "") -> Problem:
        return Problem(self._file, 0, field, f"case {case.id}: {message}", "", allowed, hint)


def _continued(turn: Turn) -> Iterator[Any]:
    """The assistant's message byte by byte as it came, and what it was told next; the API takes no empty content."""
    content = _content(turn.reply.body)
    if bytes(content).strip(b" []\n\r\t"):
        yield {"role": "assistant", "content": content}
    message = message_of(turn.reply)
    following = None if isinstance(message, Unreadable) else next_message(turn, calls_of(message))
    if following is not None:
        yield msgspec.Raw(_written(following))


def _written(message: Any) -> bytes:
    """As JSON; a lone surrogate, which would have the provider refuse the whole batch, becomes a question mark."""
    try:
        return _encode(message)
    except UnicodeEncodeError:
        return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def _content(body: bytes) -> msgspec.Raw:
    try:
        return _message.decode(body).content
    except (msgspec.MsgspecError, UnicodeDecodeError):  # an escaped lone surrogate: only the standard library reads it
        return msgspec.Raw(_written(json.loads(body)["content"]))


def _values(case: Case) -> Values:
    return {**case.vars, "input": case.input} if case.input is not None else case.vars


def _plain(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": message.content}


def _giving(placeholder: Placeholder) -> str:
    """What a case writes to give a variable a value."""
    return f"give the case vars: {{{placeholder.path[0]}: …}}" if placeholder.path[0] != "input" else ""


def uses(agent: Agent) -> Iterator[tuple[str, Placeholder]]:
    """The placeholders of an agent, each with the field that it stands in."""
    """Each field of the agent with each placeholder in it, once."""
    fields: dict[str, Any] = {"system": agent.system, "tools": agent.tools}
    fields |= {f"messages[{index}].content": message.content for index, message in enumerate(agent.messages)}
    for field, value in fields.items():
        yield from ((field, placeholder) for placeholder in dict.fromkeys(placeholders(value)))
