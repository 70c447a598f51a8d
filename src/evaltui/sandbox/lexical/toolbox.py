"""Owns tool use: which declared tool to call next, with which arguments, and what to say once the results are there.

What to call when stands in the prompt (see `procedure`); when it names no tool, the one whose name and description are
closest to the message. Required arguments come from the message, earlier turns and earlier results, and a missing one
is asked for instead of invented. A message or a result that names a tool is obeyed, unless the prompt says that those
are no instructions.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.lexical.agenda import Due, due, reply
from evaltui.sandbox.lexical.identifiers import identifiers, pattern
from evaltui.sandbox.lexical.injection import commanded, resists_results
from evaltui.sandbox.lexical.known import Known
from evaltui.sandbox.lexical.match import Matcher, Option
from evaltui.sandbox.lexical.procedure import Procedure, procedure
from evaltui.sandbox.lexical.request import Call
from evaltui.sandbox.lexical.shape import Key, schema_key
from evaltui.sandbox.lexical.values import reader

CLOSE = 0.05
_NAMES_THINGS = re.compile(r"(?:^|_)(?:id|no|number|code|reference)$")
_FREE_TEXT = re.compile(r"reason|query|question|summary|message|text|note", re.IGNORECASE)

Tool = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer says: `message` is the last turn, `earlier` those before, `values` those given in tags."""

    message: str
    earlier: str
    values: dict[str, str]
    resists: bool

    @property
    def whole(self) -> str:
        """Everything said, the latest first."""
        return f"{self.message}\n{self.earlier}".strip()


class Toolbox:
    """The tools of one request, in the light of its prompt and of the calls made so far."""

    def __init__(self, tools: list[Tool], said: tuple[str, ...], told: Told, calls: Iterable[Call]) -> None:
        self._tools = {str(tool.get("name")): tool for tool in tools}
        self._said, self._told = said, told
        self._rules: Procedure = procedure(said, tuple(self._tools))
        self._calls = [call for call in calls if not self._stale(call)]
        self._known = _known(self._calls, told)

    def next_call(self, forced: dict[str, Any]) -> tuple[str, dict[str, Any]] | str:
        """(tool, arguments) of the call that is due, a question for what it lacks, or an empty string."""
        chosen = self._ordered_by_others() or self._forced(forced) or self._due(forced)
        if chosen is None:
            return ""
        given, missing = self._arguments(self._tools[chosen.tool], chosen)
        if missing and forced.get("type") not in {"any", "tool"}:
            return self.reply() or question(missing)
        return chosen.tool, given

    def reply(self) -> str:
        """The words that the prompt wants said now, else what the calls gave; empty when there is neither."""
        return reply(self._rules, self._known) or conclusion(self._calls)

    def _due(self, forced: dict[str, Any]) -> Due | None:
        if forced.get("type") == "tool":
            return None
        if self._rules.names_tools and forced.get("type") != "any":
            return due(self._rules, self._known, self._calls)
        return None if self._known.failed else self._closest(forced)

    def _forced(self, forced: dict[str, Any]) -> Due | None:
        name = forced.get("name") if forced.get("type") == "tool" else None
        return Due(name) if name in self._tools and not self._made(str(name)) else None

    def _closest(self, forced: dict[str, Any]) -> Due | None:
        offered = tuple(Option(name, str(tool.get("description", ""))) for name, tool in self._tools.items())
        scores = Matcher(offered).scores(self._told.message)
        best = max(scores, key=scores.__getitem__)
        near = scores[best] >= CLOSE or forced.get("type") == "any"
        return Due(best) if near and not self._made(best) else None

    def _ordered_by_others(self) -> Due | None:
        """A tool that the message or a result orders, where the prompt does not guard against that."""
        texts = [] if self._told.resists else [self._told.whole]
        texts += [] if resists_results(self._said) else [call.result or "" for call in self._calls]
        named = next((name for text in texts if (name := commanded(text, tuple(self._tools)))), "")
        return Due(named) if named and not self._made(named) else None

    def _made(self, name: str) -> bool:
        return any(call.name == name for call in self._calls)

    def _stale(self, call: Call) -> bool:
        """Whether the customer has since named another order than the call's, or the call failed before they spoke."""
        if not call.later:
            return False
        named = {key: self._named(key, call) for key in call.arguments if _NAMES_THINGS.search(key)}
        return call.failed or any(values and call.arguments[key] not in values for key, values in named.items())

    def _named(self, key: str, call: Call) -> list[str]:
        part = _properties(self._tools.get(call.name, {})).get(key, {})
        shown = pattern(key, str(part.get("description", "")), self._said)
        return [value for _, value in identifiers(call.later, shown)] if shown else []

    def _arguments(self, tool: Tool, chosen: Due) -> tuple[dict[str, Any], list[str]]:
        """(arguments, required ones that cannot be filled)."""
        keys = [schema_key(name, part) for name, part in _properties(tool).items()]
        found = {key.name: chosen.given.get(key.name, self._argument(key)) for key in keys}
        given = {name: value for name, value in found.items() if value is not None}
        return given, [name for name in (tool.get("input_schema") or {}).get("required", []) if name not in given]

    def _argument(self, key: Key) -> Any:
        known = self._known.values.get(key.name)
        if known is not None and (not key.choices or known in key.choices):
            return known
        if _FREE_TEXT.search(key.name) and not key.choices:
            return self._told.whole[:200]
        return reader(key, self._said)(self._told.whole, frozenset())


def _properties(tool: Tool) -> dict[str, dict[str, Any]]:
    parts = (tool.get("input_schema") or {}).get("properties", {})
    return {name: part for name, part in parts.items() if isinstance(part, dict)}


def _known(calls: list[Call], told: Told) -> Known:
    """Values of tags, of earlier arguments and of JSON results; tools by how their last call ended."""
    values: dict[str, Any] = dict(told.values)
    for call in calls:
        values |= {**call.arguments, **_object(call.result)}
    ended = {call.name: call.failed for call in calls}
    done = frozenset(name for name, failed in ended.items() if not failed)
    return Known(values, told.whole, done, frozenset(ended) - done)


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except ValueError:
        return {}
    items = value.items() if isinstance(value, dict) else ()
    return {name: one for name, one in items if isinstance(one, str | int | float)}


def question(missing: list[str]) -> str:
    """Ask for arguments the message does not give."""
    return f"Could you please tell us: {', '.join(name.replace('_', ' ') for name in missing)}?"


def conclusion(calls: Iterable[Call]) -> str:
    """A short final answer that cites each result."""
    return " ".join(_cited(call) for call in calls if call.result is not None)


def _cited(call: Call) -> str:
    told = _object(call.result)
    listed = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in told.items())
    text = listed or (call.result or "").strip()
    if call.failed:
        return f"Sorry, {call.name.replace('_', ' ')} did not work: {text[:200]}."
    return f"{call.name.replace('_', ' ').capitalize()} says {text[:300]}."
