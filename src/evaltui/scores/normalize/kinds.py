"""Owns what every normaliser returns."""

from dataclasses import dataclass
from typing import Any

MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class NotNormal:
    """The value is not of the kind the normaliser makes; `reason` completes "it is …"."""

    reason: str


def short_text(value: Any) -> str | None:
    """The trimmed text of a text that may be a number, date or amount of money; None for anything else."""
    return value.strip() if isinstance(value, str) and 0 < len(value.strip()) <= MAX_CHARS else None
