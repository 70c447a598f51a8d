"""Owns the format of gold tool calls: reading it, and whether one argument value fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.scores.normalize.registry import FOLDED
from evaltui.scores.normalize.text import normal_text
from evaltui.scores.paths import kind, same
from evaltui.scores.shown import plain, shown


@dataclass(frozen=True, slots=True)
class GoldCall:
    """`arguments` None: any are permitted."""

    name: str
    arguments: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Mistaken:
    """Gold that is not in the format; a person's mistake, in words."""

    reason: str


def gold_calls(gold: Any) -> list[list[GoldCall]] | Mistaken:
    """The permitted lists of calls, at least one; null permits no call."""
    options = gold["any_of_calls"] if isinstance(gold, dict) and set(gold) == {"any_of_calls"} else [gold or []]
    if not isinstance(options, list) or not options or not all(isinstance(option, list) for option in options):
        return Mistaken(f"expected a list of {{name, arguments}} or {{any_of_calls: [lists]}}; found {shown(gold)}")
    read = [[_call(call) for call in option] for option in options]
    mistakes = [call for option in read for call in option if isinstance(call, Mistaken)]
    return mistakes[0] if mistakes else [[call for call in option if isinstance(call, GoldCall)] for option in read]


def mismatch(gold: Any, got: Any, path: str, *, exact: bool) -> str:
    """Why `got` does not fit the gold value at `path`, or "" when it does."""
    if is_matcher(gold):
        return _none_of(gold["any_of"], got, path, exact=exact)
    if isinstance(gold, dict) and isinstance(got, dict):
        return next(argument_problems(gold, got, path, exact=exact), "")
    if isinstance(gold, list) and isinstance(got, list) and len(gold) == len(got):
        problems = (mismatch(left, got[at], f"{path}[{at}]", exact=exact) for at, left in enumerate(gold))
        return next(filter(None, problems), "")
    if _same(gold, got, exact=exact):
        return ""
    return f"{plain(path)}: {_wrong_type([gold], got) or f'expected {shown(gold)}, got {shown(got)}'}"


def argument_problems(gold: dict[str, Any], got: dict[str, Any], path: str, *, exact: bool) -> Iterator[str]:
    """A sentence for each argument that is missing, wrong or unknown."""
    for key, value in gold.items():
        if key in got:
            yield from filter(None, [mismatch(value, got[key], f"{path}.{key}", exact=exact)])
        elif not is_optional(value):
            yield f"{plain(f'{path}.{key}')}: missing argument"
    yield from (f"{plain(f'{path}.{key}')}: unknown argument" for key in got if key not in gold)


def is_matcher(value: Any) -> bool:
    """Whether a gold value is `{any_of: …}` rather than a value."""
    return isinstance(value, dict) and "any_of" in value and set(value) <= {"any_of", "optional"}


def is_optional(value: Any) -> bool:
    """Whether the argument may be left out."""
    return is_matcher(value) and value.get("optional") is True


def _call(call: Any) -> GoldCall | Mistaken:
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return Mistaken(f"a call needs a name; found {shown(call)}")
    unknown = set(call) - {"name", "arguments"}
    if unknown:
        return Mistaken(f"a call has name and arguments; {plain(call['name'])} also has {shown(sorted(unknown)[0])}")
    arguments = call.get("arguments")
    if "arguments" in call and not isinstance(arguments, dict):
        return Mistaken(f"arguments of {plain(call['name'])} must be an object; found {shown(arguments)}")
    problem = _matcher_problem(arguments)
    return Mistaken(f"{plain(call['name'])}: {problem}") if problem else GoldCall(call["name"], arguments)


def _matcher_problem(value: Any) -> str:
    if is_matcher(value):
        options, optional = value["any_of"], value.get("optional", False)
        if not isinstance(options, list) or not isinstance(optional, bool) or not (options or optional):
            return f"any_of must be a list that is not empty, optional true or false; found {shown(value)}"
        return next(filter(None, map(_matcher_problem, options)), "")
    if isinstance(value, dict | list):
        children = value.values() if isinstance(value, dict) else value
        return next(filter(None, map(_matcher_problem, children)), "")
    return ""


def _none_of(options: list[Any], got: Any, path: str, *, exact: bool) -> str:
    if len(options) == 1:
        return mismatch(options[0], got, path, exact=exact)
    if any(not mismatch(option, got, path, exact=exact) for option in options):
        return ""
    if not options:
        return f"{plain(path)}: must be left out, got {shown(got)}"
    return f"{plain(path)}: {_wrong_type(options, got) or f'expected one of {shown(options)}, got {shown(got)}'}"


def _wrong_type(options: list[Any], got: Any) -> str:
    kinds = list(dict.fromkeys(kind(option) for option in options if not is_matcher(option)))
    if not kinds or kind(got) in kinds:
        return ""
    return f"wrong type: expected {' or '.join(kinds)}, got {kind(got)} {shown(got)}"


def _same(gold: Any, got: Any, *, exact: bool) -> bool:
    if exact or not isinstance(gold, str) or not isinstance(got, str):
        return same(gold, got)
    return normal_text(gold, FOLDED) == normal_text(got, FOLDED)
