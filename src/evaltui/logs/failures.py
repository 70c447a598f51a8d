"""Owns what looks like a failure in a logged conversation: the reason, the turn, and which failures are alike."""

import json
import re
from collections.abc import Iterator
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.conversation import message_of, turn_numbers
from evaltui.domain.item import Failure, Item, Reason
from evaltui.domain.tool import Block
from evaltui.domain.trajectory import Step
from evaltui.logs.signature import signature_of, telling_line

REPEATS = 3  # turns with the same call that are a loop; right after it failed, the second already is
PASSING = 0.5  # an evaluation score below it is a failure
_STOPS: dict[str, Reason] = {
    "refusal": "refusal", "max_tokens": "truncated", "model_context_window_exceeded": "truncated",
}  # fmt: skip
_TRACED = {"langfuse", "langsmith", "openinference", "opentelemetry", "jaeger"}
"""Where evaluators say how much there is of what they are named after. Elsewhere 1 is good, whatever a score's name:
it is what passed an assertion or a scorer, or its scale was said."""
_HARM = re.compile(  # evaluations that measure what is bad: there a high score is the failure
    r"hallucinat|toxic|\bbias|harm|profan|insult|jailbreak|leak|violat|unsafe|\bpii\b|(?:error|failure)[ _-]?rate",
    re.IGNORECASE,
)
_NO_HARM = re.compile(r"free\b|less|\b(?:no|non|not|absence)[ _-]|safety", re.IGNORECASE)
_MARKS: dict[str, Reason] = {"error": "error", "interrupted": "interrupted"}
_CORRECTION = re.compile(
    r"\W*(?:no+(?!\s+(?:problem|worries|thanks|thank|need|rush|more|one|idea))(?:[,.!:;]|\s+(?:i|it|that|this|you|not|the)\b)"
    r"|nope\b|wrong\b|(?:that|this|it)(?:'s| is|’s) (?:not (?:right|what|correct|true|it\b)|wrong|incorrect)"
    r"|not what i\b|i (?:said|meant|told you|did(?:n['’]t| not) (?:ask|say|want|mean))\b"
    r"|you (?:forgot|missed|misunderstood|did(?:n['’]t| not)|should(?:n['’]t| not) have)\b"
    r"|(?:undo|revert) (?:that|this|it)\b|try again\b|still (?:not|broken|fail\w*|wrong|does(?:n['’]t| not))\b"
    r"|(?:it|this|that) (?:still )?(?:does(?:n['’]t| not)|did(?:n['’]t| not)) work\b)",
    re.IGNORECASE,
)


def failures_of(item: Item) -> tuple[Failure, ...]:
    """All that look like one, turn by turn; corrections are known by English words at the start of what a user says."""
    found = [each for find in _FINDERS for each in find(item)]
    return tuple(sorted(found, key=lambda failure: failure.turn))


def _errors(item: Item) -> Iterator[Failure]:
    if item.error:
        words = f"{item.error.kind}: {item.error.message}"
        yield _failure("error", _last(item), words, item.error.kind, item.error.message, event=[item.id])


def _stops(item: Item) -> Iterator[Failure]:
    reason = _STOPS.get(item.stop_reason or "")
    if reason:
        category = item.trajectory.refusal or ""
        words = f"{item.stop_reason or reason}: {category}" if category else str(item.stop_reason or reason)
        yield _failure(reason, _last(item), words, words, event=[item.id])


def _tools(item: Item) -> Iterator[Failure]:
    declined = {mark.words for mark in item.marks if mark.kind == "declined"}
    for exchange in item.trajectory.exchanges():
        result = exchange.result
        if result is None or not result.is_error:
            continue
        words, tool = _words(result.result), result.tool or ""
        event = [result.call_id or _start(item), result.turn, words]
        if words in declined:
            yield _failure("declined", result.turn, words, tool, event=event)
        else:
            yield _failure("tool_error", result.turn, words, tool, words, event=event)


def _served(item: Item) -> Iterator[Failure]:
    """Tools that the provider runs itself: call and result stand in the reply."""
    for number, block in _blocks(item):
        words = _served_error(block)
        if words is not None:
            name = str(block["type"]).removesuffix("_tool_result")
            event = [block.get("tool_use_id"), words]
            yield _failure("tool_error", number, words, name, words, event=event)


def _loops(item: Item) -> Iterator[Failure]:
    """Calls side by side in one turn are no loop: none of them knew what came of the other."""
    turns: dict[str, set[int]] = {}
    told: set[str] = set()
    failed: dict[str, int] = {}
    for exchange in item.trajectory.exchanges():
        call = exchange.call
        same = digest([call.tool, call.arguments])
        turns.setdefault(same, set()).add(call.turn)
        again = failed.get(same) == call.turn - 1
        if same not in told and (len(turns[same]) >= REPEATS or again):
            told.add(same)
            yield _loop(item, call, len(turns[same]))
        if exchange.failed:
            failed[same] = call.turn


def _loop(item: Item, call: Step, times: int) -> Failure:
    words = f"{call.tool} was called in {times} turns with the same arguments"
    return _failure("loop", call.turn, words, call.tool or "", event=[call.call_id or _start(item), call.turn])


def _marks(item: Item) -> Iterator[Failure]:
    for mark in item.marks:
        event = [item.id, mark.turn, mark.words]
        if mark.kind == "rated" and mark.value is not None and mark.value < PASSING:
            yield _failure("rated_down", mark.turn, mark.words, mark.words, event=event)
        elif mark.kind in _MARKS:
            yield _failure(_MARKS[mark.kind], mark.turn, mark.words, mark.words, event=event)


def _corrections(item: Item) -> Iterator[Failure]:
    for step in item.trajectory.steps:
        if step.role == "user" and _CORRECTION.match(step.text[:200]):
            # People correct in their own words: alike are corrections of what the same tools led to.
            tools = sorted({call.tool or "" for call in item.trajectory.calls(step.turn)})
            event = [_start(item), step.turn, step.text]
            yield _failure("correction", step.turn, step.text, ", ".join(tools), event=event)


def _scores(item: Item) -> Iterator[Failure]:
    for name, value in item.scores.items():
        harm = item.kind in _TRACED and _measures_harm(name)
        if (value > 1 - PASSING) if harm else (value < PASSING):
            yield _failure("score", _last(item), f"{name} {value:g}", name, event=[item.id, name])


def _measures_harm(name: str) -> bool:
    return bool(_HARM.search(name)) and not _NO_HARM.search(name)


_FINDERS = (_errors, _stops, _tools, _served, _loops, _marks, _corrections, _scores)


def _failure(reason: Reason, turn: int, words: str, *alike: str, event: list[Any]) -> Failure:
    return Failure(reason, turn, telling_line(words), signature_of(reason, *alike), digest([reason, *event]))


def _last(item: Item) -> int:
    return max(turn_numbers(item.turns), default=1) if item.turns else 1


def _start(item: Item) -> str:
    """The same in every record of one conversation."""
    return digest([item.kind, item.opening])


def _blocks(item: Item) -> Iterator[tuple[int, Block]]:
    for number, turn in zip(turn_numbers(item.turns), item.turns, strict=False):
        message = message_of(turn.reply)
        if isinstance(message, dict):
            yield from ((number, block) for block in message["content"])


def _served_error(block: Block) -> str | None:
    if not str(block.get("type")).endswith("_tool_result"):
        return None
    content = block.get("content")
    told = content if isinstance(content, dict) else {}
    if block.get("is_error") is True:
        return _words(content)
    if str(told.get("type")).endswith("_error"):
        return str(told.get("error_code") or told["type"])
    code = told.get("return_code")
    return f"exit code {code}: {told.get('stderr') or ''}" if isinstance(code, int) and code != 0 else None


def _words(result: Any) -> str:
    if isinstance(result, list):
        return "\n".join(str(block.get("text", "")) for block in result if isinstance(block, dict))
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
