"""Owns token counts as providers write them, read as those of the Messages API."""

from collections.abc import Mapping
from typing import Any

from evaltui.domain.trajectory import Usage
from evaltui.logs.report import Report, error, warning

MOST_TOKENS = 2**53
_INPUT, _OUTPUT = ("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens")
_READ, _CREATED = "cache_read_input_tokens", "cache_creation_input_tokens"
_DETAILS = ("prompt_tokens_details", "input_tokens_details")


def read_usage(written: Any, at: str, report: Report) -> Usage | None:
    """The counts; None where none are written, or none that can be used.

    Anthropic counts cached input beside `input_tokens`; OpenAI counts it within, and details how much it was.
    """
    if written is None:
        return None
    if not isinstance(written, dict):
        report(error(at, "must be a mapping of token counts", written))
        return None
    counts = _Counts(written, at, report)
    if not any(key in written for key in (*_INPUT, *_OUTPUT)):
        report(warning(at, "holds no token count that is known", written, hint=f"known: {', '.join(_INPUT + _OUTPUT)}"))
        return None
    details = [_Counts(written[key], f"{at}.{key}", report) for key in _DETAILS if written.get(key) is not None]
    creation = _Counts(written.get("cache_creation") or {}, f"{at}.cache_creation", report)
    read = max(counts.first(_READ), *(each.first("cached_tokens") for each in details), 0)
    created = counts.first(_CREATED)
    within = read + created if details or "prompt_tokens" in written else 0
    return Usage(
        input_tokens=max(counts.first(*_INPUT) - within, 0),
        output_tokens=counts.first(*_OUTPUT),
        cache_creation_input_tokens=created,
        cache_read_input_tokens=read,
        cache_creation_1h_input_tokens=creation.first("ephemeral_1h_input_tokens"),
    )


def wire(usage: Usage) -> dict[str, Any]:
    """The `usage` object of a message."""
    hour = usage.cache_creation_1h_input_tokens
    five_minutes = usage.cache_creation_input_tokens - hour
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        _CREATED: usage.cache_creation_input_tokens,
        _READ: usage.cache_read_input_tokens,
        "cache_creation": {"ephemeral_5m_input_tokens": five_minutes, "ephemeral_1h_input_tokens": hour},
    }


class _Counts:
    """A mapping of counts; one that is no count is reported and taken as 0."""

    def __init__(self, written: Any, at: str, report: Report) -> None:
        self._written: Mapping[str, Any] = written if isinstance(written, dict) else {}
        self._at, self._report = at, report
        if not isinstance(written, dict):
            report(error(at, "must be a mapping of token counts", written))

    def first(self, *keys: str) -> int:
        """The first of the keys that is given; 0 where none is."""
        key = next((key for key in keys if self._written.get(key) is not None), None)
        return 0 if key is None else self._count(key)

    def _count(self, key: str) -> int:
        value = self._written[key]
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
            return value
        self._report(error(f"{self._at}.{key}", "must be a whole number of tokens, 0 or more", value))
        return 0
