"""Owns the names that a project lists: whole words in any case, with or without their accents."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from evaltui.logs.redact.kinds import Found
from evaltui.logs.redact.view import View, view

_WORD = re.compile("[^\\W_][^\\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\\W_]*)*")
_BETWEEN = re.compile(r"[\s.,'’&_-]{1,3}")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
Words = tuple[str, ...]


def name_finder(names: Sequence[str]) -> Callable[[View], Iterator[Found]]:
    """A finder of all these names; the longest that begins at a word wins. Its time does not grow with their number."""
    spaced: defaultdict[str, list[Words]] = defaultdict(list)
    for name in sorted(filter(None, map(_words, names)), key=len, reverse=True):
        spaced[name[0]].append(name)
    unspaced = [view(name, ()).text for name in names if _UNSPACED.search(name)]

    def find_names(seen: View) -> Iterator[Found]:
        yield from _spaced(seen.text, spaced)
        yield from _unspaced(seen.text, unspaced)

    return find_names


def _spaced(text: str, names: dict[str, list[Words]]) -> Iterator[Found]:
    if names:
        for word in _WORD.finditer(text):
            for name in names.get(_plain(word[0]), ()):
                if end := _end(text, word, name):
                    yield Found(word.start(), end, "name")
                    break


def _end(text: str, word: re.Match[str], name: Words) -> int:
    """Where the name ends that begins with `word`; 0 where other words follow."""
    end = word.end()
    for expected in name[1:]:
        between = _BETWEEN.match(text, end)
        following = _WORD.match(text, between.end() if between else end)
        if following is None or _plain(following[0]) != expected:
            return 0
        end = following.end()
    return end


def _unspaced(text: str, names: Sequence[str]) -> Iterator[Found]:
    """Scripts without blanks have no words to compare."""
    for name in names:
        yield from (Found(*found.span(), "name") for found in re.finditer(re.escape(name), text))


def _words(name: str) -> Words:
    return tuple(_plain(word[0]) for word in _WORD.finditer(view(name, ()).text))


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
