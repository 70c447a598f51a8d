"""Owns how the spans of one trace become an item: calls of a model in the order of time are its turns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.item import Item, Mark, Place, Skipped
from evaltui.domain.problem import Problem
from evaltui.domain.request import Errored
from evaltui.domain.text import shown
from evaltui.domain.tool import Block
from evaltui.logs.generation import Generation, generation_of
from evaltui.logs.log_events import joined_events
from evaltui.logs.loose import first, loosely, text
from evaltui.logs.messages import Told, read_conversation
from evaltui.logs.moments import moment_of
from evaltui.logs.parts import result_of
from evaltui.logs.report import warning
from evaltui.logs.spans import Span, Tree, fault_of, session_of
from evaltui.logs.spoken import messages_of
from evaltui.logs.talk import Talk
from evaltui.logs.usage import wire
from evaltui.logs.verdicts import Verdicts, opinions_of

_MOST_NOTES = 100
_MOMENT = re.compile(r"\.(?:start|finish)-\d+$")  # spans of BeeAI that only say that a tool began or ended
_OUTCOME = re.compile(r"\.(?:success|error)-\d+$")
_RESULT = (
    "gen_ai.tool.call.result", "gcp.vertex.agent.tool_response", "ai.toolCall.result", "tool_response", "output.value",
    "traceloop.entity.output", "gen_ai.tool.output",
)  # fmt: skip
_ARGUMENTS = (
    "gen_ai.tool.call.arguments", "gcp.vertex.agent.tool_call_args", "ai.toolCall.args", "tool_arguments",
    "input.value", "tool.parameters", "traceloop.entity.input", "gen_ai.tool.input",
)  # fmt: skip
_NAME = ("gen_ai.tool.name", "tool.name", "ai.toolCall.name", "tool_call.function.name")
_ID = ("gen_ai.tool.call.id", "ai.toolCall.id", "tool_call.id", "tool_call_id")


def item_of_trace(kind: str, spans: Sequence[Span], place: Place) -> Item | Skipped:
    """The item; Skipped where the trace tells of no call of a model and of no agent."""
    return _Telling(Tree(joined_events(spans)), digest([kind, spans[0].trace, spans[0].id])).item(kind, place)


@dataclass(slots=True)
class _Telling:
    """One trace while it is told."""

    tree: Tree
    id: str
    talk: Talk
    verdicts: Verdicts
    turns: dict[str, int]
    error: Errored | None
    model: str
    tools: tuple[Block, ...]

    def __init__(self, tree: Tree, item_id: str) -> None:
        self.id = item_id
        self.tree, self.talk, self.verdicts = tree, Talk(), Verdicts()
        self.turns, self.error, self.model, self.tools = {}, None, "", ()

    def item(self, kind: str, place: Place) -> Item | Skipped:
        """Everything, as one item."""
        generations = [generation_of(spans) for spans in self.tree.calls] or self._agents()
        if not generations:
            names = ", ".join(dict.fromkeys(span.name for span in self.tree.roots if span.name))
            return Skipped(place, "the trace holds no call of a model", shown(names), damaged=False)
        steps: list[Generation | Span] = [*generations, *self._tools()]
        for step in sorted(steps, key=_start):
            if isinstance(step, Generation):
                self._generation(step, step is generations[-1])
            else:
                self._tool(step)
        self._frame(generations)
        self._judge()
        return self._written(kind, place)

    def _agents(self) -> list[Generation]:
        """Where no call is traced, what the agents say of themselves, or else the whole trace."""
        kinds = self.tree.kinds
        agents = [
            span
            for span in self.tree.ordered
            if kinds[span.id] == "agent" and not any(kinds[each.id] == "agent" for each in self.tree.above(span))
        ]
        told = [generation_of([span]) for span in agents or self.tree.roots]
        return [each for each in told if each.reply is not None and (agents or each.asked)]

    def _tools(self) -> Iterator[Span]:
        """Spans of tools; one within another is a part of it, unless a model was asked between them."""
        for span in self.tree.ordered:
            if self.tree.kinds[span.id] == "tool" and not _MOMENT.search(span.name):
                above = next((self.tree.kinds[each.id] for each in self.tree.above(span) if self._counts(each)), "")
                if above != "tool":
                    yield span

    def _counts(self, span: Span) -> bool:
        return self.tree.kinds[span.id] in ("tool", "llm", "agent")

    def _generation(self, told: Generation, last: bool) -> None:
        self.talk.instruct(told.system)
        self.talk.hear(told.asked)
        self.model, self.tools = told.model or self.model, self.tools or told.tools
        if told.reply is None and told.failed is None and not told.asked and told.usage is None:
            self.talk.notes.append(warning("span", "a call of a model tells nothing of itself", told.span.name))
            return
        if told.failed is not None:
            self._failed(told.failed, last and told.reply is None)
        if told.reply is not None or told.failed is None:
            beside: Block = {"model": told.model} if told.model else {}
            beside |= {"usage": wire(told.usage)} if told.usage else {}
            self.talk.reply(told.reply, beside, completes=not told.asked)
        if told.choices:
            self.talk.notes.append(warning("choices", f"{told.choices:,} choices beside the first are left out"))
        self.turns[told.span.id] = max(self.talk.turns, 1)

    def _failed(self, span: Span, last: bool) -> None:
        if last:
            self.error = Errored(*fault_of(span))
        else:
            self._mark(_fault(span))

    def _mark(self, words: str) -> None:
        self.verdicts.marks.append(Mark(max(self.talk.turns, 1), "error", words))

    def _tool(self, span: Span) -> None:
        held = span.attributes
        output = first({"gave": span.gave} | dict(held), "gave", *_RESULT)
        arguments = first({"given": span.given} | dict(held), *_ARGUMENTS[:4], "given", *_ARGUMENTS[4:])
        message = next(
            (each for each in messages_of(output, "user") if each["role"] == "tool"), result_of({"output": output})
        )
        name, named = text(held, *_NAME) or _plain(span.name), text(held, *_ID)
        message |= {key: value for key, value in (("name", name), ("tool_call_id", named)) if value}
        if span.error is not None:
            message |= {"is_error": True, "content": message["content"] or _fault(span)}
        self.talk.result(message, _input(arguments))

    def _frame(self, generations: Sequence[Generation]) -> None:
        """What the calls themselves do not tell: the question and the answer that the whole trace had."""
        roots = [generation_of([root]) for root in self.tree.roots[:1]]
        for root in roots:
            if not any(message["role"] == "user" for message in self.talk.messages):
                self.talk.messages[:0] = [each for each in root.asked if each["role"] == "user"]
            if root.reply is not None and all(each.reply is None for each in generations) and self.error is None:
                self.talk.complete(root.reply)

    def _judge(self) -> None:
        last = max(self.talk.turns, 1)
        for span in self.tree.ordered:
            for opinion in opinions_of(span):
                self.verdicts.add(opinion, self.turns.get(span.id, last))
        failed = [span for span in self.tree.ordered if span.error is not None]
        below = {each.id for span in failed for each in self.tree.above(span)}
        roots = {span.id for span in self.tree.roots}
        for span in failed:
            if span.id in below or self.tree.kinds[span.id] in ("llm", "tool"):
                continue
            if span.id in roots and self.error is None:
                self.error = Errored(*fault_of(span))
            elif self.tree.kinds[span.id] == "agent":
                self._mark(_fault(span))

    def _written(self, kind: str, place: Place) -> Item | Skipped:
        notes = [*self.talk.notes, *self.verdicts.notes]
        if len(self.talk.systems) > 1:
            notes.append(warning("system", f"{len(self.talk.systems):,} system prompts were used; the first is kept"))
        read = read_conversation(self.talk.messages, notes.append, Told(self.model))
        if not (read.turns or read.opening or self.error):
            return Skipped(place, "the trace holds no message that can be read", shown(self.tree.spans[0].name))
        return Item(
            kind=kind,
            id=self.id,
            source=session_of(self.tree.spans) or self.tree.spans[0].trace,
            place=place,
            at=moment_of(min((span.start for span in self.tree.spans if span.start), default=0)),
            model=next((turn.reply.model for turn in reversed(read.turns) if turn.reply.model), self.model),
            opening=read.opening,
            turns=read.turns,
            told=min(self.talk.told, len(read.turns)),
            system=self.talk.systems[0] if self.talk.systems else None,
            tools=self.tools,
            error=self.error,
            marks=tuple(self.verdicts.marks),
            scores=self.verdicts.scores,
            notes=tuple(_placed(note, place) for note in notes[:_MOST_NOTES]),
        )


def _start(step: Generation | Span) -> float:
    return step.span.start if isinstance(step, Generation) else step.start


def _fault(span: Span) -> str:
    kind, words = fault_of(span)
    return words if kind == "error" else f"{kind}: {words}"


def _plain(name: str) -> str:
    """The tool's name in the name of its span."""
    for start in ("execute_tool ", "running tool: ", "tool.", "tools/call "):
        name = name.removeprefix(start)
    return _OUTCOME.sub("", name)


def _input(arguments: Any) -> Any:
    read = loosely(arguments)
    inner = read.get("input") if isinstance(read, dict) and len(read) == 1 else None
    return inner if isinstance(inner, dict) else {} if read is None else read


def _placed(note: Problem, place: Place) -> Problem:
    return replace(note, line=place.line)
