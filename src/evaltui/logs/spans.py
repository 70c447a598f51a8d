"""Owns one span of a trace, as every kind of trace log tells it, and the tree that the spans of a trace form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evaltui.logs.loose import first, mapping, text


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an evaluation or a person said of a span: a value or a label, and why. `human`: a person said it."""

    name: str
    value: Any = None
    words: str = ""
    human: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """`start` is in seconds since 1970, 0 unknown. `error` is None where all went well, else words, which may be "".

    `given` and `gave` are its input and output where the log keeps them beside the attributes; `kind` is "llm", "tool",
    "agent" or "other" where the log says it, "" where its attributes must.
    """

    trace: str
    id: str
    parent: str = ""
    name: str = ""
    start: float = 0.0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    error: str | None = None
    kind: str = ""
    given: Any = None
    gave: Any = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    opinions: tuple[Opinion, ...] = ()
    session: str = ""


EVENT = "event"  # the kind of what is no span, and an event of its parent
_KINDS = {
    "llm": "llm", "generation": "llm", "chat": "llm", "text_completion": "llm", "generate_content": "llm",
    "chat_model": "llm", "completion": "llm", "tool": "tool", "execute_tool": "tool", "agent": "agent",
    "invoke_agent": "agent", "create_agent": "agent", "ai.toolcall": "tool", "task": "", "workflow": "", "span": "",
    "chain": "", "unknown": "", "": "",
}  # fmt: skip
_NAMED = (
    "openinference.span.kind", "gen_ai.operation.name", "langsmith.span.kind", "llm.request.type",
    "traceloop.span.kind", "langfuse.observation.type", "ai.operationId", "operation.name",
)  # fmt: skip
_SAYS_LLM = (
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.prompt", "gen_ai.completion", "gen_ai.prompt.0.role",
    "gen_ai.prompt.0.content", "gen_ai.completion.0.content", "gen_ai.completion.0.role", "llm.input_messages",
    "llm.input_messages.0.message.role", "gcp.vertex.agent.llm_request", "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
)  # fmt: skip
_SAYS_TOOL = ("gen_ai.tool.name", "gen_ai.tool.call.id", "tool.name", "ai.toolCall.id")


def kind_of(span: Span) -> str:
    """What the span is of: "llm", "tool", "agent", or "other"."""
    told = _KINDS.get(span.kind.lower(), "other")
    for name in _NAMED:
        told = told or _known(span.attributes.get(name))
    return told or _guessed(span)


def _known(written: Any) -> str:
    if not isinstance(written, str):
        return ""
    if written.startswith("ai.") and written.endswith((".doGenerate", ".doStream", ".generateText", ".streamText")):
        return "llm"
    return _KINDS.get(written.lower(), "other")


def _guessed(span: Span) -> str:
    if any(name in span.attributes for name in _SAYS_TOOL) or _is_tools_answer(span.gave):
        return "tool"
    said = any(span.attributes.get(name) not in (None, "", "{}", {}) for name in _SAYS_LLM)
    spoken = any(name.startswith("gen_ai.") and name != "gen_ai.evaluation.result" for name, _ in span.events)
    return "llm" if said or spoken else "other"


def _is_tools_answer(gave: Any) -> bool:
    """Whether the output is a tool's message as LangChain writes it."""
    message = mapping(gave) if isinstance(gave, dict) or "tool_call_id" in str(gave)[:4000] else {}
    message = mapping(message.get("kwargs")) or message
    return bool(text(message, "tool_call_id")) and "content" in message


_DEEPEST = 100  # levels that are looked at; a log may be made to have as many levels as spans


@dataclass(frozen=True)
class Tree:
    """The spans of one trace in the order of time."""

    spans: Sequence[Span]

    @cached_property
    def ordered(self) -> list[Span]:
        """By their start; those that start together as they were written."""
        return sorted(self.spans, key=lambda span: span.start)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each span by its id."""
        return {span.id: kind_of(span) for span in self.spans}

    @cached_property
    def roots(self) -> list[Span]:
        """Those whose parent is not in the trace."""
        return [span for span in self.ordered if span.parent not in self._by_id or span.parent == span.id]

    @cached_property
    def _by_id(self) -> dict[str, Span]:
        return {span.id: span for span in self.spans}

    def above(self, span: Span) -> Iterator[Span]:
        """The spans that it lies in, the nearest first; a circle of parents ends where it closes."""
        seen = {span.id}
        while (parent := self._by_id.get(span.parent)) is not None and parent.id not in seen and len(seen) < _DEEPEST:
            seen.add(parent.id)
            yield parent
            span = parent

    @cached_property
    def calls(self) -> list[list[Span]]:
        """Each call of a model with all spans that tell of it, the innermost first.

        Frameworks and clients both trace one call. A span with several calls in it is none itself.
        """
        llm = [span for span in self.ordered if self.kinds[span.id] == "llm"]
        outer = {span.id: [each for each in self.above(span) if self.kinds[each.id] == "llm"] for span in llm}
        within: dict[str, int] = {}
        for span in llm:
            for each in outer[span.id]:
                within[each.id] = within.get(each.id, 0) + 1
        leaves = [span for span in llm if span.id not in within]
        below: dict[str, int] = {}
        for span in leaves:
            for each in outer[span.id]:
                below[each.id] = below.get(each.id, 0) + 1
        return [[span, *(each for each in outer[span.id] if below[each.id] == 1)] for span in leaves]


def session_of(spans: Sequence[Span]) -> str:
    """The conversation that a trace is part of, as any of its spans names it; "" where none does."""
    names = ("session.id", "gen_ai.conversation.id", "langfuse.session.id", "thread_id", "gcp.vertex.agent.session_id")
    return next((said for span in spans if (said := span.session or text(span.attributes, *names))), "")


def fault_of(span: Span) -> tuple[str, str]:
    """The sort of the error that the span ended with, and its words."""
    raised: Mapping[str, Any] = next((held for name, held in reversed(span.events) if name == "exception"), {})
    kind = text(raised, "exception.type") or text(span.attributes, "error.type", "exception.type")
    words = span.error or text(raised, "exception.message", "exception.stacktrace")
    said = first(span.attributes, "error.message", "exception.message", "langfuse.observation.status_message")
    return kind or "error", words or (said if isinstance(said, str) else "") or f"{span.name or 'the span'} failed"
