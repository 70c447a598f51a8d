"""Owns what one traced call of a model says: the question, the reply, the model, the tokens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaltui.domain.tool import Block
from evaltui.domain.trajectory import Usage
from evaltui.logs.loose import first, listing, loosely, mapping, nested, text, text_of
from evaltui.logs.spans import Span
from evaltui.logs.spoken import joined, messages_of, stop_of, system_of, tools_of
from evaltui.logs.tokens import usage_apart, usage_within

_MOST_CHOICES = 16  # more replies than these are the fragments of one that was streamed
_CHOICE = "gen_ai.choice"
_MODEL = (
    "gen_ai.response.model", "ai.response.model", "llm.response.model_name", "gen_ai.request.model", "llm.model_name",
    "llm.request.model_name", "ai.model.id", "langsmith.metadata.ls_model_name", "model_name", "model",
)  # fmt: skip
_TOOLS = ("gen_ai.tool.definitions", "llm.tools", "llm.request.functions", "ai.prompt.tools")


@dataclass(frozen=True, slots=True)
class Generation:
    """`reply` is None where the trace does not keep it; `choices` counts the replies beside the first."""

    span: Span
    asked: tuple[Block, ...]
    reply: Block | None
    choices: int
    system: str
    model: str
    usage: Usage | None
    tools: tuple[Block, ...]
    failed: Span | None


def generation_of(spans: Sequence[Span]) -> Generation:
    """What the spans of one call say together; the innermost goes before where another says no more."""
    said = [(_asked(span), _replied(span), span) for span in spans]
    asked, (reply, choices), _ = max(said, key=_tells)
    usages = [usage for span in spans if (usage := _usage(span)) is not None]
    system = next((prompt for span in spans if (prompt := _system(span))), "")
    return Generation(
        spans[0],
        tuple(asked),
        reply,
        choices,
        system,
        next((name for span in spans if (name := text(span.attributes, *_MODEL))), ""),
        usages[0] if usages else None,
        next((tools for span in spans if (tools := _tools(span))), ()),
        next((span for span in spans if span.error is not None), None),
    )


def _tells(said: tuple[list[Block], tuple[Block | None, int], Span]) -> int:
    """A reply tells most; messages with roles tell more than one blob of text."""
    asked, (reply, _), _span = said
    roles = {message["role"] for message in asked}
    return 4 * (reply is not None) + 2 * (len(roles) > 1) + bool(asked)


def _asked(span: Span) -> list[Block]:
    return next((found for value in _inputs(span) if (found := messages_of(value, "user"))), [])


def _inputs(span: Span) -> Iterator[Any]:
    held = span.attributes
    yield held.get("gen_ai.input.messages")
    yield nested(held, "llm.input_messages")
    yield nested(held, "gen_ai.prompt")
    yield [message for name, message in _spoken(span) if name != _CHOICE]
    yield held.get("gcp.vertex.agent.llm_request")
    yield held.get("ai.prompt.messages")
    yield span.given
    yield from (held.get(name) for name in ("ai.prompt", "input.value", "gen_ai.input", "traceloop.entity.input"))
    yield nested(held, "llm.prompts")


def _outputs(span: Span) -> Iterator[tuple[Any, bool]]:
    """Each with whether its messages are choices of which one was used."""
    held = span.attributes
    yield held.get("gen_ai.output.messages"), True
    yield nested(held, "llm.output_messages"), True
    yield nested(held, "gen_ai.completion"), True
    yield [message for name, message in _spoken(span) if name == _CHOICE], True
    yield held.get("gcp.vertex.agent.llm_response"), False
    yield _of_vercel(held), False
    yield span.gave, False
    yield from ((held.get(name), False) for name in ("output.value", "gen_ai.output", "traceloop.entity.output"))


def _replied(span: Span) -> tuple[Block | None, int]:
    for value, choices in _outputs(span):
        found = [each for each in messages_of(value, "assistant") if each["role"] == "assistant"]
        if found:
            return _one(found, span, choices)
    return None, 0


def _one(found: list[Block], span: Span, choices: bool) -> tuple[Block, int]:
    found = [each if isinstance(each["content"], list) else each | {"content": _text(each)} for each in found]
    speaks = [each for each in found if any(block.get("type") == "text" for block in each["content"])]
    others = len(speaks) - 1 if choices and len(speaks) == len(found) <= _MOST_CHOICES else 0
    reply = joined(found[:1] if others > 0 else found)[0]
    if "stop_reason" not in reply:
        written = first(span.attributes, "gen_ai.response.finish_reasons", "ai.response.finishReason")
        stop = stop_of(loosely(written))
        reply |= {"stop_reason": stop} if stop else {}
    return reply, max(others, 0)


def _text(message: Block) -> list[Block]:
    return [{"type": "text", "text": text_of(message["content"])}]


def _spoken(span: Span) -> Iterator[tuple[str, Any]]:
    """Messages that were recorded as events, each with the name of its event."""
    for name, held in span.events:
        yield from _event(name, held)
    for each in listing(first(span.attributes, "events", "all_messages_events")):
        held = mapping(each)
        yield from _event(text(held, "event.name", "name"), held)


def _event(name: str, held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if name == "gen_ai.client.inference.operation.details":
        yield "", mapping({"messages": held.get("gen_ai.input.messages")})
        yield _CHOICE, {"messages": held.get("gen_ai.output.messages")}
    elif name == "gen_ai.content.prompt":
        yield "", loosely(held.get("gen_ai.prompt"))
    elif name == "gen_ai.content.completion":
        yield _CHOICE, loosely(held.get("gen_ai.completion"))
    elif name == _CHOICE:
        message = mapping(first(held, "message", "gen_ai.event.content"))
        inner = mapping(message.get("message")) or message or dict(held)
        yield name, {"role": "assistant", "finish_reason": first(held, "finish_reason")} | inner
    elif name.startswith("gen_ai.") and name.endswith(".message"):
        inner = mapping(held.get("gen_ai.event.content")) or dict(held)
        role = name.removeprefix("gen_ai.").removesuffix(".message")
        yield name, {"role": role} | ({"tool_call_id": inner["id"]} if "id" in inner and role == "tool" else {}) | inner


def _of_vercel(held: Mapping[str, Any]) -> Any:
    calls = listing(held.get("ai.response.toolCalls"))
    said = held.get("ai.response.text")
    parts = [{"type": "tool-call"} | each for each in calls if isinstance(each, dict)]
    return {"role": "assistant", "content": [said, *parts]} if parts or isinstance(said, str) else None


def _usage(span: Span) -> Usage | None:
    return usage_apart(span.usage) or usage_within(span.attributes)


def _system(span: Span) -> str:
    return system_of(span.attributes.get("gen_ai.system_instructions"))


def _tools(span: Span) -> tuple[Block, ...]:
    return next((tools for name in _TOOLS if (tools := tools_of(nested(span.attributes, name)))), ())
