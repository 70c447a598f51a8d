"""Owns the moments of spans as seconds since 1970, by which the spans of a trace are put in order."""

from datetime import UTC, datetime
from typing import Any

_LATEST = 4_102_444_800  # 2100-01-01 in seconds: a larger count is of a smaller unit
_UNITS = (1, 10**3, 10**6, 10**9)


def instant(written: Any) -> float:
    """Of ISO 8601, or a count since 1970 in seconds to nanoseconds, also kept as text; 0.0 for what is none."""
    if isinstance(written, str):
        return instant(int(written)) if written.isdecimal() and len(written) < 30 else _iso(written)
    if isinstance(written, bool) or not isinstance(written, int | float):
        return 0.0
    unit = next((unit for unit in _UNITS if 0 < written < _LATEST * unit), None)
    return 0.0 if unit is None else written / unit


def _iso(text: str) -> float:
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
