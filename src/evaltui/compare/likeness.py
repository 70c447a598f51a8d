"""Owns how alike two texts are, and which of two rows of things belong together when all that is known is how alike."""

from collections.abc import Iterator, Sequence

_HEAD, _TAIL = 300, 100  # letters that decide


def likeness(one: Sequence[str], other: Sequence[str], least: float) -> list[list[float]]:
    """For each of `one` how alike it is to each of `other`, from 0 to 1; 0 where that is less than `least`."""
    from rapidfuzz.distance import Indel

    others = [_ends(text) for text in other]
    return [
        [Indel.normalized_similarity(text, there, score_cutoff=least) for there in others] for text in map(_ends, one)
    ]


def most_alike(table: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """The pairs, in order, whose likenesses have the largest sum; none with a likeness of 0."""
    best = _best(table)
    i = j = 0
    while i < len(table) and j < len(table[i]):
        if table[i][j] and best[i][j] == table[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _best(table: Sequence[Sequence[float]]) -> list[list[float]]:
    """The largest sum from each pair of places on."""
    width = len(table[0]) if table else 0
    best = [[0.0] * (width + 1)]
    for row in reversed(table):
        below, here = best[-1], [0.0] * (width + 1)
        for j in range(width - 1, -1, -1):
            here[j] = max(here[j + 1], below[j], row[j] + below[j + 1] if row[j] else 0.0)
        best.append(here)
    return best[::-1]


def _ends(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else text[:_HEAD] + text[-_TAIL:]
