"""Owns which cases were made from one template: they pass and fail together, and count as one only with a `group:`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaltui.domain.case import Case
from evaltui.evalsets.health.words import case_text, normalise

SLOT = "…"
FIXED_WORDS = 4
"""Words that all share, at least: "order FW-1" and "order FW-2" are short, not made from a template."""
_TOKEN = re.compile(r"\S+")
_NAMED = re.compile(r"\W*[^\W\d_]")
_VALUE = re.compile(r"\d|\S@\S|://|^\W*\{.*\}\W*$")
_EDGE = "\"'“”‘’«»„()[]{}<>.,;:!?"


@dataclass(frozen=True, slots=True)
class Template:
    """`pattern` holds `…` where the cases differ; ids in the set's order; `groups`: those some have already."""

    pattern: str
    cases: tuple[str, ...]
    groups: tuple[str, ...]


def templates(cases: Iterable[Case]) -> tuple[Template, ...]:
    """Cases that differ in nothing but numbers, ids, addresses and names, and do not yet share one group.

    Names are words with a capital that the set never writes small. Copies of one text are no template.
    """
    held = [(case.id, case.group, case_text(case)) for case in cases]
    small = _small_words(text for _, _, text in held)
    found: dict[str, list[tuple[str, str | None, str]]] = defaultdict(list)
    for each in held:
        pattern = _pattern(each[2], small)
        if pattern is not None:
            found[pattern].append(each)
    made = (_template(pattern, members) for pattern, members in found.items() if len(members) > 1)
    return tuple(template for template in made if template is not None)


def _template(pattern: str, members: Sequence[tuple[str, str | None, str]]) -> Template | None:
    groups = {group for _, group, _ in members}
    named = tuple(sorted(group for group in groups if group is not None))
    together = len(groups) == len(named) == 1
    if together or len({normalise(text) for _, _, text in members}) < 2:
        return None
    return Template(pattern, tuple(case for case, _, _ in members), named)


def _pattern(text: str, small: set[str]) -> str | None:
    """The text with its slots, neighbouring ones as one; None where too little of it is fixed."""
    parts: list[str] = []
    fixed = 0
    for token in _TOKEN.findall(text):
        word = token.strip(_EDGE).casefold()
        if _is_slot(token, word, small):
            parts += [SLOT] if parts[-1:] != [SLOT] else []
        elif word:
            parts.append(word)
            fixed += 1
    return " ".join(parts) if SLOT in parts and fixed >= FIXED_WORDS else None


def _is_slot(token: str, word: str, small: set[str]) -> bool:
    if _VALUE.search(token):
        return True
    first = _NAMED.match(token)
    return first is not None and first[0][-1].isupper() and len(word) > 1 and word not in small


def _small_words(texts: Iterable[str]) -> set[str]:
    """Words that stand somewhere without a capital; those are no names."""
    return {
        token.strip(_EDGE)
        for text in texts
        for token in _TOKEN.findall(text)
        if (first := _NAMED.match(token)) and first[0][-1].islower()
    }
