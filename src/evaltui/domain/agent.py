"""The thing under test, resolved: every file read, nothing left to look up."""

from functools import cached_property
from typing import Any, Literal

from pydantic import Field, JsonValue

from evaltui.domain.base import Frozen, digest_as_written
from evaltui.domain.case import Message


class Agent(Frozen):
    """`system`, `messages` and `tools` may still hold `{{placeholders}}`, filled from each case.

    `answers` is who answers tool calls, `{kind: options}` with every default written out; its paths are relative to
    the folder of agent.yaml. With None a conversation ends at its first tool call. `cache` is how long what all
    requests begin with is kept in the prompt cache.
    """

    name: str
    model: str
    max_tokens: int = Field(ge=1)
    system: str | list[dict[str, JsonValue]] | None = None
    few_shot: list[Message] = Field(default_factory=list)
    messages: list[Message]
    tools: list[dict[str, JsonValue]] | str | None = None
    params: dict[str, JsonValue] = Field(default_factory=dict)
    max_turns: int = Field(1, ge=1)
    answers: dict[str, dict[str, JsonValue]] | None = Field(None, max_length=1)
    cache: Literal["5m", "1h"] | None = None

    @cached_property
    def digest(self) -> str:
        """Of what is sent and who answers: any byte that changes a request changes it, the agent's name does not."""
        return digest_as_written(self.model_dump(exclude={"name"}))

    def template(self) -> dict[str, Any]:
        """The `params` of a request before its placeholders are filled."""
        sent = {"model": self.model, "max_tokens": self.max_tokens, "system": self.system, "tools": self.tools}
        return {key: value for key, value in sent.items() if value is not None} | dict(self.params)
