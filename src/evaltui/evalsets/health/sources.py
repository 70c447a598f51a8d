"""Owns finding the words of a text of the agent, and where in its file they stand."""

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise

from evaltui.domain.leak import Place, Source
from evaltui.evalsets.health.words import Word, placed_words


class Index:
    """The words of a source, and where each two of them in a row stand."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.words: list[Word] = placed_words(source.text)
        self.texts = [word.text for word in self.words]
        self.pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, pair in enumerate(pairwise(self.texts)):
            self.pairs[pair].append(index)
        ends = () if source.one_line else enumerate(source.text)
        self._ends = [index for index, char in ends if char == "\n"]

    def place(self, first: int, last: int) -> Place:
        """Where the words from index `first` to index `last` stand."""
        start, end = self.words[first].start, self.words[last].end
        line, last_line = (self.source.line + bisect_right(self._ends, at) for at in (start, end - 1))
        text = self.source.text[start:end]
        return Place(self.source.name, self.source.file, line, last_line, start, end, text)
