"""Owns telephone numbers: which rows of digits are tried, and which of these are numbers."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View

_CANDIDATE = re.compile(
    r"(?<![\w.+/#$€£%\\-])(?:\+ ?|\()?[0-9](?:(?:[ .()/-]|\) | \()?[0-9]){6,15}+(?![\w%€£$]|[.,:/-][0-9])"
)
_DATE = re.compile(
    r"\(?(?:[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[-/. ][0-9]{1,2}[-/. ][0-9]{1,2})(?![0-9]).*"
)
_AMERICAN = re.compile(
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}(?P<by>[ .-]))[2-9][0-9]{2}(?(by)(?P=by)|[ .-])[0-9]{4}"
)
_TOLD = re.compile(
    r"(?<![a-z])(?:(?:tele)?(?:ph|f)one?|phone|tel|mobile|cell|fax|whatsapp|sms|text"
    r"|call(?:back|ed| me| us)?|ring|dial|reach(?: me| us)?|handy|mobil|telefon|rufnummer|(?:my|meine) numm?(?:b?er)"
    r"|t[ée]l(?:[ée]phone)?|portable|contact)(?![a-z_])[^0-9,{}\n]{0,24}\Z"
)
_OTHER = re.compile(
    r"(?:order|invoice|tracking|track|ticket|case|ref(?:erence)?|sku|serial|isbn|part|account|acct|item|parcel|policy|build"
    r"|booking|confirmation|flight|claim|model|version|customer|product|ids?|no|nr)(?:[ _-](?:no|nr|number|id|code))?"
    r"[\s\"':#.=(]{1,5}\Z"
)
_COMPACT = re.compile("[^0-9+]")


def phone_finder(regions: Sequence[str]) -> Callable[[View], Iterator[Found]]:
    """A finder of international numbers, American ones by their shape, and those of `regions` near a telling word."""

    def find_phones(view: View) -> Iterator[Found]:
        for found in _CANDIDATE.finditer(view.text):
            start = found.start() + _opened(found[0])
            number, before = view.text[start : found.end()], view.low[max(0, start - 40) : start]
            if not _DATE.fullmatch(number) and _is_phone(number, before, regions):
                yield Found(start, found.end(), "phone")

    return find_phones


def _opened(text: str) -> bool:
    """Whether it begins with a bracket that is not its own."""
    return text[0] == "(" and ")" not in text


def _is_phone(number: str, before: str, regions: Sequence[str]) -> bool:
    if number[0] == "+":
        return _is_international(number)
    if _OTHER.search(before):
        return False
    if number.startswith("00") and number[2:3] not in "0 ":
        return _is_valid("+" + number[2:], None)
    if american := _AMERICAN.fullmatch(number):
        return american["by"] != " " or _is_valid(number, "US")
    return _TOLD.search(before) is not None and any(_is_valid(number, region) for region in regions)


@lru_cache(maxsize=10_000)
def _is_international(text: str) -> bool:
    """A plus sign is telling enough that the number need not be one that was given out."""
    import phonenumbers

    number = _parsed(text, None)
    return number is not None and len(_COMPACT.sub("", text)) >= 10 and phonenumbers.is_possible_number(number)


@lru_cache(maxsize=10_000)  # a number is seldom written once
def _is_valid(text: str, region: str | None) -> bool:
    import phonenumbers

    number = _parsed(text, region)
    return number is not None and phonenumbers.is_valid_number(number)


def _parsed(text: str, region: str | None) -> Any:
    """A `phonenumbers.PhoneNumber`, or None where it cannot be one."""
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
