"""Owns how moments and spans of time are written on screens, in the person's own time zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment that screens take as now."""
    return datetime.now(UTC)


def clock(at: datetime, today: datetime) -> str:
    """`14:32` today, `Nov 24 14:32` on other days, with the year in other years."""
    here, day = at.astimezone(), today.astimezone()
    if here.date() == day.date():
        return f"{here:%H:%M}"
    return f"{here:%b %d %H:%M}" if here.year == day.year else f"{here:%Y-%m-%d %H:%M}"


def dated(at: datetime) -> str:
    """`Nov 24 08:20`, whatever day it is."""
    return f"{at.astimezone():%b %d %H:%M}"


def lasting(seconds: float) -> str:
    """`42 s`, `12 min`, `3 h 20 min`."""
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 48 else f"{hours} h"
