"""Owns which cases the agent was told beforehand: their inputs or answers stand in its prompt, examples or tools.

Few words in a row say little of a short case, and one changed word breaks many runs; so the whole passage is laid over
the text, and what counts is how much of it stands in one place. What many cases say, an answer that several share, and
texts without rare words do not count.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from tempfile import SpooledTemporaryFile

from evaltui.domain.case import Case
from evaltui.domain.leak import Leak, Part, Source
from evaltui.evalsets.health.alignment import align
from evaltui.evalsets.health.common import BOILERPLATE, Common, Counting, may_tell
from evaltui.evalsets.health.passages import Passage, passages
from evaltui.evalsets.health.severity import severity
from evaltui.evalsets.health.sources import Index
from evaltui.evalsets.health.words import ngrams, normalise, placed_words, words

_PARTS: tuple[Part, Part] = ("input", "answer")
_SEEDS = 2
_IN_MEMORY = 1 << 22
Written = tuple[str, int]
"""The file and the line of a case."""


def leaks(cases: Iterable[Case], sources: Sequence[Source]) -> tuple[Leak, ...]:
    """In the order of the cases, then of the sources: the best place for each passage in each source."""
    search = Search(sources)
    for case in cases:
        search.see(case)
    return tuple(search.leaks())


class Search:
    """Cases pass by once, in constant memory: what may be a leak waits in a file until it is known what is common."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._indexes = [Index(source) for source in sources]
        self._holders: dict[tuple[str, str], tuple[int, ...]] = _holders(self._indexes)
        vocabulary = {word for index in self._indexes for word in index.texts}
        runs = {run for index in self._indexes for run in ngrams(index.texts, BOILERPLATE)}
        self._telling = frozenset(filter(may_tell, vocabulary))
        # Inputs and answers apart: what every answer says may be rare in questions.
        self._counted = {part: Counting(vocabulary, runs) for part in _PARTS}
        self._answers: Counter[int] = Counter()
        self._waiting = SpooledTemporaryFile(  # noqa: SIM115 - it lives as long as the search
            max_size=_IN_MEMORY, mode="w+", encoding="ascii", newline="\n"
        )
        self.cases = 0

    def see(self, case: Case, written: Written = ("", 0)) -> None:
        """One more case, and where it is written."""
        self.cases += 1
        for passage in passages(case) if self._indexes else ():
            sequence = words(passage.text)
            held = [held for pair in pairwise(sequence) if (held := self._holders.get(pair))]
            self._counted[passage.part].add(sequence, len(held))
            if len(held) >= _SEEDS and (near := self._near(sequence, held)):
                self._keep(passage, near, written)

    def leaks(self) -> Iterator[Leak]:
        """Once every case was seen."""
        common = {part: counting.result() for part, counting in self._counted.items()}
        self._waiting.seek(0)
        for line in self._waiting:
            *given, near, file, at = json.loads(line)
            passage = Passage(*given)
            if passage.part == "input" or self._answers[_key(passage)] == 1:
                yield from self._found(passage, near, common[passage.part], (file, at))
        self._waiting.close()

    def _near(self, sequence: Sequence[str], held: Sequence[tuple[int, ...]]) -> list[int]:
        """The sources that share enough pairs of words with a text to be looked at, given those of each pair."""
        if self._telling.isdisjoint(sequence):
            return []
        seen = Counter(number for numbers in held for number in numbers)
        return sorted(number for number, count in seen.items() if count >= _SEEDS)

    def _keep(self, passage: Passage, near: list[int], written: Written) -> None:
        if passage.part == "answer":
            self._answers[_key(passage)] += 1
        row = (passage.case, passage.part, passage.field, passage.text, near, *written)
        self._waiting.write(json.dumps(row) + "\n")

    def _found(self, passage: Passage, near: Sequence[int], common: Common, written: Written) -> Iterator[Leak]:
        sequence = words(passage.text)
        for index in (self._indexes[number] for number in near):
            match = align(sequence, index, common)
            found = match and severity(match)
            if match and found:
                placed = placed_words(passage.text)
                start, end = placed[match.passage[0]].start, placed[match.passage[1]].end
                yield Leak(
                    passage.case, passage.part, found, passage.field, start, end, passage.text[start:end],
                    index.place(*match.source), match.share, match.run, *written,
                )  # fmt: skip


def _holders(indexes: Sequence[Index]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Which sources hold each two words in a row."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, index in enumerate(indexes):
        for pair in index.pairs:
            found[pair].append(number)
    return {pair: tuple(numbers) for pair, numbers in found.items()}


def _key(passage: Passage) -> int:
    """An answer of more than one case is a label: the prompt has to know it."""
    return hash(normalise(passage.text))
