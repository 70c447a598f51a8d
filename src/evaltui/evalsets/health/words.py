"""Owns what counts as the text of a case, when two texts are the same, and what their words are.

Two readings, on purpose. `normalise` is the identity of a text: punctuation is taken out, so "top-up" is "topup" and
not "top up". `words` is what likeness is counted with: punctuation parts words, so compact JSON has words too.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

from evaltui.domain.base import digest
from evaltui.domain.case import Case

# Between digits punctuation is a part of the number, as is a sign before one: 1.5 is not 15, -5 is not 5.
_STRIPPED = r"(?!(?<!\S)[-−]\d)(?:(?<!\d\s?)[\p{P}\p{Sk}]|[\p{P}\p{Sk}](?!\s?\d))|[\p{Cf}]"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORD = rf"{_UNSPACED}\p{{M}}*|[\p{{L}}\p{{M}}\p{{N}}](?:['’]*(?!{_UNSPACED})[\p{{L}}\p{{M}}\p{{N}}\p{{Cf}}])*"
_ASCII_WORD = re.compile(r"[a-z0-9]+")  # the same words, found faster
_PRIME, _BASE = (1 << 61) - 1, 0x9E3779B97F4A7C15 % ((1 << 61) - 1)


@dataclass(frozen=True, slots=True)
class Word:
    """A normalised word, and the characters it stands for: `text[start:end]`."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """NFKC, case folded, without punctuation, one blank between words; a text of punctuation alone stays as it is."""
    folded = _folded(text)
    return " ".join(_compiled(_STRIPPED).sub("", folded).split()) or " ".join(folded.split())


def words(text: str) -> list[str]:
    """The words of a text, in order; a character of a script without blanks is a word."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower().replace("'", ""))
    return [_plain(found) for found in _compiled(_WORD).findall(text)]


def placed_words(text: str) -> list[Word]:
    """The same words with the places they stand at."""
    return [Word(_plain(found[0]), *found.span()) for found in _compiled(_WORD).finditer(text)]


def ngrams(sequence: Sequence[str], n: int) -> list[int]:
    """Every run of `n` words as a number below 2^61, in order; the same in every process."""
    codes, top = list(map(_code, sequence)), pow(_BASE, n, _PRIME)
    value, grams = 0, []
    for code, gone in zip(codes, [0] * n + codes, strict=False):
        value = (value * _BASE + code - gone * top) % _PRIME
        grams.append(value)
    return grams[n - 1 :]


def case_text(case: Case) -> str:
    """All that this case alone tells the agent: input, messages, vars and later turns, a line for each text."""
    return "\n".join(text for _, text in case_parts(case))


def case_parts(case: Case) -> list[tuple[str, str]]:
    """The same, each text with its dotted place: `input.question`, `messages[0]`, `turns[1]`, `vars.name`."""
    messages = [each.content for each in case.messages or ()]
    given = (("input", case.input), ("messages", messages), ("vars", case.vars), ("turns", case.turns))
    return [part for name, value in given if value for part in leaves(value, name)]


def leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text and number within a plain value, keys in their order; what is no text (an image) as its digest."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        yield from _of_mapping(value, place)
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield from leaves(each, f"{place}[{index}]")
    elif value is not None:
        yield place, str(value).lower()


def _of_mapping(value: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    if value.get("type") == "text" and isinstance(value.get("text"), str):
        yield place, value["text"]
    elif value.get("type") in ("image", "document") and "source" in value:
        yield place, digest(dict(value))
    else:
        for key in sorted(value):
            yield from leaves(value[key], f"{place}.{key}" if place else key)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Folding undoes the normal form of a few characters.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "")
    folded = _folded(word).replace("'", "").replace("’", "")
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


@lru_cache(maxsize=1 << 16)
def _code(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()) % _PRIME


@cache
def _compiled(pattern: str) -> Any:
    import regex  # type: ignore[import-untyped] # it ships no types

    return regex.compile(pattern)
