"""Owns what redaction gives back: the new text, and what was replaced where, so that a screen can mark it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """`start` and `end` are half-open offsets into the original text."""

    start: int
    end: int
    kind: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text with placeholders, and what was replaced, in order. `unfinished`: patterns that ran out of time."""

    text: str
    spans: tuple[Span, ...] = ()
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A string of a JSON value in which something was found; `path` leads to it in the new value.

    `is_key`: it is the last step of the path itself, a key of an object.
    """

    path: tuple[str | int, ...]
    is_key: bool
    redacted: Redacted


@dataclass(frozen=True, slots=True)
class RedactedValue:
    """A JSON value with placeholders, and every string in it that changed, or that a pattern did not finish."""

    value: Any
    places: tuple[Place, ...] = ()


def replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with each span's placeholder in its place; the spans are in order and apart."""
    pieces, done = [], 0
    for span in spans:
        pieces += [text[done : span.start], span.placeholder]
        done = span.end
    return "".join((*pieces, text[done:]))
