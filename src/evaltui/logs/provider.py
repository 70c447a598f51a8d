"""Owns the message within a whole reply of a provider."""

from typing import Any

from evaltui.domain.tool import Block


def provider_message(output: Any) -> Block | None:
    """The message in a reply of the Messages API or of a chat completion; None for any other value."""
    if not isinstance(output, dict):
        return None
    choices = output.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = provider_message(choices[0].get("message"))
        beside = {"finish_reason": choices[0].get("finish_reason")} | {k: output.get(k) for k in ("model", "usage")}
        return None if message is None else {key: value for key, value in beside.items() if value is not None} | message
    return output if output.get("role") == "assistant" and "content" in output else None
