"""Owns replay: tool calls answered with the results kept in the case, and what a call that was never recorded gets."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from evaltui.domain.base import canonical
from evaltui.domain.case import Case, RecordedCall
from evaltui.domain.text import did_you_mean, found, shown
from evaltui.domain.tool import CaseFailed, ToolCall, ToolResult, content_of

Miss = Literal["error", "fail"]
Match = Literal["arguments", "name"]
_SHOWN = 400  # characters of arguments in a sentence


class Replay:
    """Keeps nothing between calls: which recording a call gets follows from the conversation alone.

    So trials never take each other's results, and a resumed run goes on where it was. `miss` says what a call without
    a recording gets: an error result for the model, or the end of the case. `match: name` disregards arguments.
    """

    effects = False

    def __init__(self, _folder: Path, *, miss: Miss = "error", match: Match = "arguments") -> None:
        self._miss = miss
        self._by_name = match == "name"

    def answer(self, call: ToolCall, case: Case, earlier: Sequence[ToolCall]) -> ToolResult | CaseFailed:
        """The n-th call of a kind gets its n-th recording, later ones the last."""
        try:
            return self._answer(call, case, earlier)
        except RecursionError:
            return ToolResult("the arguments are nested too deep", is_error=True)

    def tools(self) -> None:
        """It offers none."""

    def close(self) -> None:
        """Nothing was started."""

    def _answer(self, call: ToolCall, case: Case, earlier: Sequence[ToolCall]) -> ToolResult | CaseFailed:
        wanted = self._key(call)
        recorded = [each for each in case.tools if self._key(each) == wanted]
        if not recorded:
            return self._missed(call, case)
        before = sum(self._key(each) == wanted for each in earlier)
        chosen = recorded[min(before, len(recorded) - 1)]
        return ToolResult(content_of(chosen.result), chosen.error)

    def _key(self, call: ToolCall | RecordedCall) -> tuple[str, bytes]:
        return call.name, b"" if self._by_name else _canonical(call.arguments)

    def _missed(self, call: ToolCall, case: Case) -> ToolResult | CaseFailed:
        words = _nothing_recorded(call, case)
        return CaseFailed(words) if self._miss == "fail" else ToolResult(words, is_error=True)


def _nothing_recorded(call: ToolCall, case: Case) -> str:
    name = shown(call.name)
    same = [each for each in case.tools if each.name == call.name]
    if same:
        nearest = max(same, key=lambda each: _likeness(each, call))
        asked, known = found(call.arguments, _SHOWN), found(nearest.arguments, _SHOWN)
        return f"no result is recorded for {name} with {asked}; the nearest recorded arguments are {known}"
    names = list(dict.fromkeys(each.name for each in case.tools))
    known = f"recorded tools: {', '.join(map(shown, names))}" if names else "the case records no tool call"
    hint = did_you_mean(call.name, names)
    return f"no result of {name} is recorded; {known}" + (f"; {hint}" if hint else "")


def _likeness(recorded: RecordedCall, call: ToolCall) -> tuple[int, float]:
    """How many arguments are equal, then how alike the written forms are."""
    given = call.arguments if isinstance(call.arguments, dict) else {}
    equal = sum(
        key in given and _canonical(value) == _canonical(given[key]) for key, value in recorded.arguments.items()
    )
    return equal, SequenceMatcher(None, found(recorded.arguments, _SHOWN), found(given, _SHOWN)).ratio()


def _canonical(arguments: Any) -> bytes:
    """Equal for what JSON holds to be equal: keys in any order, 5 and 5.0, but not 1 and true."""
    return canonical(_whole(arguments))


def _whole(value: Any) -> Any:
    """Floats without a fraction as whole numbers."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
