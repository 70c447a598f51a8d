"""Owns how a few typed letters find a name: whole words first, then parts, then letters in their order."""

import re
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
Match = tuple[float, tuple[int, ...]]


def match(query: str, name: str, detail: str = "") -> Match | None:
    """How well every word of `query` is found in a name, and at which letters; `detail` only counts for whole parts."""
    low = name.lower() if len(name.lower()) == len(name) else name
    score, letters = float(low == query.lower()), set[int]()
    for word in query.lower().split():
        found = _word(word, low) or _in_passing(word, detail.lower())
        if found is None:
            return None
        score += found[0]
        letters.update(found[1])
    return score, tuple(sorted(letters))


def best(query: str, named: Iterable[tuple[str, str, T]], limit: int = 200) -> list[tuple[T, tuple[int, ...]]]:
    """The things whose name and detail match, the best first; equals in the order they came."""
    scored = [(found, thing) for name, detail, thing in named if (found := match(query, name, detail)) is not None]
    scored.sort(key=lambda pair: -pair[0][0])
    return [(thing, found[1]) for found, thing in scored[:limit]]


def _word(word: str, low: str) -> Match | None:
    start = re.search(rf"(?<!\w){re.escape(word)}", low)
    place = start.start() if start else low.find(word)
    if place >= 0:
        return (3.0 if start else 2.0) * len(word) + (not place), tuple(range(place, place + len(word)))
    letters = _scattered(word, low)
    return (len(word) * len(word) / (letters[-1] - letters[0] + 1), letters) if letters else None


def _in_passing(word: str, low: str) -> Match | None:
    return (0.5 * len(word), ()) if len(word) > 1 and word in low else None


def _scattered(word: str, low: str) -> tuple[int, ...]:
    letters: list[int] = []
    place = -1
    for letter in word:
        place = low.find(letter, place + 1)
        if place < 0:
            return ()
        letters.append(place)
    return tuple(letters)
