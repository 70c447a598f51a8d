"""Owns numbers of payment cards and bank accounts, and US social security numbers."""

import re
from collections.abc import Iterator

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View

_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.,])(?<![0-9a-f]{4}-)"
    r"(?:[0-9]{13,19}|[0-9]{4}(?P<by>[ .-])[0-9]{4}(?P=by)[0-9]{4}(?P=by)[0-9]{1,4}(?:(?P=by)[0-9]{3}(?![0-9]))?"
    r"|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})(?![0-9A-Za-z]|[.][0-9])"
)
_SEPARATORS = str.maketrans("", "", " .-")
_GROUPED = 19  # characters of four groups of four
_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|(?:6011|65[0-9]{2}|64[4-9][0-9])[0-9]{12,15}"  # Discover
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:50|5[6-9]|6[0-9])[0-9]{14}"  # Maestro
)
_IBAN = re.compile(r"(?<![a-z0-9])(?P<country>[a-z]{2})[0-9]{2}(?=[ -]?[a-z0-9]{2})")
_LENGTHS = dict(
    re.findall(
        "([A-Z]{2})([0-9]{2})",
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23"
        "GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30"
        "NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20",
    )
)
_SSN = re.compile(
    r"(?<![\w.-])(?<![\w/#]-)(?!000|666|9)[0-9]{3}(?P<by>[- ]?)(?!00)[0-9]{2}(?P=by)(?!0000)[0-9]{4}(?![\w-]|\.[0-9])"
)
_SSN_TOLD = re.compile(r"(?:ssn|social[ -]security|social insurance)[^0-9\n]{0,24}\Z")
_SSN_OTHER = re.compile(r"(?:order|invoice|part|ticket|sku|serial|item|ref|tracking|model)[^0-9\n]{0,12}\Z")


def find_cards(view: View) -> Iterator[Found]:
    """Numbers of an issuer's length and beginning whose check digit is right; decimals and ids are none."""
    for found in _CARD.finditer(view.text):
        number = found[0] if _is_card(found[0]) else _without_code(found[0])  # a security code may stand behind
        if _is_card(number):
            yield Found(found.start(), found.start() + len(number), "card")


def find_ibans(view: View) -> Iterator[Found]:
    """Account numbers of their country's length whose check digits are right, in groups or not."""
    for found in _IBAN.finditer(view.low):
        length = int(_LENGTHS.get(found["country"].upper(), 0))
        end = _end(view.low, found.start(), length)
        if end and _mod_97(view.low[found.start() : end]):
            yield Found(found.start(), end, "iban")


def find_ssns(view: View) -> Iterator[Found]:
    """`123-45-6789` in the ranges that are given out; with blanks or without signs only behind a word that tells."""
    for found in _SSN.finditer(view.text):
        before = view.low[max(0, found.start() - 44) : found.start()]
        if _SSN_TOLD.search(before) or (found["by"] == "-" and not _SSN_OTHER.search(before)):
            yield Found(*found.span(), "ssn")


def _without_code(text: str) -> str:
    return text if text.isdigit() else text[:_GROUPED]


def _is_card(text: str) -> bool:
    digits = text.translate(_SEPARATORS)
    return _ISSUERS.fullmatch(digits) is not None and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _end(text: str, start: int, length: int) -> int:
    """Where `length` letters and digits end, single blanks and dashes skipped; 0 where they do not, or go on."""
    at = start
    while length and at < len(text):
        if text[at] in " -" and text[at - 1] not in " -":
            at += 1
        elif text[at].isascii() and text[at].isalnum():
            at, length = at + 1, length - 1
        else:
            return 0
    return 0 if length or at == start or text[at : at + 1].isalnum() else at


def _mod_97(text: str) -> bool:
    plain = text.replace(" ", "").replace("-", "")
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
