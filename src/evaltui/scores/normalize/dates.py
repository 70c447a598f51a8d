"""Owns reading dates; only whole dates count, nothing is filled in from today."""

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

from evaltui.scores.normalize.kinds import NotNormal, short_text

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_TIME = rf"(?:(?:[T ]|,? (?:at )?){_CLOCK})?"
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})" + _TIME)
_LOOSE_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME)
_NUMERIC = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})" + _TIME)
_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
_KINDS = (
    dict.fromkeys(_MONTHS.split(), "month")
    | dict.fromkeys(_WEEKDAYS.split(), "weekday")
    | dict.fromkeys(("the", "of"), "filler")
)
_WRITTEN_TIME = re.compile(rf"(?:[T ]|,? (?:at )?){_CLOCK}$")
_DEFAULTS = (datetime(2000, 1, 1), datetime(2004, 12, 31))


def iso_date(value: Any) -> str | NotNormal:
    """A date as YYYY-MM-DD: ISO, 14.03.2026, 14/3/26, 14 March 2026, March 14th, 2026; days come before months.

    A time of day is dropped without converting its zone. Years of two digits mean 1969 to 2068.
    """
    return _date(value, month_first=False)


def us_date(value: Any) -> str | NotNormal:
    """As date, but months come before days in 03/14/2026 and 03-14-2026; dots still mean day first."""
    return _date(value, month_first=True)


def _date(value: Any, *, month_first: bool) -> str | NotNormal:
    text = short_text(value)
    if text is None:
        return NotNormal("not a date")
    text = " ".join(text.split())
    for pattern in (_ISO, _LOOSE_ISO):
        if match := pattern.fullmatch(text):
            return _made(int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match, month_first=month_first)
    return _written(text)


def _numeric(match: re.Match[str], *, month_first: bool) -> str | NotNormal:
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    swapped = month_first and match[2] != "."
    month, day = (first, second) if swapped else (second, first)
    made = _made(year, month, day)
    order = "month before day" if swapped else "day before month"
    return NotNormal(f"not a day of the calendar, {order}") if isinstance(made, NotNormal) else made


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 69 else 1900)


def _made(year: int, month: int, day: int) -> str | NotNormal:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return NotNormal("not a day of the calendar")


def _written(text: str) -> str | NotNormal:
    """A date with its month in letters. dateutil reads it, but only what is surely one whole date reaches it."""
    words = re.findall(r"[^\s,./-]+", _WRITTEN_TIME.sub("", text).casefold())
    if not _is_whole(words):
        return NotNormal("not a whole date")
    from dateutil import parser

    essential = " ".join(word for word in words if _kind(word) in ("day", "month", "year"))
    try:
        first, second = (parser.parse(essential, default=default).date() for default in _DEFAULTS)
    except (ValueError, OverflowError):
        return NotNormal("not a day of the calendar")
    return first.isoformat() if first == second else NotNormal("not a whole date")


def _is_whole(words: list[str]) -> bool:
    """Exactly one year of four digits, one month name and one day, and nothing that is not part of a date."""
    counts = Counter(map(_kind, words))
    return counts["year"] == counts["month"] == counts["day"] == 1 and counts["weekday"] <= 1 and not counts["other"]


def _kind(word: str) -> str:
    if re.fullmatch(r"[0-9]{4}", word):
        return "year"
    if re.fullmatch(r"[0-9]{1,2}(st|nd|rd|th)?", word):
        return "day"
    return _KINDS.get(word, "other")
