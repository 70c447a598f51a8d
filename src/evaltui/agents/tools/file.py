"""Owns `answers:` of agent.yaml as written: who answers tool calls, and with which options."""

import re
from typing import Annotated, Any

from pydantic import ConfigDict, Field, JsonValue, model_validator

from evaltui.agents.tools.kinds import unknown
from evaltui.agents.tools.replay import Match, Miss
from evaltui.agents.tools.scrub import is_secret
from evaltui.domain.base import Frozen

Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
ONE_KIND = "give exactly one of replay, python and mcp, such as replay: {}"
_REFERENCE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")


class ReplayAnswers(Frozen):
    """`{replay: {miss: error}}`: results recorded in the `tools` of each case."""

    miss: Miss = Field(
        default="error", description="A call without a recording: the model gets an error result, or the case fails"
    )
    match: Match = Field(default="arguments", description="What must be equal beside the name; name: nothing")


class PythonAnswers(Frozen):
    """`{python: {module: shop/tools.py}}`: functions of the user's repository, in a process of their own."""

    module: str = Field(
        pattern=r"^[^:]+(:[A-Za-z_]\w*)?$",
        description="A file beside agent.yaml, or a dotted module, whose functions are the tools; "
        "with :function that one answers all, called with the tool's name and its arguments",
    )
    timeout: Seconds = Field(default=10.0, description="Seconds one call may take")
    memory_mb: int = Field(default=512, ge=64, le=1_048_576, description="Address space of the process, in MB")


class McpAnswers(Frozen):
    """`{mcp: {command: [python, server.py]}}`: a Model Context Protocol server, which also lists the tools."""

    command: list[Annotated[str, Field(min_length=1)]] = Field(
        min_length=1, description="Started in the folder of agent.yaml; python is the interpreter evaltui runs on"
    )
    timeout: Seconds = Field(default=20.0, description="Seconds one call may take")
    env: dict[str, str] = Field(
        default_factory=dict, description="Variables of the server; $NAME takes the value from the environment"
    )

    def secrets(self) -> list[str]:
        """The variables whose secret stands here, where it would be kept with every run."""
        return [name for name, value in self.env.items() if is_secret(name) and not _REFERENCE.fullmatch(value)]


class AnswersFile(Frozen):
    """Exactly one kind. A kind that another package registers is checked by that package, when it is made."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"minProperties": 1, "maxProperties": 1})
    __pydantic_extra__: dict[str, dict[str, JsonValue]]

    replay: ReplayAnswers | None = Field(default=None, description="Results recorded in the tools of each case")
    python: PythonAnswers | None = Field(default=None, description="Functions of your repository")
    mcp: McpAnswers | None = Field(default=None, description="A Model Context Protocol server over stdio")

    @model_validator(mode="after")
    def _one_kind(self) -> "AnswersFile":
        for kind in self.__pydantic_extra__:
            if sentence := unknown(kind):
                raise ValueError(sentence)
        if len(self.resolved()) != 1:
            raise ValueError(ONE_KIND)
        return self

    def resolved(self) -> dict[str, dict[str, Any]]:
        """`{kind: options}` with every default written out."""
        given: dict[str, dict[str, Any]] = self.model_dump(exclude_none=True)
        return given
