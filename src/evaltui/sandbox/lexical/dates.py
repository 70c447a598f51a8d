"""Owns dates in letters: finding them and writing them the way the prompt asks.

Unless the prompt says otherwise a date is copied as written, `4/3/2025` is read month first, a date without a year and
words such as "yesterday" stay as they are. Rules it obeys: ISO or YYYY-MM-DD (said or shown), day first (or DD/MM),
a stated year ("when the year is missing, use 2025") and a stated today ("Today is 2025-05-20").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    "january jan januar janvier gennaio enero januari",
    "february feb februar février febbraio febrero februari",
    "march mar märz mars marzo maart",
    "april apr avril aprile abril",
    "may mai maggio mayo mei",
    "june jun juni juin giugno junio",
    "july jul juli juillet luglio julio",
    "august aug août agosto augustus",
    "september sep sept septembre settembre septiembre",
    "october oct oktober octobre ottobre octubre okt",
    "november nov novembre noviembre",
    "december dec dezember décembre dicembre diciembre dez",
)
_NUMBER = {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBER, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:,?\s+(?:de\s+)?(?P<year>(?:19|20)\d\d))?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{_MONTH}\b{_YEAR}",
        rf"\b{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[:%€]){_YEAR}",
        r"(?<![\w.,/-])(?P<one>\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<year>(?:20)?\d\d)(?!\d)",
        r"(?<![\w.,/-])(?P<one>\d{1,2})(?P<sep>/)(?P<two>\d{1,2})(?![\d/])",
        r"\b(?P<word>today|yesterday|the day before yesterday"
        r"|(?:last|on|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day"
        r"|(?:\d+|a|one|two|three|four|five|six|ten) (?:day|week)s? ago)\b",
    )
)
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


@dataclass(frozen=True, slots=True)
class DateRules:
    """What the prompt says of dates."""

    iso: bool = False
    day_first: bool = False
    year: int | None = None
    today: date | None = None


def date_rules(about: str, sentences: Iterable[str]) -> DateRules:
    """Rules from a key's description and from the prompt's sentences about dates."""
    said = [about, *(one for one in sentences if re.search(r"\b(?:date|dates|day|year|today)\b", one, re.I))]
    text = "\n".join(said)
    year = re.search(r"\byear\b[^.\n]{0,80}?\b((?:19|20)\d\d)\b", text, re.I)
    today = re.search(r"\btoday(?:'s date)?(?: is)?:? ((?:19|20)\d\d-\d\d-\d\d)", text, re.I)
    return DateRules(
        iso=bool(re.search(r"\biso\b|yyyy-mm-dd|\b20\d\d-\d\d-\d\d\b", text, re.I)),
        day_first=bool(re.search(r"\bday[- ](?:first|before)|\bdd[/.-]mm\b|\bday, then month", text, re.I)),
        year=int(year[1]) if year else None,
        today=date.fromisoformat(today[1]) if today else None,
    )


def dates(text: str, rules: DateRules) -> list[tuple[int, str]]:
    """(position, value) of every date of a text in order; values are ISO where the rules ask and the date is whole."""
    found = {match.start(): match for form in reversed(_FORMS) for match in form.finditer(text)}
    written = ((at, _written(found[at], rules)) for at in sorted(_apart(found)))
    return [(at, value) for at, value in written if value]


def _apart(found: dict[int, re.Match[str]]) -> Iterator[int]:
    end = -1
    for at in sorted(found):
        if at >= end:
            yield at
            end = found[at].end()


def _written(match: re.Match[str], rules: DateRules) -> str:
    """Empty for a word like "today" that the asked form cannot express because the prompt does not state the day."""
    resolved = _resolved(match.groupdict(), rules) if rules.iso else None
    if resolved is None and rules.iso and match.groupdict().get("word"):
        return ""
    return resolved.isoformat() if resolved else match[0].strip()


def _resolved(parts: dict[str, str | None], rules: DateRules) -> date | None:
    if word := parts.get("word"):
        return _relative(word.lower(), rules.today)
    year = _year(parts.get("year"), rules)
    if year is None:
        return None
    day, month = _day_month(parts, rules)
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= _length(year, month) else None


def _year(written: str | None, rules: DateRules) -> int | None:
    if not written:
        return rules.year or (rules.today.year if rules.today else None)
    return int(written) if len(written) == 4 else 2000 + int(written)


def _day_month(parts: dict[str, str | None], rules: DateRules) -> tuple[int, int]:
    if one := parts.get("one"):
        first, second = int(one), int(parts.get("two") or 0)
        swap = second > 12 or not (rules.day_first or parts.get("sep") == "." or first > 12)
        return (second, first) if swap else (first, second)
    month = (parts.get("month") or "").lower()
    return int(parts.get("day") or 0), int(month) if month.isdigit() else _NUMBER[month]


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _relative(word: str, today: date | None) -> date | None:
    if today is None:
        return None
    if word.endswith("ago"):
        count, unit, _ = word.split()
        return today - timedelta(days=int(_COUNTS.get(count, count)) * (7 if unit.startswith("week") else 1))
    _, _, weekday = word.rpartition(" ")
    if weekday in DAYS:
        return today - timedelta(days=(today.weekday() - DAYS.index(weekday) - 1) % 7 + 1)
    return today - timedelta(days=("today", "yesterday", "the day before yesterday").index(word))
