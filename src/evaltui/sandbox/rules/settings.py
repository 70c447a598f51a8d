"""Settings that depend on the model, on the API version, or on whether the request stands in a batch."""

from typing import Any

from evaltui.sandbox.catalogue import EXTENDED_OUTPUT_BETA, EXTENDED_OUTPUT_TOKENS, ModelFacts
from evaltui.sandbox.rules.schemas import strict_schema
from evaltui.sandbox.rules.shapes import Problems, anything, integer, mapping, one_of, optional, record, tagged

SAMPLING = ("temperature", "top_p", "top_k")
VERSIONS = ("2023-06-01", "2026-10-21")

_MIN_BUDGET = 1024
_display = optional(one_of("summarized", "omitted"))
_thinking = tagged(
    {
        "enabled": record({"type": anything, "budget_tokens": integer(_MIN_BUDGET)}, {"display": _display}),
        "disabled": record({"type": anything}),
        "between_tools": record({"type": anything}),
        "adaptive": record({"type": anything}, {"display": _display}),
    }
)
_format = tagged({"json_schema": record({"type": anything, "schema": mapping})})
_OUTPUT = {"effort": optional(one_of("low", "medium", "high", "xhigh", "max")), "format": optional(_format)}
_output_config = record({}, _OUTPUT)
_beta_output_config = record({}, _OUTPUT | {"task_budget": mapping})


def sampling(params: dict[str, Any], facts: ModelFacts, version: str) -> Problems:
    used = [name for name in SAMPLING if name in params]
    for name in used:
        if version != VERSIONS[0]:
            yield f"{name}: Extra inputs are not permitted"
        if not facts.sampling:
            yield f"`{name}` is deprecated for this model."
    if "temperature" in used and "top_p" in used:
        yield "`temperature` and `top_p` cannot both be specified for this model. Please use only one."


def output_length(params: dict[str, Any], facts: ModelFacts, *, in_batch: bool, betas: tuple[str, ...]) -> Problems:
    asked, most = params["max_tokens"], facts.max_tokens
    if in_batch and facts.extended_output and EXTENDED_OUTPUT_BETA in betas:
        most = EXTENDED_OUTPUT_TOKENS
    if asked == 0 and in_batch:
        yield "max_tokens: 0 is not supported in a message batch"
    if asked > most:
        yield f"max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for {facts.id}"


def delivery(params: dict[str, Any], *, in_batch: bool) -> Problems:
    if params.get("stream"):
        yield (
            "stream: Streaming is not supported in message batches"
            if in_batch
            else ("stream: the sandbox does not stream; leave `stream` out")
        )
    if in_batch and params.get("speed") is not None:
        yield "speed: Fast mode is not supported in message batches"


def thinking(value: Any, facts: ModelFacts, max_tokens: int) -> Problems:
    yield from _thinking(value, "thinking")
    if value["type"] not in facts.thinking:
        yield (
            f'"thinking.type.{value["type"]}" is not supported for this model. '
            f'Use "thinking.type.{sorted(facts.thinking)[0]}" and "output_config.effort" to control thinking behavior.'
        )
    if value.get("budget_tokens", 0) >= max_tokens:
        yield "`max_tokens` must be greater than `thinking.budget_tokens`."


def output_config(value: Any, facts: ModelFacts, betas: tuple[str, ...]) -> Problems:
    yield from (_beta_output_config if betas else _output_config)(value, "output_config")
    effort = value.get("effort")
    if effort and not facts.efforts:
        yield "This model does not support the effort parameter."
    elif effort and effort not in facts.efforts:
        levels = ", ".join(facts.efforts)
        yield f"This model does not support effort level '{effort}'. Supported levels: {levels}."
    if value.get("format"):
        yield from strict_schema(value["format"]["schema"], "output_config.format.schema")
