"""Owns the mapping: which column of a plain log holds what an item is made of."""

import re
from typing import Annotated

from pydantic import Field, model_validator

from evaltui.domain.base import Frozen

Column = Annotated[str, Field(min_length=1)]
SCALE = r"^-?\d+(\.\d+)?\.\.-?\d+(\.\d+)?$"
ONE_BY_ONE = "with role each record is one message: map input, what is said, and conversation too"
NEEDED = "map input or messages: an item needs what the agent was asked"


class Mapping(Frozen):
    """Each field names a column, or a dotted path in the objects of JSON Lines; only `scale` is a value itself."""

    input: Column | None = Field(None, description="what the user said")
    output: Column | None = Field(None, description="what the agent answered")
    messages: Column | None = Field(None, description="the whole conversation, a list of messages with roles")
    system: Column | None = Field(None, description="the system prompt")
    id: Column | None = Field(None, description="the log's own name of the record")
    time: Column | None = Field(None, description="when it happened: ISO 8601 or a count since 1970")
    model: Column | None = Field(None, description="the model that answered")
    error: Column | None = Field(None, description="what went wrong; words such as ok and numbers below 400 are none")
    score: Column | None = Field(None, description="a number by which the answer was graded")
    scale: str = Field("0..1", pattern=SCALE, description="the score's worst and best, such as 1..5")
    rating: Column | None = Field(None, description="thumbs up or down")
    comment: Column | None = Field(None, description="what a person wrote about the answer")
    conversation: Column | None = Field(None, description="the conversation that the record is of")
    role: Column | None = Field(
        None, description="who says the input, where each record is one message: user, assistant"
    )
    tool: Column | None = Field(None, description="the name of the tool that was called before the answer")
    arguments: Column | None = Field(None, description="what the tool was called with")
    result: Column | None = Field(None, description="what the tool gave back")

    @model_validator(mode="after")
    def _sound(self) -> "Mapping":
        if not (self.input or self.messages):
            raise ValueError(NEEDED)
        if self.role and not (self.input and self.conversation):
            raise ValueError(ONE_BY_ONE)
        worst, best = self.ends
        if worst == best:
            raise ValueError("the worst and the best of scale must differ, as in 1..5")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The worst and the best score."""
        worst, best = map(float, re.split(r"(?<=\d)\.\.", self.scale))
        return worst, best

    @property
    def columns(self) -> dict[str, str]:
        """The column of each field that has one."""
        return {name: value for name, value in self if value is not None and name != "scale"}

    @property
    def words(self) -> list[str]:
        """As `--map` takes them."""
        scale = [f"scale={self.scale}"] if self.score else []
        return [*(f"{name}={column}" for name, column in self.columns.items()), *scale]


ROLES = tuple(Mapping.model_fields)
