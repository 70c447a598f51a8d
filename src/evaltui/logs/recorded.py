"""Owns the scores that came with a result: a mapping of shares, or the list that evaltui's own export writes."""

from collections.abc import Iterable
from typing import Any

from evaltui.logs.report import Report, error

_SHARE = "must be a number in 0 to 1"


def read_scores(written: Any, at: str, report: Report) -> dict[str, float]:
    """Scores by name; true and false are 1 and 0, null is no score."""
    return {
        name: share
        for name, value in _pairs(written, at, report)
        if (share := _share(value, at, name, report)) is not None
    }


def _pairs(written: Any, at: str, report: Report) -> Iterable[tuple[str, Any]]:
    if isinstance(written, dict):
        return [(name, value) for name, value in written.items() if value is not None]
    if isinstance(written, list) and all(
        isinstance(each, dict) and isinstance(each.get("scorer"), str) for each in written
    ):
        return [(each["scorer"], each.get("value")) for each in written if each.get("value") is not None]
    report(error(at, 'must be a mapping such as {"reward": 1.0}', written))
    return []


def _share(value: Any, at: str, name: str, report: Report) -> float | None:
    if isinstance(value, int | float) and 0 <= value <= 1:
        return float(value)
    report(error(at if at == name else f"{at}.{name}", _SHARE, value, hint="divide it by the best that it can be"))
    return None
