"""Owns which cases the agent was told beforehand: their inputs or answers stand in its prompt, examples or tools.

Few words in a row say little of a short case, and one changed word breaks many runs; so the whole passage is laid over
the text, and what counts is how much of it stands in one place. What many cases say, an answer that several share, and
texts without rare words do not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from evaltui.domain.case import Case
from evaltui.evalsets.health.alignment import Alignment, align
from evaltui.evalsets.health.passages import BOILERPLATE, LONG, Common, Part, Passage, common, labels, passages
from evaltui.evalsets.health.sources import Index, Place, Source
from evaltui.evalsets.health.words import ngrams, normalise, placed_words, words

Severity = Literal["leak", "near"]
TELLING, LEAST_TELLING = 3, 2
"""Different words found that few cases use; the fewer where almost the whole passage was found."""
SHARE, SURE_SHARE, NEAR_SHARE = 0.75, 0.8, 0.6
"""Of the words of a passage that were found: a leak, a leak also with few telling words, worth a look."""
SURE_WORDS = 12
"""Words of a passage of which so many in one place are no chance, if only one of them is telling."""
GRAMS = 0.5
"""Of the 8-grams found: a leak, however much longer the case is."""
_WHOLE = 5
_RUN, _LONG_RUN, _LONG_PASSAGE = 8, 13, 30


@dataclass(frozen=True, slots=True)
class Leak:
    """A passage of a case, `text[start:end]` of its `field`, and the `place` of the agent's text that holds it.

    A `leak` blocks the gate, what is `near` is shown. `share` of the passage's words, boilerplate not counted, was
    found; `run` of them in a row.
    """

    case: str
    part: Part
    severity: Severity
    field: str
    start: int
    end: int
    text: str
    place: Place
    share: float
    run: int


def leaks(cases: Iterable[Case], sources: Sequence[Source]) -> tuple[Leak, ...]:
    """In the order of the cases, then of the sources: the best place for each passage in each source."""
    found = [passage for case in cases for passage in passages(case)]
    indexes = [Index(source) for source in sources]
    shared = _shared(found, indexes)
    known = labels(found)
    return tuple(
        leak
        for passage in found
        if passage.part == "input" or normalise(passage.text) not in known
        for leak in _in_all(passage, indexes, shared)
    )


def _shared(found: Sequence[Passage], indexes: Sequence[Index]) -> dict[Part, Common]:
    """Inputs and answers apart: what every answer says may be rare in questions."""
    runs = {run for index in indexes for run in ngrams(index.texts, BOILERPLATE)}
    parts: tuple[Part, Part] = ("input", "answer")
    return {part: common((each for each in found if each.part == part), runs) for part in parts}


def _in_all(passage: Passage, indexes: Sequence[Index], shared: dict[Part, Common]) -> Iterable[Leak]:
    sequence = words(passage.text)
    for index in indexes:
        match = align(sequence, index, shared[passage.part])
        severity = match and _severity(match)
        if match and severity:
            placed = placed_words(passage.text)
            start, end = placed[match.passage[0]].start, placed[match.passage[1]].end
            yield Leak(
                passage.case, passage.part, severity, passage.field, start, end, passage.text[start:end],
                index.place(*match.source), match.share, match.run,
            )  # fmt: skip


def _severity(match: Alignment) -> Severity | None:
    telling = match.telling >= TELLING
    if match.telling < (1 if match.words >= SURE_WORDS else LEAST_TELLING):
        return None
    if _leaks(match, telling):
        return "leak"
    long_run = _LONG_RUN if match.words > _LONG_PASSAGE else _RUN
    almost = match.words >= LONG and match.share >= (NEAR_SHARE if telling else SHARE)
    return "near" if match.whole or almost or (telling and match.run >= long_run) else None


def _leaks(match: Alignment, telling: bool) -> bool:
    if match.words < LONG:
        return match.whole and telling and match.words >= _WHOLE
    return match.share >= (SHARE if telling else SURE_SHARE) or (telling and match.grams >= GRAMS)
