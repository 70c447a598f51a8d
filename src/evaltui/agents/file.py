"""Owns agent.yaml as written: what its fields are called and what may stand in them."""

from typing import Literal

from pydantic import Field, JsonValue

from evaltui.agents.tools.file import AnswersFile
from evaltui.domain.base import Frozen

Block = dict[str, JsonValue]


class FileRef(Frozen):
    """`{file: prompts/system.md}`: the content of a file beside agent.yaml."""

    file: str = Field(min_length=1, description="Path relative to the folder of agent.yaml")


class WrittenMessage(Frozen):
    """One message of the template."""

    role: Literal["user", "assistant"]
    content: str | FileRef | list[Block] = Field(description="Text, {file: …} or blocks, all with {{placeholders}}")


def _input_message() -> list[WrittenMessage]:
    return [WrittenMessage(role="user", content="{{input}}")]


class AgentFile(Frozen):
    """The agent under test; system, messages and tools may hold {{input}}, {{input.key}} and {{name}} of `vars`."""

    name: str | None = Field(
        default=None, min_length=1, description="Names the agent in reports; the file's name by default"
    )
    description: str = Field(default="", description="For people; never sent")
    model: str = Field(min_length=1, description="A Claude model id, sent as it is")
    max_tokens: int = Field(ge=1, description="The most tokens one reply may have")
    system: str | FileRef | list[Block] | None = Field(
        default=None, description="Text, {file: …} or blocks whose text may be {file: …}"
    )
    few_shot: list[WrittenMessage] | FileRef = Field(
        default_factory=list, description="Sent before every case, as they are"
    )
    messages: list[WrittenMessage] = Field(
        default_factory=_input_message, min_length=1, description="The template; a case with messages replaces it"
    )
    tools: list[Block] | FileRef | str | None = Field(
        default=None, description='A list, {file: …} or one placeholder: "{{tools}}"'
    )
    output_schema: dict[str, JsonValue] | None = Field(
        default=None, description="JSON Schema or {file: …}; sent as output_config.format"
    )
    params: dict[str, JsonValue] = Field(
        default_factory=dict, description="Other parameters of the Messages API, sent as is"
    )
    max_turns: int | None = Field(
        default=None, ge=1, description="The most replies of one conversation; by default 1, with answers 10"
    )
    cache: Literal["5m", "1h"] | None = Field(
        default=None, description="How long the prompt cache keeps what all requests begin with; none by default"
    )
    answers: AnswersFile | None = Field(
        default=None, description="Who answers tool calls; without it a conversation ends at its first"
    )
