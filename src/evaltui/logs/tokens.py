"""Owns the tokens of a traced call of a model, whichever names the trace counts them under."""

from collections.abc import Mapping
from typing import Any

from evaltui.domain.trajectory import Usage
from evaltui.logs.loose import mapping, number
from evaltui.logs.usage import MOST_TOKENS

_INPUT = (
    "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.promptTokens",
    "ai.usage.inputTokens", "llm.usage.prompt_tokens", "prompt_tokens", "input_tokens", "promptTokens",
)  # fmt: skip
_OUTPUT = (
    "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
    "ai.usage.completionTokens", "ai.usage.outputTokens", "llm.usage.completion_tokens", "completion_tokens",
    "output_tokens", "completionTokens",
)  # fmt: skip
_READ = (
    "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens", "cached_tokens",
    "prompt_details.cache_read", "cache_read",
)  # fmt: skip
_CREATED = (
    "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write", "prompt_details.cache_write", "cache_creation",
)  # fmt: skip
_APART_READ = ("input_cache_read", "input_cached_tokens", "cache_read_input_tokens", "cacheRead")
_APART_CREATED = ("input_cache_creation", "cache_creation_input_tokens", "cacheWrite")
_APART_OUTPUT = ("output_reasoning", "output_reasoning_tokens")


def usage_within(held: Mapping[str, Any]) -> Usage | None:
    """Counts where cached input is part of all input, as OpenTelemetry and OpenAI count; None without any."""
    details = mapping(held.get("input_token_details"))
    counted, written = _first(held, _INPUT), _first(held, _OUTPUT)
    if counted is None and written is None:
        return None
    read = _first(held, _READ) or _first(details, _READ) or 0
    created = _first(held, _CREATED) or _first(details, _CREATED) or 0
    return Usage(max((counted or 0) - read - created, 0), written or 0, created, read)


def usage_apart(held: Mapping[str, Any]) -> Usage | None:
    """Counts where each kind of token is counted for itself, under the names `input` and `output`; None without."""
    counted, written = _first(held, ("input",)), _first(held, ("output",))
    if counted is None and written is None:
        return usage_within(held)
    read, created = _first(held, _READ) or 0, _first(held, _CREATED) or 0
    return Usage(
        max((counted or 0) - read - created, 0),
        (written or 0) + (_first(held, _APART_OUTPUT) or 0),
        created + (_first(held, _APART_CREATED) or 0),
        read + (_first(held, _APART_READ) or 0),
    )


def _first(held: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((count for name in names if (count := _count(held.get(name))) is not None), None)


def _count(written: Any) -> int | None:
    """A count, also one kept as text; what is none counts as not written."""
    if isinstance(written, bool):
        return None
    read = number(written)
    return int(read) if read is not None and 0 <= read <= MOST_TOKENS and read == int(read) else None
