"""Owns the agent's texts that are searched for cases, and where in its files a word of them stands."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from evaltui.evalsets.health.words import Word, placed_words


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the agent: what it is (`system prompt`), its file, and the line of the file that it starts in."""

    name: str
    file: str
    text: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines of the file, counted from 1, and `text[start:end]` of the source."""

    name: str
    file: str
    line: int
    last_line: int
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}({self.start},{self.end})"


class Index:
    """The words of a source, and where each two of them in a row stand."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.words: list[Word] = placed_words(source.text)
        self.texts = [word.text for word in self.words]
        self.pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, pair in enumerate(pairwise(self.texts)):
            self.pairs[pair].append(index)
        self._ends = [index for index, char in enumerate(source.text) if char == "\n"]

    def place(self, first: int, last: int) -> Place:
        """Where the words from index `first` to index `last` stand."""
        start, end = self.words[first].start, self.words[last].end
        line, last_line = (self.source.line + bisect_right(self._ends, at) for at in (start, end - 1))
        text = self.source.text[start:end]
        return Place(self.source.name, self.source.file, line, last_line, start, end, text)
