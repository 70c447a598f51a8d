"""Owns which tool calls of a conversation still wait for their result, and which of them a result answers."""

from collections import deque
from collections.abc import Iterator

from evaltui.domain.tool import ToolCall, ToolResult
from evaltui.logs.events import Answer

Results = list[ToolResult | None]
_Key = tuple[str, str]
_ANY = ""


class OpenCalls:
    """Results of one turn are in a list, None where a call waits.

    The time to find a call does not grow with the calls that are open: a log may be made to hold nothing else.
    """

    def __init__(self) -> None:
        self._waiting: dict[_Key, list[tuple[Results, deque[int]]]] = {}

    def add(self, calls: tuple[ToolCall, ...], results: Results) -> None:
        """The calls of one turn, with the list that takes their results."""
        for at, call in enumerate(calls):
            for key in _of_call(call):
                turns = self._waiting.setdefault(key, [])
                if not turns or turns[-1][0] is not results:
                    turns.append((results, deque()))
                turns[-1][1].append(at)

    def answer(self, answer: Answer) -> bool:
        """By id first, else in order; among turns the newest, since recorded conversations reuse ids."""
        for key in _of_answer(answer):
            if place := self._newest(key):
                results, at = place
                results[at] = answer.result
                return True
        return False

    def _newest(self, key: _Key) -> tuple[Results, int] | None:
        """Calls that were answered under another key are dropped on the way."""
        turns = self._waiting.get(key, [])
        while turns:
            results, waiting = turns[-1]
            while waiting and results[waiting[0]] is not None:
                waiting.popleft()
            if waiting:
                return results, waiting[0]
            turns.pop()
        return None


def _of_call(call: ToolCall) -> Iterator[_Key]:
    """Every key under which a result may ask for it; one without an id also answers to results with one."""
    yield from (("tool", _ANY), ("tool", call.name))
    if call.id:
        yield ("id", call.id)
    else:
        yield from (("nameless", _ANY), ("nameless", call.name))


def _of_answer(answer: Answer) -> Iterator[_Key]:
    if answer.call_id:
        yield ("id", answer.call_id)
    yield ("nameless" if answer.call_id else "tool", answer.tool or _ANY)
