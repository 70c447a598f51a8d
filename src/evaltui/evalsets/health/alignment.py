"""Owns how much of a passage stands in a text of the agent in one place, changed words and all."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from evaltui.evalsets.health.common import Common
from evaltui.evalsets.health.sources import Index

_PLACES = 3
_SEEDS = 2
_FEW_PLACES = 20
_GRAM = 8


@dataclass(frozen=True, slots=True)
class Alignment:
    """Indices of the first and the last word, of the passage and of the source, and what lies between them.

    `words` and `matched`: words of the passage without boilerplate, and those found. `telling`: different ones of the
    found that mark a case. `run`: found in a row. `grams`: the share of the passage's 8-grams found.
    """

    passage: tuple[int, int]
    source: tuple[int, int]
    words: int
    matched: int
    telling: int
    run: int
    grams: float

    @property
    def share(self) -> float:
        """How much of the passage was found."""
        return self.matched / self.words

    @property
    def whole(self) -> bool:
        """Whether the passage was found word for word."""
        return self.matched == self.words == self.run


def align(passage: Sequence[str], index: Index, common: Common) -> Alignment | None:
    """The place that holds most of the passage; None where no place holds two pairs of its words."""
    votes = _votes(passage, index, common)
    if not votes:
        return None
    skipped = common.boilerplate(passage)
    found = (_at(passage, index, common, skipped, offset) for offset in votes)
    return max((each for each in found if each), key=lambda each: (each.matched, each.run), default=None)


def _votes(passage: Sequence[str], index: Index, common: Common) -> list[int]:
    """How far the passage would have to be moved to lie over its copy, the likeliest first."""
    slack = _slack(passage)
    seen: Counter[int] = Counter()
    for at, pair in enumerate(pairwise(passage)):
        places = index.pairs.get(pair)
        if places and (len(places) <= _FEW_PLACES or common.tells(pair[0]) or common.tells(pair[1])):
            seen.update({(there - at) // slack for there in places})
    return [bucket * slack for bucket, count in seen.most_common(_PLACES) if count + seen[bucket + 1] >= _SEEDS]


def _slack(passage: Sequence[str]) -> int:
    """Words that a copy may have more or fewer than its case."""
    return 3 + len(passage) // 10


def _at(passage: Sequence[str], index: Index, common: Common, skipped: set[int], offset: int) -> Alignment | None:
    slack = _slack(passage)
    low, high = max(0, offset - slack), max(0, offset + len(passage) + 2 * slack)
    matcher = SequenceMatcher(None, passage, index.texts[low:high], autojunk=False)
    longest = matcher.find_longest_match()
    blocks = [
        (a, low + b, size)
        for a, b, size in matcher.get_matching_blocks()
        if size and abs((b - a) - (longest.b - longest.a)) <= slack
    ]
    return _measured(passage, blocks, common, skipped) if blocks else None


def _measured(
    passage: Sequence[str], blocks: Sequence[tuple[int, int, int]], common: Common, skipped: set[int]
) -> Alignment | None:
    runs = [run for a, _, size in blocks for run in _runs(range(a, a + size), skipped)]
    if not runs:
        return None
    found = {a + step for a, _, size in blocks for step in range(size)} - skipped
    words = len(passage) - len(skipped)
    first, last = blocks[0], blocks[-1]
    return Alignment(
        passage=(first[0], last[0] + last[2] - 1),
        source=(first[1], last[1] + last[2] - 1),
        words=words,
        matched=len(found),
        telling=len({passage[at] for at in found if common.tells(passage[at])}),
        run=max(runs),
        grams=sum(max(0, run - _GRAM + 1) for run in runs) / max(1, words - _GRAM + 1),
    )


def _runs(indices: range, skipped: set[int]) -> Iterator[int]:
    """How many words of a block stand in a row, boilerplate taken out."""
    length = 0
    for index in indices:
        if index in skipped and length:
            yield length
        length = 0 if index in skipped else length + 1
    if length:
        yield length
