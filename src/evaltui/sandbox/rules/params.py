"""One Messages request, whole: the first thing the API would refuse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evaltui.sandbox.catalogue import MODELS, ModelFacts
from evaltui.sandbox.model import Refused
from evaltui.sandbox.rules import settings, tools
from evaltui.sandbox.rules.blocks import cache_control, system_prompt
from evaltui.sandbox.rules.shapes import (
    Problems,
    anything,
    boolean,
    each,
    integer,
    mapping,
    number,
    one_of,
    optional,
    record,
    string,
)
from evaltui.sandbox.rules.turns import Message, blocks, conversation

_BYTES_PER_TOKEN = 4
_MAX_CACHE_POINTS = 4
_FIELDS = {
    "cache_control": cache_control,
    "container": anything,
    "diagnostics": anything,
    "inference_geo": optional(string),
    "metadata": record({}, {"user_id": optional(string)}),
    "output_config": anything,
    "service_tier": one_of("auto", "standard_only"),
    "speed": optional(one_of("standard", "fast")),
    "stop_sequences": each(string),
    "stream": boolean,
    "system": system_prompt,
    "temperature": number(0, 1),
    "thinking": anything,
    "tool_choice": anything,
    "tools": anything,
    "top_k": integer(0),
    "top_p": number(0, 1),
    "user_profile_id": string,
}
_BETA_FIELDS = {"context_management": anything, "mcp_servers": each(mapping), "output_format": anything}
_REQUIRED = {"model": string, "max_tokens": integer(0), "messages": anything}
_request = record(_REQUIRED, _FIELDS)
_beta_request = record(_REQUIRED, _FIELDS | _BETA_FIELDS)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a request arrived: the `anthropic-version`, the `anthropic-beta` names, and by which door."""

    version: str
    betas: tuple[str, ...] = ()
    in_batch: bool = False


def refusal(params: Any, setting: Setting, size: int) -> Refused | None:
    """Why the API would refuse `params` (`size` in bytes), or None."""
    shape = _beta_request if setting.betas else _request
    if problem := next(shape(params, ""), None):
        return Refused("invalid_request_error", problem)
    if params["model"] not in MODELS:
        return Refused("not_found_error", f"model: {params['model']}")
    problem = next(_problems(params, MODELS[params["model"]], setting, size), None)
    return Refused("invalid_request_error", problem) if problem else None


def _problems(params: dict[str, Any], facts: ModelFacts, setting: Setting, size: int) -> Problems:
    yield from settings.delivery(params, in_batch=setting.in_batch)
    yield from settings.sampling(params, facts, setting.version)
    yield from settings.output_length(params, facts, in_batch=setting.in_batch, betas=setting.betas)
    if params.get("thinking") is not None:
        yield from settings.thinking(params["thinking"], facts, params["max_tokens"])
    if params.get("output_config") is not None:
        yield from settings.output_config(params["output_config"], facts, setting.betas)
    yield from _tooling(params, facts)
    yield from conversation(params["messages"], prefill=facts.prefill)
    yield from _newer_version(params["messages"], setting.version)
    yield from _stop_sequences(params)
    yield from _cache_points(params)
    yield from _length(size, facts)


def _tooling(params: dict[str, Any], facts: ModelFacts) -> Problems:
    offered = params.get("tools") or []
    yield from tools.tools(offered)
    if params.get("tool_choice") is not None:
        yield from tools.tool_choice(params["tool_choice"], offered, facts, params.get("thinking"))


def _newer_version(messages: list[Message], version: str) -> Problems:
    """Two things that 2026-10-21 no longer takes."""
    if version == settings.VERSIONS[0]:
        return
    for index, message in enumerate(messages):
        for position, block in enumerate(blocks(message)):
            where = f"messages.{index}.content.{position}"
            if message["role"] == "assistant" and block["type"] == "document":
                yield f"{where}: `document` blocks are not permitted in assistant messages"
            if message["role"] == "user" and block["type"] == "text" and block.get("citations"):
                yield f"{where}.text.citations: Extra inputs are not permitted"


def _stop_sequences(params: dict[str, Any]) -> Problems:
    if not all(sequence.strip() for sequence in params.get("stop_sequences", ())):
        yield "stop_sequences: each stop sequence must contain non-whitespace"


def _cache_points(params: dict[str, Any]) -> Problems:
    found = sum(holder.get("cache_control") is not None for holder in _cache_holders(params))
    if found > _MAX_CACHE_POINTS:
        yield f"A maximum of {_MAX_CACHE_POINTS} blocks with cache_control may be provided. Found {found}."


def _cache_holders(params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield params
    yield from params.get("tools") or ()
    yield from params["system"] if isinstance(params.get("system"), list) else ()
    for message in params["messages"]:
        yield from blocks(message)


def _length(size: int, facts: ModelFacts) -> Problems:
    if (tokens := size // _BYTES_PER_TOKEN) > facts.context:
        yield f"prompt is too long: {tokens} tokens > {facts.context} maximum"
