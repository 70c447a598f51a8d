"""Owns how what a person types for one part of a draft becomes its value: a text, numbers, lists of names, or JSON."""

import json
from collections.abc import Sequence
from typing import Any, Final

from evaltui.agents.turn import uses
from evaltui.domain.errors import Refused
from evaltui.domain.text import shown
from evaltui.loop.draft import Draft
from evaltui.loop.draft_edit import expect
from evaltui.loop.expectation import Slot, slots

LISTS: Final = frozenset({"contains", "excludes", "forbidden_tools", "trajectory", "one_of"})
NUMBERS: Final = frozenset({"turn_budget", "call_budget", "token_budget"})
NONE: Final = "none"
"""What is typed for a list that is right when it is empty."""


def parts(draft: Draft) -> tuple[Slot, ...]:
    """The parts of `expected` that somebody reads, each path once; the whole of it where nobody says what he reads."""
    once = {slot.path: slot for slot in reversed(slots(draft.target.scorers))}
    return tuple(reversed(once.values())) or (Slot("", "", "", "the gold answer"),)


def variables(draft: Draft) -> tuple[str, ...]:
    """What the agent's own texts leave open beside the input: the names that `vars` of the case must give."""
    agent, told = draft.target.agent, "messages" in draft.case
    open_ = uses(agent) if agent else ()
    names = (each.path[0] for at, each in open_ if not (told and at.startswith("messages")))
    return tuple(dict.fromkeys(name for name in names if name != "input"))


def value_of(draft: Draft, slot: Slot) -> Any:
    """What stands there; None where nothing does."""
    value = draft.case.get("expected")
    for step in _steps(slot):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def typed(draft: Draft, slot: Slot) -> str:
    """What stands there as a person would type it again."""
    value = value_of(draft, slot)
    if value is None:
        return ""
    if isinstance(value, list) and slot.kind in LISTS and all(isinstance(each, str) for each in value):
        return ", ".join(value) if value else NONE
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fill(draft: Draft, slot: Slot, text: str) -> Draft:
    """The draft with this typed for a part: nothing takes it away. Raises Refused for what cannot be read."""
    value = _read(slot, text.strip())
    return expect(draft, _put(draft.case.get("expected"), _steps(slot), value))


def _steps(slot: Slot) -> list[str]:
    return slot.path.split(".") if slot.path else []


def _read(slot: Slot, text: str) -> Any:
    if text.startswith(("{", "[", '"')):
        try:
            return json.loads(text)
        except ValueError as error:
            raise Refused(f"it starts as JSON and is none: {error}; found {shown(text)}") from error
    if slot.kind in LISTS and text:
        return [] if text == NONE else [name for each in text.split(",") if (name := each.strip())]
    if slot.kind in NUMBERS and text.isdecimal():
        return int(text)
    return text or None


def _put(held: Any, steps: Sequence[str], value: Any) -> Any:
    """With nothing left in it, nothing."""
    if not steps:
        return value
    inner = dict(held) if isinstance(held, dict) else {}
    new = _put(inner.get(steps[0]), steps[1:], value)
    made = {**inner, steps[0]: new}
    return {name: each for name, each in made.items() if each is not None} or None
