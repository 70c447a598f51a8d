"""Owns how the calls of a trace become one conversation: history sent again counts once, results find their calls."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.problem import Problem
from evaltui.domain.tool import Block
from evaltui.logs.report import warning

_Key = tuple[str, ...]


@dataclass(slots=True)
class _Call:
    """One call of a tool; `result` is the message that answers it."""

    id: str
    name: str
    arguments: str
    result: Block | None = None


@dataclass(slots=True)
class Talk:
    """`told` counts the replies that the first request sent along; `turns` counts all."""

    messages: list[Block] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    turns: int = 0
    told: int = 0
    _known: Counter[_Key] = field(default_factory=Counter)
    _same: dict[_Key, list[_Call]] = field(default_factory=dict)
    _waiting: dict[_Key, deque[_Call]] = field(default_factory=dict)
    _answered: dict[tuple[str, str], _Call] = field(default_factory=dict)
    _count: int = 0
    _open: Block | None = None
    _last: Block | None = None

    def hear(self, asked: Sequence[Block]) -> None:
        """What a request sent: only what no earlier one sent, and no reply said, is new."""
        heard, results = Counter[_Key](), Counter[_Key]()
        begins = not self.turns
        for message in asked:
            if message["role"] in ("system", "developer"):
                self.instruct(message["content"])
            elif message["role"] == "tool":
                self._hear_result(message, results)
            else:
                keys = _keys(message)
                if not all(self._known[key] > heard[key] for key in keys):
                    self._say(message)
                heard.update(keys)
        self.told = self.turns if begins else self.told

    def instruct(self, system: Any) -> None:
        """A system prompt."""
        if isinstance(system, str) and system.strip() and system not in self.systems:
            self.systems.append(system)

    def reply(self, message: Block | None, beside: Block, completes: bool = False) -> None:
        """What a model replied; None where the trace does not tell, and the next request may.

        `completes`: it may be the reply that was not told when it was made.
        """
        if message is not None and self._open is not None and completes:
            self._fill(message, beside)
            return
        self._add_reply((message or {"role": "assistant", "content": []}) | beside)
        self._open = self.messages[-1] if message is None else None

    def complete(self, message: Block) -> None:
        """The last reply, where nothing told it yet."""
        if self._open is not None:
            self._fill(message, {})

    def result(self, message: Block, arguments: Any) -> None:
        """What the span of a tool tells; a call that only it tells of is added to the reply before."""
        named, name = message.get("tool_call_id", ""), message.get("name", "")
        call = self._of_id(named) or self._next(("name", name, digest(arguments))) or self._next(("name", name))
        if call is None:
            call = self._answered.get((name, message["content"])) or self._add_call(named, name, arguments)
        self._answer(call, message)

    def _hear_result(self, message: Block, results: Counter[_Key]) -> None:
        named, name = message.get("tool_call_id", ""), message.get("name", "")
        key = ("id", named) if named else ("name", name)  # without both: the calls in their order
        same = self._same.get(key, [])
        place, results[key] = results[key], results[key] + 1
        call = same[place] if place < len(same) else None
        if call is None or (call.result and call.result["content"] not in ("", "{}", message["content"])):
            call = self._next(key) or call
        if call is not None:
            self._answer(call, message)
        elif not self._known[("tool", message["content"])]:
            self._known[("tool", message["content"])] += 1
            self.messages.append(message)

    def _say(self, message: Block) -> None:
        if message["role"] != "assistant":
            self.messages.append(message)
            self._known.update(_keys(message))
        elif self._open is not None:
            self._fill(message, {})
        else:
            self._add_reply(message)

    def _fill(self, message: Block, beside: Block) -> None:
        """The reply that was not told when it was made."""
        empty, self._open = self._open, None
        if empty is not None:
            content = self._with_attached(self._identified(message["content"]), empty["content"])
            empty |= message | {key: value for key, value in beside.items() if key not in empty or value}
            empty["content"] = content
            self._known.update(_keys(message))

    def _with_attached(self, content: list[Block], attached: list[Block]) -> list[Block]:
        """Calls that only the spans of tools told of so far are the calls of this content, where it tells of them."""
        left = list(attached)
        for place, block in enumerate(content):
            if block.get("type") == "tool_use":
                twin = next((each for each in left if each["name"] == block["name"]), None)
                if twin is None:
                    self._keep(_Call(block["id"], block["name"], digest(block["input"])))
                    continue
                left.remove(twin)
                self._same.setdefault(("id", block["id"]), []).extend(self._same[("id", twin["id"])])
                content[place] = block | {"id": twin["id"]}
        return content + left

    def _add_reply(self, message: Block) -> Block:
        self.turns += 1
        self._last = message | {"content": self._identified(message["content"])}
        self.messages.append(self._last)
        self._known.update(_keys(message))
        self._take_calls(self._last)
        return self._last

    def _identified(self, content: list[Block]) -> list[Block]:
        """Every call has an id, by which results find it."""
        free = self._count
        return [
            block | {"id": block.get("id") or f"call {free + place + 1}"} if block.get("type") == "tool_use" else block
            for place, block in enumerate(content)
        ]

    def _take_calls(self, message: Block) -> None:
        for block in self._identified(message["content"]):
            if block.get("type") == "tool_use":
                self._keep(_Call(block["id"], block["name"], digest(block["input"])))

    def _keep(self, call: _Call) -> _Call:
        self._count += 1
        keys: list[_Key] = [("id", call.id), ("name", call.name), ("name", "")]
        for key in keys:
            self._same.setdefault(key, []).append(call)
        for key in (*keys, ("name", call.name, call.arguments)):
            self._waiting.setdefault(key, deque()).append(call)
        return call

    def _next(self, key: _Key) -> _Call | None:
        """The oldest that waits; those that were answered under another key are dropped on the way."""
        waiting = self._waiting.get(key)
        while waiting and waiting[0].result is not None:
            waiting.popleft()
        return waiting[0] if waiting else None

    def _of_id(self, named: str) -> _Call | None:
        same = self._same.get(("id", named), [])
        return self._next(("id", named)) or (same[-1] if same else None)

    def _add_call(self, named: str, name: str, arguments: Any) -> _Call:
        last = self._last or self._add_reply({"role": "assistant", "content": []})
        block = {"type": "tool_use", "id": named or f"call {self._count + 1}", "name": name, "input": arguments}
        last["content"].append(block)
        self.notes.append(warning("tool", "no reply tells of this call: it stands with the reply before it", name))
        return self._keep(_Call(block["id"], name, digest(arguments)))

    def _answer(self, call: _Call, message: Block) -> None:
        """The first result stands; a later one may tell that it was an error, or what it was where it is empty."""
        if call.result is None:
            call.result = message | {"tool_call_id": call.id}
            self.messages.append(call.result)
            if message["content"]:
                self._answered[(call.name, message["content"])] = call
            return
        call.result["is_error"] = call.result["is_error"] or message["is_error"]
        if call.result["content"] in ("", "{}"):
            call.result["content"] = message["content"]


def _keys(message: Block) -> list[_Key]:
    """The same for a message that is sent again, whichever client wrote it down; a key for each call where it calls."""
    content = message["content"]
    if isinstance(content, str):
        return [(message["role"], " ".join(content.split()))]
    calls = [digest([block["name"], block["input"]]) for block in content if block.get("type") == "tool_use"]
    if calls:
        return [("call", call) for call in calls]
    said = "\n".join(str(block.get("text")) for block in content if block.get("type") == "text")
    others = [digest(block) for block in content if block.get("type") not in ("text", "thinking")]
    return [(message["role"], " ".join(said.split()), *others)]
