"""Owns what an assertion of promptfoo says in the words of our gold, and which ones a case cannot hold."""

import re
from collections.abc import Callable
from typing import Any

from evaltui.evalsets.foreign.brought import Gold, Place

_KNOWN = ("type", "value", "metric", "weight", "threshold", "provider", "rubricPrompt", "assert")
_TEMPLATE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_ELSE = "write a scorer for it in evalset.yaml"
Values = list[Any]


def take(place: Place, gold: Gold, values: dict[str, Any]) -> None:
    """Adds to the gold what the assertion expects; `values` fill the placeholders in it. What it cannot say is told."""
    written = place.value
    if not isinstance(written, dict) or not isinstance(written.get("type"), str):
        place.left_out("is no assertion that can be taken", value=written)
        return
    if written["type"] == "assert-set":
        _take_set(place, gold, values)
        return
    act = _ACTS.get(written["type"])
    value = _filled(written.get("value"), values)
    why = _unfit(written, value)
    if act is None or why or not act(gold, value):
        place.left_out(why or "an assertion of this type is not taken", _ELSE, written)
        return
    place.unknown(_KNOWN)
    for key in ("weight", "threshold", "provider", "rubricPrompt"):
        if written.get(key) is not None:
            place.inside(key).left_out("is not taken: a case passes when all holds", value=written[key])


def take_shorthand(text: str, place: Place, gold: Gold, values: dict[str, Any]) -> None:
    """`contains: Paris`, as a cell of a table has it; text without a type is the answer."""
    kind, colon, rest = text.partition(":")
    written: dict[str, Any] = {"type": kind.strip(), "value": rest.strip()}
    if colon and kind.strip() in _LISTS:
        written = {"type": kind.strip(), "value": [each.strip() for each in rest.split(",")]}
    if not (colon and re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.strip())):
        written = {"type": "equals", "value": text}
    act, value = _ACTS.get(written["type"]), _filled(written["value"], values)
    if act is None or _unfit(written, value) or not act(gold, value):
        place.left_out("an assertion of this type is not taken", _ELSE, text)


def _take_set(place: Place, gold: Gold, values: dict[str, Any]) -> None:
    if place.value.get("threshold") not in (None, 1):
        place.left_out("of these only some must hold, which a case cannot say", _ELSE, place.value)
        return
    for each in place.items("assert"):
        take(each, gold, values)


def _unfit(written: dict[str, Any], value: Any) -> str:
    if written.get("transform"):
        return "what is compared is made from the output by code"
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, str) and text.startswith("file://") for text in texts):
        return "what is expected stands in another file"
    if any(isinstance(text, str) and "{{" in text for text in texts):
        return "what is expected is a template"
    return ""


def _filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    if not isinstance(value, str):
        return value
    return _TEMPLATE.sub(lambda match: str(values.get(match[1], match[0])), value)


def _phrases(name: str) -> Callable[[Gold, Any], bool]:
    def act(gold: Gold, value: Any) -> bool:
        phrases = [str(each) for each in (value if isinstance(value, list) else [value])]
        if value is None or not all(phrase.strip() for phrase in phrases):
            return False
        gold.add(name, phrases)
        return True

    return act


def _equals(gold: Gold, value: Any) -> bool:
    if "equals" in gold.parts and gold.parts["equals"] != value:
        return False
    gold.parts["equals"] = value
    return True


def _pattern(make: Callable[[Any], str]) -> Callable[[Gold, Any], bool]:
    """All patterns of a case become one, in which each must match somewhere."""

    def act(gold: Gold, value: Any) -> bool:
        if value in (None, "", []):
            return False
        pattern, held = make(value), gold.parts.get("matches")
        both = held if held is None or held.startswith("(?s)(?=") else f"(?s)(?=.*?(?:{held}))"
        gold.parts["matches"] = pattern if both is None else f"{both}(?=.*?(?:{pattern}))"
        return True

    return act


def _any_of(value: Any) -> str:
    return "|".join(re.escape(str(each)) for each in (value if isinstance(value, list) else [value]))


def _json(gold: Gold, value: Any) -> bool:
    if not isinstance(value, dict) and value is not None:
        return False
    gold.parts["schema"] = value or True
    return True


def _rubric(gold: Gold, value: Any) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    gold.rubric.append(value.strip())
    return True


def _reference(gold: Gold, value: Any) -> bool:
    if not isinstance(value, str) or gold.parts.get("reference", value) != value:
        return False
    gold.parts["reference"] = value
    return True


def _calls(gold: Gold, value: Any) -> bool:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        return False
    gold.add("calls", names)
    return True


_ACTS: dict[str, Callable[[Gold, Any], bool]] = {
    "equals": _equals,
    "contains": _phrases("contains"),
    "icontains": _phrases("contains"),
    "contains-all": _phrases("contains"),
    "icontains-all": _phrases("contains"),
    "not-contains": _phrases("excludes"),
    "not-icontains": _phrases("excludes"),
    "not-contains-any": _phrases("excludes"),
    "not-icontains-any": _phrases("excludes"),
    "contains-any": _pattern(_any_of),
    "icontains-any": _pattern(lambda value: f"(?i:{_any_of(value)})"),
    "starts-with": _pattern(lambda value: rf"\A{re.escape(str(value))}"),
    "regex": _pattern(str),
    "is-json": _json,
    "llm-rubric": _rubric,
    "model-graded-closedqa": _rubric,
    "factuality": _reference,
    "model-graded-factuality": _reference,
    "tool-call-f1": _calls,
    "trajectory:tool-used": _calls,
}
_LISTS = frozenset({"contains-all", "icontains-all", "contains-any", "icontains-any", "not-contains-any"})
