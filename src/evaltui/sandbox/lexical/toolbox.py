"""Owns tool use: which declared tool to call next, with which arguments, and what to say once the results are there.

A tool is wanted when the prompt names it in a sentence without a condition, or with one that holds; when the prompt
names none, the tool whose name and description are closest to the message. "x before y", "first x" and "x, then y" set
the order. A tool is called once; required arguments come from the message, earlier turns and earlier results, and a
missing one is asked for instead of invented.
"""

import json
import re
from collections.abc import Iterable
from itertools import permutations
from typing import Any

from evaltui.sandbox.lexical.match import Matcher, Option
from evaltui.sandbox.lexical.request import Call
from evaltui.sandbox.lexical.rules import condition
from evaltui.sandbox.lexical.shape import Key, schema_key
from evaltui.sandbox.lexical.values import reader

CLOSE = 0.05
_IF = re.compile(r"^(?:if|when|whenever|for) (.+?)(?:,| then\b)|\b(?:if|when|whenever|for|to) ([^,.]+)", re.I)
_NEVER = re.compile(r"\b(?:never|do not|don't|must not)\b", re.I)

Tool = dict[str, Any]


def wanted(tools: list[Tool], said: Iterable[str], message: str, forced: dict[str, Any]) -> list[Tool]:
    """The tools to call for a message, in order; `forced` is the request's `tool_choice`."""
    named = {str(tool.get("name")): tool for tool in tools}
    if forced.get("type") == "tool":
        return [tool for name, tool in named.items() if name == forced.get("name")]
    lines = list(said)
    mentions = {name: [line for line in lines if name in line] for name in named}
    told = [name for name, found in mentions.items() if any(_applies(line, tuple(named), message) for line in found)]
    close = [] if any(mentions.values()) and forced.get("type") != "any" else _closest(tools, message, forced)
    return [named[name] for name in _ordered(told or close, lines)]


def _applies(line: str, names: tuple[str, ...], message: str) -> bool:
    if _NEVER.search(line.partition(" before ")[0]):
        return False
    clause = _IF.search(_without(line.partition(" before ")[0], names))
    read = condition(clause[1] or clause[2]) if clause else None
    return read is None or not (read.bags or read.phrases) or read.holds(message)


def _without(line: str, names: tuple[str, ...]) -> str:
    return re.sub("|".join(rf"`?{re.escape(name)}`?" for name in names), "it", line).strip()


def _closest(tools: list[Tool], message: str, forced: dict[str, Any]) -> list[str]:
    offered = tuple(Option(str(tool.get("name")), str(tool.get("description", ""))) for tool in tools)
    scores = Matcher(offered).scores(message)
    best = max(scores, key=scores.__getitem__)
    return [best] if scores[best] >= CLOSE or forced.get("type") == "any" else []


def _ordered(names: list[str], lines: list[str]) -> list[str]:
    """Stable order in which "x before y", "x, then y" and "first x" hold."""
    queue = sorted(names, key=lambda name: not _comes_first(name, lines))
    for early, late in permutations(names, 2):
        if queue.index(early) > queue.index(late) and _precedes(early, late, lines):
            queue.remove(early)
            queue.insert(queue.index(late), early)
    return queue


def _comes_first(name: str, lines: list[str]) -> bool:
    form = re.compile(rf"\bfirst\b[^.]*\b{re.escape(name)}|{re.escape(name)}`? first", re.IGNORECASE)
    return any(form.search(line) for line in lines)


def _precedes(early: str, late: str, lines: list[str]) -> bool:
    one, two = re.escape(early), re.escape(late)
    form = re.compile(
        rf"{one}\b.*\b(?:before|then|followed by)\b.*{two}|\bafter\b.*{one}.*{two}|{two}\b.*\bafter\b.*{one}",
        re.IGNORECASE,
    )
    return any(form.search(line) for line in lines)


def arguments(
    tool: Tool, said: tuple[str, ...], message: str, calls: Iterable[Call]
) -> tuple[dict[str, Any], list[str]]:
    """(arguments, required ones that cannot be filled) of a call."""
    schema = tool.get("input_schema") or {}
    known = _known(calls)
    keys = [schema_key(name, part) for name, part in schema.get("properties", {}).items() if isinstance(part, dict)]
    found = {key.name: _argument(key, said, message, known) for key in keys}
    given = {name: value for name, value in found.items() if value is not None}
    return given, [name for name in schema.get("required", []) if name not in given]


def _argument(key: Key, said: tuple[str, ...], message: str, known: dict[str, Any]) -> Any:
    if key.name in known:
        return known[key.name]
    if re.search(r"reason|query|question|summary|message|text|note", key.name, re.I) and not key.choices:
        return message[:200]
    return reader(key, said)(message, frozenset())


def _known(calls: Iterable[Call]) -> dict[str, Any]:
    """Values of earlier arguments and of JSON results by key."""
    known: dict[str, Any] = {}
    for call in calls:
        known |= {**call.arguments, **_object(call.result)}
    return known


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
