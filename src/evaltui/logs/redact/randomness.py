"""Owns how a string that a machine made is told from one that a person wrote."""

import re
from collections import Counter
from math import log2

_DIGIT = re.compile("[0-9]")
_HEX = re.compile("[0-9a-fA-F]+")
_ALPHABET = re.compile(r"[A-Za-z0-9+/=_.~:!#$%^&*-]{16,}")
_PARTS = re.compile(r"[-_./:]")
_BITS = 3.0  # of entropy per character; English identifiers of 16 characters and more stay mostly below 3.4


def has_digit(text: str) -> bool:
    """Whether there is one of 0 to 9."""
    return _DIGIT.search(text) is not None


def is_hex(text: str) -> bool:
    """Whether every character is a hexadecimal digit."""
    return _HEX.fullmatch(text) is not None


def is_mixed(text: str) -> bool:
    """Small and capital letters and digits."""
    return has_digit(text) and text.upper() != text and text.lower() != text


def looks_random(text: str) -> bool:
    """At least 16 characters of one word, letters and digits, not made of words and numbers joined by dashes."""
    return (
        _ALPHABET.fullmatch(text) is not None
        and has_digit(text)
        and any(map(str.isalpha, text))
        and not all(map(_is_wordlike, _PARTS.split(text)))
        and entropy(text) >= _BITS
    )


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(count / len(text) * log2(count / len(text)) for count in Counter(text).values())


def _is_wordlike(part: str) -> bool:
    return (
        not part
        or part.isalpha()
        or (part.isdigit() and len(part) < 9)
        or re.fullmatch("[a-z]{2,}[0-9]{1,2}", part) is not None
    )
