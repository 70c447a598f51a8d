"""Owns which texts of a set are like one new text: asked often, of a set that stays as it is."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import compress

from evaltui.evalsets.health.duplicates import THRESHOLD
from evaltui.evalsets.health.joins import N
from evaltui.evalsets.health.words import ngrams, normalise, words


class Nearest:
    """The word 3-grams of every text, one behind the other: 8 bytes each, looked through as a whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._grams, self._ends = array("Q"), array("Q")
        self._same: dict[str, list[int]] = {}
        for index, text in enumerate(texts):
            self._same.setdefault(normalise(text), []).append(index)
            self._grams.extend(_grams(text))
            self._ends.append(len(self._grams))

    def like(self, text: str, threshold: float = THRESHOLD) -> list[tuple[int, float, bool]]:
        """Index, likeness in (0, 1] and whether it is the same text; the same first, then the likest."""
        same = self._same.get(normalise(text), [])
        wanted = _grams(text)
        hits = compress(range(len(self._grams)), map(wanted.__contains__, self._grams))
        shared = Counter(bisect_right(self._ends, at) for at in hits)
        near = ((index, count / (len(wanted) + self._size(index) - count)) for index, count in shared.items())
        found = [(index, share, False) for index, share in near if share >= threshold and index not in same]
        return [*((index, 1.0, True) for index in same), *sorted(found, key=lambda each: (-each[1], each[0]))]

    def _size(self, index: int) -> int:
        return int(self._ends[index] - (self._ends[index - 1] if index else 0))


def _grams(text: str) -> frozenset[int]:
    return frozenset(ngrams(words(text), N))
