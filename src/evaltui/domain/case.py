"""One gold case: what the agent is given and what is expected of it."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, model_validator

from evaltui.domain.base import Frozen, digest, digest_as_written

CaseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$")]
Tag = Annotated[str, Field(pattern=r"^[^\s,]{1,64}$")]
ONE_INPUT = "give exactly one of input and messages"


class Message(Frozen):
    """One turn of a conversation, as the Messages API takes it; `content` may hold `{{placeholders}}`."""

    role: Literal["user", "assistant"]
    content: str | list[dict[str, JsonValue]]


class Source(Frozen):
    """Where a case came from, for cases promoted from production."""

    kind: str = Field(description="What kind of log or place")
    id: str | None = Field(None, description="What it is called there")
    at: str | None = Field(None, description="When it happened")
    note: str | None = Field(None, description="What went wrong, in words")
    digest: str | None = Field(None, description="The id of the item of the inbox that it was made of")
    by: str | None = Field(None, description="Who made a case of it")


class RecordedCall(Frozen):
    """A tool call with the result it is answered with when tools are replayed."""

    name: str = Field(min_length=1, description="The tool's name")
    arguments: dict[str, JsonValue] = Field(default_factory=dict, description="The order of keys makes no difference")
    result: JsonValue = Field(description="Text, content blocks, or any value, sent as JSON")
    error: bool = Field(default=False, description="Whether the tool answered with an error")


class Case(Frozen):
    """Exactly one of `input` and `messages` is given."""

    id: CaseId = Field(description="Unique in the evalset; letters, digits and ._:/-")
    input: str | dict[str, JsonValue] | None = Field(None, description="Fills {{input}} or {{input.key}} of the agent")
    messages: list[Message] | None = Field(None, description="A conversation that replaces the agent's template")
    vars: dict[str, JsonValue] = Field(default_factory=dict, description="Fill {{name}} placeholders of the agent")
    expected: JsonValue = Field(None, description="The gold answer; each scorer reads the part it needs")
    tools: list[RecordedCall] = Field(
        default_factory=list, description="Recorded tool calls, for an agent whose tools are replayed"
    )
    turns: list[str | list[dict[str, JsonValue]]] = Field(
        default_factory=list, description="What the user says next, one by one, each time the agent yields"
    )
    max_turns: int | None = Field(None, ge=1, description="The most replies of this conversation; else the agent's")
    rubric: str | None = Field(None, description="What a judge should look for in this case")
    tags: list[Tag] = Field(default_factory=list, description="For slices and filters")
    critical: bool = Field(default=False, description="A failing critical case blocks the gate whatever the average")
    group: str | None = Field(None, description="Cases of one template or user share a group")
    source: Source | None = Field(None, description="Where a promoted case came from")

    @model_validator(mode="after")
    def _one_input(self) -> "Case":
        if (self.input is None) == (self.messages is None):
            raise ValueError(ONE_INPUT)
        return self

    @cached_property
    def input_digest(self) -> str:
        """Of everything that reaches the agent."""
        recorded = [call.model_dump() for call in self.tools]
        later = [recorded, self.turns, self.max_turns]
        return digest_as_written([self.input, self._plain_messages(), self.vars, *(later if any(later) else [])])

    @cached_property
    def gold_digest(self) -> str:
        """Of everything a scorer compares with."""
        return digest([self.expected, self.rubric])

    @cached_property
    def digest(self) -> str:
        """Of the whole case as a scored thing; tags, marks and provenance do not count."""
        return digest([self.id, self.input_digest, self.gold_digest])

    def _plain_messages(self) -> Any:
        return None if self.messages is None else [message.model_dump() for message in self.messages]
