"""Owns what makes a criterion too vague to hold a judge to, and how to write it instead.

It speaks English, and only where it is sure: a word that it does not know counts as something a judge can check.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evaltui.domain.rubric import Criterion, Rubric, Sees
from evaltui.domain.text import shown
from evaltui.scores.judge.vagueness import FEW, QUALITY, plain_words, vague_only

At = tuple[str | int, ...]

_EXAMPLE = "Does the reply ask for the order number when the message gives none?"
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]|(?<!\w)['‘][^'’]*['’](?!\w)")
_RATING = re.compile(
    r"^\W*(?:how\b(?! to\b)|rate\b|score the\b|grade the\b|(?:evaluate|assess|judge)\b(?! (?:whether|if)\b)"
    r"|to (?:what|which) (?:extent|degree)\b|(?:what|which|why|who)\b.*\?\s*$)"
    r"|\bon a scale\b|\bout of (?:5|10|100)\b|\b(?:from )?[01]\s*(?:-|–|to)\s*(?:5|10|100)\b",
    re.IGNORECASE | re.DOTALL,
)
_QUALITY = rf"(?:{'|'.join(sorted(QUALITY))})"
_PAIR = re.compile(
    rf"\b({_QUALITY})\b,?\s*(?:and|&|/|,|as well as|yet)\s*(?:also |very |both )?({_QUALITY})\b", re.IGNORECASE
)
_CLAUSES = re.compile(
    r",? and (?:also )?(?:does|is|are|did|has|do|was|were|will|would|can) (?:it|the|they|this)\b", re.IGNORECASE
)
_OPEN_LIST = re.compile(r"\betc\b|\band so (?:on|forth)\b|\band the like\b", re.IGNORECASE)
_SPEAKS_OF: dict[Sees, re.Pattern[str]] = {
    "reference": re.compile(
        r"\bthe reference\b(?! (?:number|code|id)\b)|\bthe (?:gold|expected|reference) (?:answer|reply|response)\b",
        re.IGNORECASE,
    ),
    "trajectory": re.compile(r"\btool calls?\b|\bthe trajectory\b|\bcalls? (?:the |a |any )?tools?\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the part of the rubric at `at`, and what to write instead."""

    at: At
    message: str
    advice: str


def lint(rubric: Rubric) -> tuple[Complaint, ...]:
    """Everything too vague in a rubric; of each text the first thing that is wrong with it."""
    return tuple(
        complaint
        for index, criterion in enumerate(rubric.criteria)
        for complaint in _of_criterion(criterion, rubric.sees, ("criteria", index))
    )


def _of_criterion(criterion: Criterion, sees: list[Sees], at: At) -> Iterator[Complaint]:
    said = next(filter(None, (rule(criterion) for rule in _RULES)), None) or _of_unseen(criterion, sees)
    if said is not None:
        yield Complaint((*at, "question"), *said)
    yield from _of_anchors(criterion, at)


Said = tuple[str, str]
"""What is wrong, and the advice."""


def _rated(criterion: Criterion) -> Said | None:
    if criterion.anchors is not None or not _RATING.search(_unquoted(criterion)):
        return None
    advice = "give anchors that say what earns 0, 3 and 5, and at_least; or ask what can be answered with yes or no"
    return "asks for a rating, and nothing says what earns which", advice


def _two(criterion: Criterion) -> Said | None:
    text = _unquoted(criterion)
    pair = _PAIR.search(text)
    if not pair and not _CLAUSES.search(text) and text.count("?") < 2:
        return None
    what = f" ({pair[1].lower()}, {pair[2].lower()})" if pair else ""
    return f"asks two things at once{what}", "make each a criterion of its own, so that a no says which one failed"


def _vague(criterion: Criterion) -> Said | None:
    word = None if criterion.anchors is not None else vague_only(criterion.question)
    if word is None:
        return None
    return f'leaves open what "{shown(word)}" means', f'name what must be there to see, such as "{_EXAMPLE}"'


def _short(criterion: Criterion) -> Said | None:
    if len(plain_words(criterion.question)) >= FEW:
        return None
    return (
        f"is too short to say what to look for: at least {FEW} words",
        f'write a whole question, such as "{_EXAMPLE}"',
    )


def _listed(criterion: Criterion) -> Said | None:
    if not _OPEN_LIST.search(_unquoted(criterion)):
        return None
    return "leaves its list open, so that each judge ends it differently", "name everything that counts"


_RULES: tuple[Callable[[Criterion], Said | None], ...] = (_rated, _two, _vague, _short, _listed)


def _of_unseen(criterion: Criterion, sees: list[Sees]) -> Said | None:
    for part, pattern in _SPEAKS_OF.items():
        if part not in sees and pattern.search(_unquoted(criterion)):
            return f"speaks of the {part}, which the judge does not see", f"add {part} to sees"
    return None


def _of_anchors(criterion: Criterion, at: At) -> Iterator[Complaint]:
    anchors = criterion.anchors or {}
    first: dict[str, str] = {}
    for level, text in sorted(anchors.items()):
        same = first.setdefault(text.strip().casefold(), level)
        said = f"says the same as {same}" if same != level else _vague_anchor(text)
        if said:
            advice = "say what is there to see in work that earns this level and no other"
            yield Complaint((*at, "anchors", level), said, advice)
    if anchors and str(criterion.at_least) not in anchors:
        said = f"level {criterion.at_least} decides, and no anchor says what earns it"
        yield Complaint((*at, "at_least"), said, f"add {criterion.at_least} to anchors, or choose an anchored level")


def _vague_anchor(text: str) -> str:
    word = vague_only(text)
    return "says nothing" if not text.strip() else f'leaves open what "{shown(word)}" means' if word else ""


def _unquoted(criterion: Criterion) -> str:
    return _QUOTED.sub(" … ", criterion.question)
