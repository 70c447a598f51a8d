"""A rubric: what a judge is asked about a sample, and what its answers are worth."""

from collections import Counter
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from evaltui.domain.base import Frozen, digest
from evaltui.domain.evalset import Share

Sees = Literal["input", "output", "reference", "trajectory"]
Level = Literal["0", "1", "2", "3", "4", "5"]
"""A level of the scale as files have it: their keys are always text."""
CriterionName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
TOP = 5
_OURS = frozenset(
    {"model", "max_tokens", "system", "messages", "tools", "tool_choice", "stream", "stop_sequences", "output_format"}
)


class Criterion(Frozen):
    """One narrow question: true or false without `anchors`, else a whole number from 0 to 5."""

    name: CriterionName = Field(description="Names it in reports and metrics")
    question: str = Field(min_length=1, description="A question whose yes is good, or a statement that should be true")
    anchors: dict[Level, str] | None = Field(
        None, description="Makes it a scale from 0 to 5: what earns each level, 0 and 5 among them"
    )
    at_least: int | None = Field(None, ge=1, le=TOP, description="The level that passes; every scale needs one")
    weight: float = Field(1.0, gt=0, allow_inf_nan=False, description="Its share in the score")
    required: bool = Field(default=False, description="Must pass even where score_at_least decides")

    @field_validator("anchors")
    @classmethod
    def _has_ends(cls, anchors: dict[str, str] | None) -> dict[str, str] | None:
        if anchors is not None and not {"0", str(TOP)} <= anchors.keys():
            raise ValueError(f"both ends must be there: say what earns 0 and what earns {TOP}")
        return anchors

    @model_validator(mode="after")
    def _passes_somewhere(self) -> "Criterion":
        if self.anchors is not None and self.at_least is None:
            raise ValueError(f"at_least is required and missing: which level, 1 to {TOP}, is good enough")
        if self.anchors is None and self.at_least is not None:
            raise ValueError("at_least belongs to a scale: give anchors that say what earns each level, or remove it")
        return self

    def value(self, score: int) -> float:
        """A judge's score as a share in [0, 1]; true is 1."""
        return float(score) if self.anchors is None else score / TOP

    def met(self, score: int) -> bool:
        """Whether a judge's score passes."""
        return score >= (self.at_least or 1)


class Rubric(Frozen):
    """A rubric file. Every criterion must pass, unless `score_at_least` lets their weighted mean decide."""

    name: str = Field("", description="Names the rubric in reports; the file's name by default")
    description: str = Field("", description="For people; never sent")
    model: str = Field(min_length=1, description="The judge, a Claude model id, sent as it is")
    max_tokens: int = Field(4096, ge=1, description="The most tokens of one judgement, its reasons included")
    params: dict[str, JsonValue] = Field(
        default_factory=dict, description="Other parameters of the Messages API, sent as is"
    )
    sees: list[Sees] = Field(
        default=["input", "output"], description="What the judge is shown; reference: the case's expected and rubric"
    )
    criteria: list[Criterion] = Field(min_length=1, max_length=20, description="What is asked, one thing each")
    score_at_least: Share | None = Field(None, description="The weighted mean that passes; else all criteria must")
    repeats: int = Field(1, ge=1, le=15, description="How often each judgement is asked; the majority or median counts")

    @cached_property
    def digest(self) -> str:
        """Of all that changes what is asked or how it is read."""
        return digest(self.model_dump(exclude={"name", "description"}))

    @field_validator("params")
    @classmethod
    def _leaves_ours(cls, params: dict[str, JsonValue]) -> dict[str, JsonValue]:
        taken = sorted(_OURS & params.keys())
        if taken:
            raise ValueError(f"{', '.join(taken)} cannot be given here: it is a field of the rubric, or ours to set")
        config = params.get("output_config", {})
        if not isinstance(config, dict) or "format" in config:
            raise ValueError("output_config may hold anything but format, which follows from the criteria")
        return params

    @field_validator("sees")
    @classmethod
    def _sees_work(cls, sees: list[Sees]) -> list[Sees]:
        if not {"output", "trajectory"} & set(sees):
            raise ValueError("the judge must see output or trajectory, or it has nothing to judge")
        if len(set(sees)) < len(sees):
            raise ValueError("names one thing twice")
        return sees

    @field_validator("criteria")
    @classmethod
    def _named_once(cls, criteria: list[Criterion]) -> list[Criterion]:
        twice = [name for name, count in Counter(each.name for each in criteria).items() if count > 1]
        if twice:
            raise ValueError(f"two criteria have the name {twice[0]}; give each its own")
        return criteria

    @model_validator(mode="after")
    def _required_means_something(self) -> "Rubric":
        if self.score_at_least is None and any(criterion.required for criterion in self.criteria):
            raise ValueError("required has no effect without score_at_least: every criterion must pass; remove it")
        return self
