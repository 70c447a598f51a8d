"""Owns moments as logs write them: ISO 8601, or a count since 1970 in seconds to nanoseconds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_NAMES = ("timestamp", "time", "at", "created_at", "started_at", "start_time", "startTime", "created", "ts", "date")
_UNITS = (1, 10**3, 10**6, 10**9)
_LATEST = 4_102_444_800  # 2100-01-01 in seconds: a larger count is of a smaller unit


def moment(record: Mapping[str, Any]) -> str:
    """When the record says it was made, as ISO 8601 in UTC; "" where it does not say so that it can be read."""
    return next((read for name in _NAMES if (read := moment_of(record.get(name)))), "")


def moment_of(written: Any) -> str:
    """One moment; "" for what is none."""
    if isinstance(written, bool):
        return ""
    if isinstance(written, str):
        return _iso(written)
    return _since_1970(written) if isinstance(written, int | float) else ""


def _iso(text: str) -> str:
    try:
        read = datetime.fromisoformat(text)
        return _written(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return ""


def _since_1970(count: float) -> str:
    unit = next((unit for unit in _UNITS if 0 < count < _LATEST * unit), None)
    return "" if unit is None else _written(datetime.fromtimestamp(count / unit, UTC))


def _written(read: datetime) -> str:
    return read.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
