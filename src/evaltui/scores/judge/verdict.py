"""Owns reading a judge's reply: exactly one JSON object of the shape that was asked for, or no verdict at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evaltui.domain.conversation import Unreadable, message_of
from evaltui.domain.request import Canceled, Errored, Expired, Outcome, Succeeded
from evaltui.domain.rubric import TOP, Criterion, Rubric
from evaltui.domain.text import visible
from evaltui.scores.jsontext import NotJson, whole_json
from evaltui.scores.shown import listed, plain, shown

MOST_EXCERPT = 2_000
_ENDS = {
    "max_tokens": "it was cut off at max_tokens",
    "model_context_window_exceeded": "it was cut off at the end of the context window",
    "refusal": "the judge refused",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one judgement says of one criterion; true is 1 on a criterion without levels."""

    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoVerdict:
    """Why there is no verdict, on one line; `excerpt` is the beginning of what came instead."""

    reason: str
    excerpt: str = ""


Findings = Mapping[str, Finding]
"""Of every criterion, by its name."""


def read_outcome(rubric: Rubric, outcome: Outcome) -> Findings | NoVerdict:
    """The verdict in the last answer to a question, or why there is none."""
    match outcome:
        case Succeeded():
            return read_reply(rubric, outcome)
        case Errored(kind=kind, message=message):
            return NoVerdict(f"the judge gave no reply: {plain(kind)}: {plain(message, 200)}")
        case Expired():
            return NoVerdict("the judge gave no reply: the request expired before it was processed")
        case Canceled():
            return NoVerdict("the judge gave no reply: the request was canceled before it was processed")


def read_reply(rubric: Rubric, reply: Succeeded) -> Findings | NoVerdict:
    """The verdict a reply holds."""
    found = one_object(reply)
    if isinstance(found, NoVerdict):
        return found
    value, text = found
    wrong = _wrong_names(value, [criterion.name for criterion in rubric.criteria], "criterion")
    wrong = wrong or next(filter(None, (_wrong(criterion, value[criterion.name]) for criterion in rubric.criteria)), "")
    return no_verdict(wrong, text) if wrong else {name: Finding(**entry) for name, entry in value.items()}


def one_object(reply: Succeeded) -> tuple[dict[str, Any], str] | NoVerdict:
    """The one JSON object that a reply is, and its text."""
    message = message_of(reply)
    if isinstance(message, Unreadable):
        return NoVerdict(message.reason)
    text = "".join(map(str, _texts(message["content"])))
    if reply.stop_reason != "end_turn":
        return no_verdict(_ENDS.get(reply.stop_reason or "", f"it stopped with {plain(reply.stop_reason)}"), text)
    found = whole_json(text)
    if isinstance(found, NotJson):
        return no_verdict(found.reason, text)
    return (found.value, text) if isinstance(found.value, dict) else no_verdict("it is no JSON object", text)


def no_verdict(why: str, text: str) -> NoVerdict:
    """What is wrong with a reply that came, and how it begins."""
    begins = f"; it begins {shown(text)}" if text.strip() else ""
    return NoVerdict(f"the judge's reply is no verdict: {why}{begins}", visible(text[:MOST_EXCERPT], newlines=True))


def _texts(content: list[Any]) -> Iterable[Any]:
    """Thinking goes before; only text is the answer."""
    return (block.get("text", "") for block in content if isinstance(block, dict) and block.get("type") == "text")


def _wrong_names(value: Mapping[str, Any], due: list[str], what: str) -> str:
    missing, extra = [name for name in due if name not in value], [name for name in value if name not in due]
    if missing:
        return f"{what} {listed(missing)} is missing"
    return f"{listed(extra)} was not asked for" if extra else ""


def _wrong(criterion: Criterion, entry: Any) -> str:
    if not isinstance(entry, dict):
        return f"{criterion.name} is no object"
    wrong = _wrong_names(entry, ["reason", "score"], f"{criterion.name}:")
    if wrong:
        return wrong
    if not isinstance(entry["reason"], str):
        return f"{criterion.name}: the reason is no text"
    return "" if _is_score(criterion, entry["score"]) else f"{criterion.name}: the score is {shown(entry['score'])}"


def _is_score(criterion: Criterion, score: Any) -> bool:
    if criterion.anchors is None:
        return isinstance(score, bool)
    return isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= TOP
