"""Owns how one sample of an Inspect log becomes an item."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import found, shown
from evaltui.domain.tool import Block
from evaltui.logs.ask import leading_system, without_system
from evaltui.logs.inspect.generations import Generations, usage_of_all
from evaltui.logs.inspect.messages import Attachments, fault_of, translated
from evaltui.logs.inspect.scores import read_grades
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.moments import moment_of
from evaltui.logs.report import error, warning

KIND = "inspect"
_MOST_NOTES = 100


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a log says of all its samples."""

    run: str = ""
    task: str = ""
    model: str = ""
    at: str = ""

    @classmethod
    def of(cls, head: Block) -> "Evaluation":
        """Read from the head of a log; what is not told is ""."""
        told = head.get("eval")
        told = told if isinstance(told, dict) else {}
        run, task, model = (_text(told.get(name)) for name in ("run_id", "task", "model"))
        return cls(run, task, model, moment_of(told.get("created")))


def read_sample(written: Any, place: Place, about: Evaluation) -> Item | Skipped:
    """The item; Skipped where nothing of the sample can be read."""
    if not isinstance(written, dict):
        return Skipped(place, "the sample is no JSON object", found(written))
    notes: list[Problem] = []
    messages, generations = _messages(written, notes)
    usage = None if any("usage" in each for each in messages if isinstance(each, dict)) else _all_usage(written, notes)
    read = read_conversation(list(map(translated, messages)), notes.append, Told(usage=usage))
    fault, marks = _fault(written), tuple(_marks(written, messages, max(len(read.turns), 1)))
    if not (read.turns or read.opening or fault or marks):
        return Skipped(place, "the sample holds no message that can be read", shown(", ".join(written)))
    return Item(
        kind=KIND,
        id=digest([KIND, about.run, about.task, written.get("id"), written.get("epoch"), written.get("uuid")]),
        source=_source(written, about),
        place=place,
        at=_at(written) or about.at,
        model=next((turn.reply.model for turn in reversed(read.turns) if turn.reply.model), "") or about.model,
        opening=without_system(read.opening),
        turns=read.turns,
        told=_told(messages),
        system=leading_system(read.opening),
        tools=generations.tools,
        error=fault,
        marks=marks,
        scores=read_grades(written, notes.append),
        notes=tuple(replace(note, line=place.line) for note in notes[:_MOST_NOTES]),
    )


def _messages(written: Block, notes: list[Problem]) -> tuple[list[Any], Generations]:
    """The conversation, each reply with what its generation tells; before the first reply, at least the input."""
    old = written.get("transcript")
    held = written if "events" in written or not isinstance(old, dict) else old
    texts = held.get("attachments") or held.get("content")
    attached = Attachments(texts if isinstance(texts, dict) else {})
    generations = Generations.of(
        attached.resolved(_model_events(held.get("events"))), attached.resolved(written.get("output"))
    )
    told = attached.resolved(written.get("messages") or _input(written.get("input")))
    if not isinstance(told, list):
        notes.append(error("messages", "must be a list of messages", told))
        told = []
    if attached.absent:
        notes.append(error("attachments", f"{attached.absent:,} texts are absent, or too long together"))
    return [each | generations.beside(each) if _is_reply(each) else each for each in told], generations


def _model_events(events: Any) -> list[Block]:
    """What the models gave; the requests before it may be as long as the conversation, each."""
    told = events if isinstance(events, list) else []
    kept = ("event", "output", "tools")
    return [
        {key: each.get(key) for key in kept} for each in told if isinstance(each, dict) and each.get("event") == "model"
    ]


def _input(written: Any) -> Any:
    return [{"role": "user", "content": written}] if isinstance(written, str) else written or []


def _all_usage(written: Block, notes: list[Problem]) -> Any:
    usage = usage_of_all(written.get("model_usage"), notes.append)
    if usage:
        notes.append(warning("model_usage", "the tokens are those of the whole sample, of its scorers too"))
    return usage


def _fault(written: Block) -> Errored | None:
    fault = written.get("error")
    if not fault:
        return None
    message = fault.get("message") if isinstance(fault, dict) else fault
    words = message if isinstance(message, str) else found(message)
    name, called, _ = words.partition("(")
    return Errored(name if called and name.isidentifier() else "error", words)


def _marks(written: Block, messages: list[Any], turn: int) -> Iterator[Mark]:
    yield from (Mark(turn, "error", f"the sample reached its limit: {words}") for words in _limits(written))
    output = written.get("output")
    if isinstance(output, dict) and isinstance(output.get("error"), str) and output["error"]:
        yield Mark(turn, "error", output["error"])
    yield from (Mark(1, "error", words) for words in _lone_faults(messages))
    retries = written.get("error_retries")
    for each in retries if isinstance(retries, list) else []:
        if isinstance(each, dict) and isinstance(each.get("message"), str):
            yield Mark(1, "comment", f"an attempt before this one failed: {each['message']}")
    if isinstance(written.get("invalidation"), dict):
        yield Mark(turn, "comment", f"the sample was declared invalid: {_text(written['invalidation'].get('reason'))}")


def _limits(written: Block) -> Iterator[str]:
    limit = written.get("limit")
    if isinstance(limit, dict):
        told = [f"{each:g}" if isinstance(each, float) else each for each in (limit.get("type"), limit.get("limit"))]
        yield " ".join(shown(str(each), 100) for each in told if each is not None)


def _lone_faults(messages: list[Any]) -> Iterator[str]:
    """Errors of tools whose call the log does not hold."""
    called: set[str] = set()
    for each in messages:
        calls = each.get("tool_calls") if _is_reply(each) else None
        called |= (
            {_text(call.get("id")) for call in calls if isinstance(call, dict)} if isinstance(calls, list) else set()
        )
        if isinstance(each, dict) and each.get("role") == "tool" and _text(each.get("tool_call_id")) not in called:
            yield from ([f"{_text(each.get('function'))}: {fault}"] if (fault := fault_of(each)) else [])


def _told(messages: list[Any]) -> int:
    """Replies that were given with the input."""
    sources = [each.get("source") for each in messages if _is_reply(each)]
    return next((at for at, source in enumerate(sources) if source != "input"), len(sources))


def _source(written: Block, about: Evaluation) -> str:
    name, epoch = written.get("id"), written.get("epoch")
    said = [f"{each}" for each in (about.task, name) if isinstance(each, str | int) and each != ""]
    return shown(" ".join(said), 300) + (f", epoch {epoch}" if isinstance(epoch, int) else "")


def _at(written: Block) -> str:
    events = written.get("events")
    first = events[0] if isinstance(events, list) and events and isinstance(events[0], dict) else {}
    return moment_of(written.get("started_at")) or moment_of(first.get("timestamp"))


def _is_reply(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") == "assistant"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
