"""Owns how long a server asks us to wait, in its three spellings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds (≥ 0) from `retry-after-ms`, else `retry-after` as a number or as an HTTP date; None: not asked."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    plain = headers.get("retry-after")
    seconds = _number(plain)
    return seconds if seconds is not None else _until(plain, headers.get("date"))


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def seconds_until(moment: datetime, date: str | None) -> float:
    """Seconds (≥ 0), against the server's own clock where it sent its `date`: ours may be wrong."""
    return max(0.0, (moment - (_date(date) or datetime.now(UTC))).total_seconds())


def _until(text: str | None, date: str | None) -> float | None:
    then = _date(text)
    return None if then is None else seconds_until(then, date)


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text) if text is not None else None
    except (ValueError, OverflowError):
        return None
    return None if date is None else (date if date.tzinfo else date.replace(tzinfo=UTC))
