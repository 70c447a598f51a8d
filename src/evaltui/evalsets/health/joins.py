"""Owns finding every pair of texts that share enough of their word 3-grams, without comparing each with each.

Prefix filtering (Bayardo 2007, PPJoin): two sets alike enough must share one of their few rarest n-grams, so only texts
that do are compared. No pair is missed; what is found is counted, not estimated.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from evaltui.evalsets.health.words import ngrams, words

N = 3
MOST_ALIKE, MOST_PAIRS = 50, 500_000
"""Neighbours of one text that are looked for, and pairs before one is enough: all texts of one template are alike."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Shingles:
    """`size`: distinct 3-grams of a text. `ranks`: those that another text has too, rarest first."""

    size: int
    ranks: "array[int]"


@dataclass(slots=True)
class Tally:
    """Counted while pairs are read; `crowded`: texts with more neighbours, perhaps, than were looked for."""

    pairs: int = 0
    crowded: int = 0

    def enough(self, found: int) -> bool:
        """Counts a pair; whether the text that has `found` neighbours now may stop looking."""
        self.pairs += 1
        full = found >= MOST_ALIKE or self.pairs > MOST_PAIRS
        self.crowded += full
        return full


@dataclass(slots=True)
class _Shelf:
    """The texts seen so far that start with an n-gram: their index, and where the n-gram stands in them."""

    holders: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def put(self, index: int, ranks: Sequence[int]) -> None:
        for at, rank in enumerate(ranks):
            self.holders.setdefault(rank, []).append((index, at))


def shingles(texts: Iterable[str]) -> list[Shingles]:
    """Of each text; one with fewer than three words has none and is like no other."""
    raw = [array("Q", sorted(set(ngrams(words(text), N)))) for text in texts]
    seen = Counter(gram for grams in raw for gram in grams)
    shared = sorted((gram for gram, count in seen.items() if count > 1), key=lambda gram: (seen[gram], gram))
    rank = {gram: index for index, gram in enumerate(shared)}
    return [Shingles(len(grams), array("I", sorted(rank[gram] for gram in grams if gram in rank))) for grams in raw]


def alike(
    documents: Sequence[Shingles], threshold: float, tally: Tally, sides: Sequence[bool] | None = None
) -> Iterator[tuple[int, int, float]]:
    """Pairs of indices, the smaller first, with a Jaccard likeness of at least `threshold` in (0, 1].

    With `sides` only pairs across them. Pairs are left out only behind the texts that `tally` counts as crowded.
    """
    whole = _Shelf()
    shelves = (whole, whole) if sides is None else (_Shelf(), _Shelf())
    for index in sorted(range(len(documents)), key=lambda each: documents[each].size):
        document, side = documents[index], bool(sides and sides[index])
        for found, (other, likeness) in enumerate(_neighbours(document, documents, shelves[not side], threshold), 1):
            yield min(index, other), max(index, other), likeness
            if tally.enough(found):
                break
        shelves[side].put(index, _kept(document, threshold))


def _neighbours(
    document: Shingles, documents: Sequence[Shingles], shelf: _Shelf, threshold: float
) -> Iterator[tuple[int, float]]:
    tried: set[int] = set()
    ranks, size, own = document.ranks, document.size, set(document.ranks)
    for at, rank in enumerate(_probed(document, threshold)):
        for other, there in shelf.holders.get(rank, ()):
            if other in tried:
                continue
            tried.add(other)
            candidate = documents[other]
            needed = ceil(threshold / (1 + threshold) * (size + candidate.size) - _ROUNDING)
            # This n-gram is the first that both share: before it there is none, behind it no more than what is left.
            if min(len(ranks) - at, len(candidate.ranks) - there) < needed:
                continue
            common = len(own.intersection(candidate.ranks))
            if common >= needed:
                yield other, common / (size + candidate.size - common)


def _probed(document: Shingles, threshold: float) -> Sequence[int]:
    return _first(document, ceil(threshold * document.size - _ROUNDING))


def _kept(document: Shingles, threshold: float) -> Sequence[int]:
    """Fewer than are probed: texts come by size, so those that will look here are no smaller."""
    return _first(document, ceil(2 * threshold / (1 + threshold) * document.size - _ROUNDING))


def _first(document: Shingles, overlap: int) -> Sequence[int]:
    """The n-grams of which one must be shared, if `overlap` are; the unshared ones come before all others."""
    unshared = document.size - len(document.ranks)
    return document.ranks[: max(0, document.size - overlap + 1 - unshared)]
