"""Owns what many cases say, which tells nothing of one: counted while the cases pass by, in memory that does not grow.

Only what the agent's texts hold as well is counted, because nothing else can be found in them.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evaltui.evalsets.health.words import ngrams

BOILERPLATE = 5
"""Words in a row that make boilerplate, where many cases hold them."""
_MANY, _MANY_SHARE = 2, 0.01
_COMMON, _COMMON_SHARE = 5, 0.05
_PLAIN_WORD = 4


def may_tell(word: str) -> bool:
    """Whether a word can mark one case if few say it: no short word of an alphabet."""
    return len(word) >= _PLAIN_WORD or not word.isascii() or any(map(str.isdigit, word))


@dataclass(frozen=True, slots=True)
class Common:
    """What many cases share: `runs` are 5-grams of boilerplate; `words` stand in too many cases to mark one."""

    runs: frozenset[int]
    words: frozenset[str]

    def boilerplate(self, sequence: Sequence[str]) -> set[int]:
        """The indices of the words that stand within a run that many cases hold."""
        starts = (at for at, gram in enumerate(ngrams(sequence, BOILERPLATE)) if gram in self.runs)
        return {index for at in starts for index in range(at, at + BOILERPLATE)}

    def tells(self, word: str) -> bool:
        """Whether a word can mark one case: rare in the set, and no short word of an alphabet."""
        return may_tell(word) and word not in self.words


class Counting:
    """Counts over different texts. Of each text eight bytes are remembered, to know it again."""

    def __init__(self, vocabulary: Collection[str], runs: Collection[int]) -> None:
        self._vocabulary, self._possible = frozenset(vocabulary), frozenset(runs)
        self._holders: Counter[str] = Counter()
        self._runs: Counter[int] = Counter()
        self._seen: set[int] = set()

    def add(self, sequence: Sequence[str], shared: int) -> None:
        """The words of one text, and how many of its pairs of words in a row the agent's texts hold."""
        key = hash(tuple(sequence))
        if key in self._seen:
            return
        self._seen.add(key)
        self._holders.update(self._vocabulary.intersection(sequence))
        if shared >= BOILERPLATE - 1:
            self._runs.update(self._possible.intersection(ngrams(sequence, BOILERPLATE)))

    def result(self) -> Common:
        """What is common among the texts that were counted."""
        total = len(self._seen)
        many, most = max(_MANY, _MANY_SHARE * total), max(_COMMON, _COMMON_SHARE * total)
        frequent = frozenset(word for word, count in self._holders.items() if count > most)
        return Common(frozenset(run for run, count in self._runs.items() if count > many), frequent)
