"""The evalset: which cases, which scorers, which gate."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from evaltui.domain.base import Frozen
from evaltui.domain.case import CaseId

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Policy = Literal["seed", "noninferior", "no_confident_regression", "confident_improvement"]


class GatePolicy(Frozen):
    """When a run may ship. `margin`, `max_unresolved` and `min_shared` are shares in [0, 1]."""

    metric: str = Field("pass_rate", description="pass_rate, or SCORER.METRIC such as route.macro_f1")
    policy: Policy = Field("seed", description="The rule for the aggregate; seed: at or above the baseline")
    margin: Share = Field(0.02, description="The drop that noninferior tolerates")
    critical: Literal["strict", "absolute"] = Field(
        "strict", description="strict: a critical case that passed must still pass; absolute: every one must pass"
    )
    max_unresolved: Share = Field(0.0, description="Share of samples without a score that may be counted as worst case")
    min_shared: Share = Field(0.95, description="Share of the baseline's cases that must be comparable")
    engines: Literal["same", "any"] = Field(
        "same", description="same: a run made live is not compared with one made by batches; any: it is"
    )
    leaks: Literal["block", "warn"] = Field(
        "block", description="What a case does whose input or answer stands in the agent's own texts"
    )
    waived_leaks: dict[CaseId, Annotated[str, Field(pattern=r"\S")]] = Field(
        default_factory=dict, description="{case id: why it does no harm that the agent is told this case}"
    )


class EvalsetFile(Frozen):
    """`evalset.yaml` as written; paths are relative to its folder."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Names the evalset in runs and reports")
    description: str = ""
    agent: str = Field("agent.yaml", description="The agent under test")
    cases: str | list[str] = Field("cases.yaml", description="One or more .yaml or .jsonl files of cases")
    scorers: list[str | dict[str, JsonValue]] = Field(
        min_length=1, description="Name, {Name: value} or {Name: {argument: value}}"
    )
    gate: GatePolicy = GatePolicy.model_validate({})


class ScorerSpec(Frozen):
    """One entry of `scorers`, its short form written out."""

    kind: str
    name: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    advisory: bool = False
