"""Owns what of a case can leak, one passage after the other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.domain.leak import Part
from evaltui.evalsets.health.words import case_parts, leaves, words

LONG = 8
"""Words of a passage that is looked for by itself; shorter ones of one case are read together."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a case: `field` is its dotted place; `answer` is everything within `expected`."""

    case: str
    part: Part
    field: str
    text: str


def passages(case: Case) -> list[Passage]:
    """Every long text of the input, the others together; of the answer the whole and every text in it, if long."""
    return [*_inputs(case), *_answers(case)]


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
