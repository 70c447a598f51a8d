"""Owns whether the arguments of one call are those of a gold call, compared as the scorer says."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from evaltui.domain.trajectory import Step
from evaltui.scores.comparisons import compare_field, comparison_problems
from evaltui.scores.gold_calls import GoldCall, argument_problems, is_matcher, is_optional
from evaltui.scores.jsontext import too_deep
from evaltui.scores.paths import ABSENT
from evaltui.scores.shown import plain, shown

Arguments = Literal["exact", "subset", "ignore"] | dict[str, str]
"""How all arguments are compared, or some of them: argument, or TOOL.ARGUMENT, to a comparison or `ignore`."""


def arguments_problems(how: Arguments) -> list[str]:
    """What is wrong with the names of the comparisons, in sentences."""
    named = how.items() if isinstance(how, dict) else ()
    wrong = ((name, comparison_problems(each)) for name, each in named if each != "ignore")
    return [f"arguments: {plain(name)}: {problem}" for name, problems in wrong for problem in problems]


def call_problems(want: GoldCall, call: Step, how: Arguments) -> list[str]:
    """Why a call is not the wanted one; empty when it is."""
    if call.tool != want.name:
        return [f"expected {plain(want.name)}, got {plain(str(call.tool))}"]
    if want.arguments is None or how == "ignore":
        return []
    if not isinstance(call.arguments, dict) or too_deep(call.arguments):
        return [f"{plain(want.name)}: expected an object of arguments, got {shown(call.arguments)}"]
    return list(_problems(want.name, want.arguments, call.arguments, how))


def _problems(name: str, gold: dict[str, Any], got: dict[str, Any], how: Arguments) -> Iterator[str]:
    """`subset` leaves arguments that the gold does not name to the agent; the values themselves are compared whole."""
    named = _named(name, {**gold, **got}, how) if isinstance(how, dict) else {}
    rest = {key: value for key, value in gold.items() if key not in named}
    counted = rest if how == "subset" else got
    yield from argument_problems(
        rest, {key: got[key] for key in counted if key in got and key not in named}, name, exact=True
    )
    for key, each in named.items():
        problem = _compared(each, gold.get(key, ABSENT), got.get(key, ABSENT))
        yield from [f"{plain(f'{name}.{key}')}: {problem}"] if problem else []


def _named(tool: str, keys: Mapping[str, Any], how: Mapping[str, str]) -> dict[str, str]:
    """The comparison of each argument that has one of its own; TOOL.ARGUMENT wins over ARGUMENT."""
    found = {key: how.get(f"{tool}.{key}", how.get(key)) for key in keys}
    return {key: each for key, each in found.items() if each is not None}


def _compared(how: str, gold: Any, got: Any) -> str:
    if how == "ignore" or (got is ABSENT and is_optional(gold)):
        return ""
    if gold is ABSENT:
        return "unknown argument"
    if got is ABSENT:
        return "missing argument"
    options = gold["any_of"] if is_matcher(gold) else [gold]
    verdicts = [compare_field(how, option, got) for option in options]
    if any(verdict.passed for verdict in verdicts):
        return ""
    return verdicts[0].reason if len(verdicts) == 1 else f"expected one of {shown(options)}, got {shown(got)}"
