"""Owns what of a case can leak, one passage after the other, and what many cases say and so tells nothing of one."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.case import Case
from evaltui.evalsets.health.words import case_parts, leaves, ngrams, normalise, words

Part = Literal["input", "answer"]
LONG = 8
"""Words of a passage that is looked for by itself; shorter ones of one case are read together."""
BOILERPLATE = 5
"""Words in a row that make boilerplate, where many cases hold them."""
_MANY, _MANY_SHARE = 2, 0.01
_COMMON, _COMMON_SHARE = 5, 0.05
_PLAIN_WORD = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a case: `field` is its dotted place; `answer` is everything within `expected`."""

    case: str
    part: Part
    field: str
    text: str


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
        long = len(word) >= _PLAIN_WORD or not word.isascii() or any(map(str.isdigit, word))
        return long and word not in self.words


def passages(case: Case) -> list[Passage]:
    """Every long text of the input, the others together; of the answer the whole and every text in it, if long."""
    return [*_inputs(case), *_answers(case)]


def labels(found: Iterable[Passage]) -> set[str]:
    """Answers of more than one case, normalised: the prompt has to know them, as it has to know its label names."""
    seen = Counter(normalise(each.text) for each in found if each.part == "answer")
    return {text for text, count in seen.items() if count > 1}


def common(found: Iterable[Passage], sources: Collection[int]) -> Common:
    """Counted over different texts; of 5-grams only those that `sources`, the agent's texts, hold."""
    holders: Counter[str] = Counter()
    runs: Counter[int] = Counter()
    total = 0
    seen: set[str] = set()
    for passage in found:
        sequence = words(passage.text)
        if (key := " ".join(sequence)) in seen:
            continue
        seen.add(key)
        total += 1
        holders.update(set(sequence))
        runs.update({gram for gram in ngrams(sequence, BOILERPLATE) if gram in sources})
    many, most = max(_MANY, _MANY_SHARE * total), max(_COMMON, _COMMON_SHARE * total)
    frequent = frozenset(word for word, count in holders.items() if count > most)
    return Common(frozenset(run for run, count in runs.items() if count > many), frequent)


def _inputs(case: Case) -> Iterator[Passage]:
    short = []
    for field, text in case_parts(case):
        if _is_long(text):
            yield Passage(case.id, "input", field, text)
        else:
            short.append((field, text))
    if short:
        field = short[0][0] if len(short) == 1 else "input"
        yield Passage(case.id, "input", field, "\n".join(text for _, text in short))


def _answers(case: Case) -> Iterator[Passage]:
    """Short ones are labels or values, which a prompt may have to name."""
    expected = case.expected
    if isinstance(expected, str):
        written = [("expected", expected)]
    else:
        whole = ("expected", json.dumps(expected, ensure_ascii=False))
        written = [whole, *leaves(expected, "expected")]
    yield from (Passage(case.id, "answer", field, text) for field, text in written if _is_long(text))


def _is_long(text: str) -> bool:
    # A word and its blank are two characters at least; most texts need no closer look.
    return len(text) >= 2 * LONG - 1 and len(words(text)) >= LONG
