"""Owns numbers that name things (orders, invoices, bookings): their pattern is learnt from the example in the prompt.

`FW-12345` in the prompt means: these letters, this separator, that many digits. A customer's "fw 12345" is only
recognised, and rewritten, when the prompt says that spelling varies ("without the dash", "lower case", "however").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evaltui.sandbox.lexical.words import stem, words

_SAMPLE = re.compile(r"\b([A-Z]{1,6})([-/#]?)(\d{3,12})\b")
_VARIES = re.compile(
    r"\b(?:lower ?case|without the|missing (?:dash|prefix|hyphen)|leave out|spaces?|however|spelling|normali[sz]e"
    r"|always write|rewrite)\b",
    re.IGNORECASE,
)
# one without a shown pattern: letters and digits, digits after "#", or five digits that are no amount
_ANY = re.compile(r"\b[A-Z]{1,5}-?\d{3,}\b|(?<=#)\d{3,}\b|(?<![\d.,€$£])\b\d{5,}\b(?![.,]\d)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`exact` finds an identifier as the prompt writes it, `loose` also when misspelt; `prefix` restores it."""

    exact: re.Pattern[str]
    loose: re.Pattern[str] | None
    prefix: str


def pattern(name: str, about: str, sentences: Iterable[str]) -> Pattern | None:
    """The pattern a prompt shows for the key `name`, None when it shows none."""
    key = {stem(word) for word in words(name)} - {"id", "no", "number", "num"}
    said = [about, *(one for one in sentences if key & {stem(word) for word in words(one)})]
    sample = next((found for found in map(_SAMPLE.search, said) if found), None)
    if sample is None:
        return None
    varies = any(_VARIES.search(one) and _SAMPLE.search(one) for one in said)
    return _pattern(sample[1], sample[2], sample[3], varies)


def _pattern(letters: str, mark: str, digits: str, varies: bool) -> Pattern:
    tail = rf"\d{{{len(digits)}}}(?!\d)"
    exact = re.compile(rf"(?<!\w){letters}{re.escape(mark)}{tail}", re.IGNORECASE)
    spaced = r"[\s./_–#-]*".join(letters)
    ahead = rf"(?<!\w){spaced}[\s./_–#:-]*|(?<![\w.,€$£])(?<!\d )"
    loose = re.compile(rf"(?:{ahead})({tail})(?![.,]\d|\w| \d)", re.I)
    return Pattern(exact, loose if varies else None, letters + mark)


def identifiers(text: str, shown: Pattern | None) -> list[tuple[int, str]]:
    """(position, value) of every identifier in order."""
    if shown is None:
        return [(found.start(), found[0]) for found in _ANY.finditer(text)]
    if shown.loose is None:
        return [(found.start(), found[0]) for found in shown.exact.finditer(text)]
    return [(found.start(), shown.prefix + found[1]) for found in shown.loose.finditer(text)]
