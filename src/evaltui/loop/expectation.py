"""Owns what a person may write as the gold of a new case: the parts that scorers read, and how to fill them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.errors import Refused
from evaltui.domain.text import shown
from evaltui.files.jsontext import strict
from evaltui.loop.draft import Draft
from evaltui.loop.draft_edit import expect
from evaltui.plugins import Built
from evaltui.scores.run import is_judge

_WHAT = {
    "exact": "the answer", "normalized": "the answer", "one_of": "a list of answers that are right",
    "contains": "phrases that must occur", "excludes": "phrases that must not occur", "regex": "a pattern",
    "label": "the label", "fields": "the fields", "json_schema": "a schema", "tool_choice": "calls of the first reply",
    "trajectory": "the tool calls: names, or {name, arguments}", "forbidden_tools": "tools that must not be called",
    "turn_budget": "the most turns", "call_budget": "the most calls", "token_budget": "the most tokens",
    "order": "{tool: tool that must come first}", "final_state": "checks {tool, path, equals}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of `expected` that a scorer reads: its dotted `path`, "" for the whole, and in words what stands there."""

    path: str
    scorer: str
    kind: str
    words: str


def slots(scorers: Sequence[Built]) -> tuple[Slot, ...]:
    """What may be written, in the order of the scorers; a path that several read comes once for each."""
    return tuple(_slots(scorers))


def shaped(text: str, scorers: Sequence[Built]) -> Any:
    """What a person typed as a value of `expected`: JSON where it starts as JSON does, else a text.

    A text for the only part that takes one goes there: `refund` is `{route: refund}` where only a route is read.
    """
    if text.lstrip().startswith(("{", "[", '"')):
        try:
            return strict(text)
        except ValueError as error:
            raise Refused(f"what is expected starts as JSON and is none: {error}; found {shown(text)}") from error
    paths = [slot.path for slot in slots(scorers) if slot.kind in ("label", "exact", "normalized", "contains", "regex")]
    first = min(paths, key=len, default="")
    if not first or len(set(paths)) > 1:
        return text
    return _set({}, first, text)


def must_not(draft: Draft, phrases: Sequence[str]) -> Draft:
    """Phrases that the reply must not hold, beside what is expected already."""
    return _listed(draft, "excludes", phrases)


def forbid(draft: Draft, tools: Sequence[str]) -> Draft:
    """Tools that must not be called."""
    return _listed(draft, "forbidden_tools", tools)


def expect_calls(draft: Draft, calls: Sequence[Any]) -> Draft:
    """The tool calls that are right: names, or mappings of `name` and `arguments`; none at all is right, too."""
    slot = _slot(draft, "trajectory", "tool_choice")
    long = slot.kind == "tool_choice"
    written = [{"name": call} if long and isinstance(call, str) else call for call in calls]
    return expect(draft, _set(draft.case.get("expected"), slot.path, written))


def _listed(draft: Draft, kind: str, values: Sequence[str]) -> Draft:
    slot = _slot(draft, kind)
    expected = draft.case.get("expected")
    held = _get(expected, slot.path)
    before = [held] if isinstance(held, str) else held if isinstance(held, list) else []
    return expect(draft, _set(expected, slot.path, [*before, *values]))


def _slot(draft: Draft, *kinds: str) -> Slot:
    known = slots(draft.target.scorers)
    found = next((slot for slot in known if slot.kind in kinds), None)
    if found is None:
        have = ", ".join(dict.fromkeys(slot.kind for slot in known)) or "none"
        raise Refused(
            f"no scorer of {draft.target.name} is {' or '.join(kinds)}; it has {have}: add one to evalset.yaml"
        )
    return found


def _slots(scorers: Sequence[Built]) -> Iterator[Slot]:
    for spec, scorer in scorers:
        if not is_judge(scorer) and spec.kind != "recorded" and hasattr(scorer, "expected"):
            expected, of = getattr(scorer, "expected", None), getattr(scorer, "of", "")
            path = of if expected is None else expected
            fields = getattr(scorer, "fields", ()) if spec.kind == "fields" else ()
            words = _WHAT.get(spec.kind, "its gold") + (f": {', '.join(fields)}" if fields else "")
            yield Slot(str(path), spec.name, spec.kind, words)


def _get(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _set(value: Any, path: str, new: Any) -> Any:
    if not path:
        return new
    head, _, rest = path.partition(".")
    held = value if isinstance(value, dict) else {}
    return {**held, head: _set(held.get(head), rest, new)}
